-- A replica of another register. Derived data: a file of another version is recreated, so there are no migrations.
-- The tables are those of the register itself, without log and grants. Its schema explains the rules for `personal`.

CREATE TABLE replica (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    register   TEXT NOT NULL,
    epoch      TEXT,
    revision   INTEGER,
    fetched_at TEXT
) STRICT;

CREATE TABLE organisation (
    id      TEXT PRIMARY KEY NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE personal (
    slot       INTEGER PRIMARY KEY,
    size       INTEGER NOT NULL,
    taken      INTEGER NOT NULL CHECK (taken IN (0, 1)),
    name_until TEXT NOT NULL CHECK (length(name_until) = 10),
    content    BLOB NOT NULL CHECK (length(content) = size)
) STRICT;

CREATE INDEX personal_vacant ON personal (size) WHERE taken = 0;

CREATE TABLE officer (
    organisation    TEXT NOT NULL REFERENCES organisation (id),
    id              TEXT NOT NULL,
    content         TEXT NOT NULL,
    etag            TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    updated_at      TEXT NOT NULL,
    personal_slot   INTEGER NOT NULL UNIQUE REFERENCES personal (slot),
    personal_digest TEXT NOT NULL,
    PRIMARY KEY (organisation, id)
) STRICT;

CREATE TABLE presence (
    organisation TEXT NOT NULL,
    officer      TEXT NOT NULL,
    slot         INTEGER NOT NULL UNIQUE REFERENCES personal (slot),
    digest       TEXT NOT NULL,
    PRIMARY KEY (organisation, officer),
    FOREIGN KEY (organisation, officer) REFERENCES officer (organisation, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE verification (
    organisation TEXT NOT NULL,
    officer      TEXT NOT NULL,
    verified_on  TEXT NOT NULL,
    verified_by  TEXT,
    verify_by    TEXT NOT NULL,
    PRIMARY KEY (organisation, officer),
    FOREIGN KEY (organisation, officer) REFERENCES officer (organisation, id) ON DELETE CASCADE
) STRICT;

-- A peer only tells whether an entry is doubted. A row for a doubted entry has nothing but the name.
CREATE TABLE report (
    organisation TEXT NOT NULL,
    officer      TEXT NOT NULL,
    number       INTEGER,
    reason       TEXT,
    reported_at  TEXT,
    asker_salt   TEXT,
    asker_digest TEXT,
    PRIMARY KEY (organisation, officer),
    FOREIGN KEY (organisation, officer) REFERENCES officer (organisation, id) ON DELETE CASCADE
) STRICT;
