-- The register: its log, what follows from the log, and apart from both what is about people.
-- Moments are RFC 3339 in UTC with nine decimals and days are ISO 8601, so that their order as text is their order in time.

CREATE TABLE meta (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    register  TEXT NOT NULL,
    epoch     TEXT NOT NULL,
    revision  INTEGER NOT NULL CHECK (revision >= 0),
    compacted INTEGER NOT NULL CHECK (compacted BETWEEN 0 AND revision),
    since     TEXT NOT NULL,
    secret    BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT;

-- One row for each commit that has not been compacted away. The epoch is that in which the commit was made.
CREATE TABLE log (
    revision     INTEGER PRIMARY KEY,
    epoch        TEXT NOT NULL,
    time         TEXT NOT NULL,
    oin          TEXT,
    organisation TEXT,
    on_behalf_of INTEGER NOT NULL CHECK (on_behalf_of IN (0, 1)),
    basis        TEXT,
    request_id   TEXT,
    changes      INTEGER NOT NULL CHECK (changes >= 0)
) STRICT;

-- What a commit did, in order. JSON without personal parts.
CREATE TABLE change (
    revision INTEGER NOT NULL REFERENCES log (revision) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL CHECK (ordinal >= 0),
    content  TEXT NOT NULL,
    PRIMARY KEY (revision, ordinal)
) STRICT;

CREATE TABLE organisation (
    id      TEXT PRIMARY KEY NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE "grant" (
    oin          TEXT NOT NULL,
    organisation TEXT NOT NULL REFERENCES organisation (id),
    roles        TEXT NOT NULL,
    from_day     TEXT,
    until_day    TEXT,
    basis        TEXT NOT NULL,
    PRIMARY KEY (oin, organisation)
) STRICT;

-- Everything about people, and nothing else has it. A slot keeps its size for good and its row is never deleted: content is
-- overwritten where it stands, with zeros when it is erased. SQLite moves cells between pages only when sizes or numbers
-- change, and leaves stale copies behind when it does, in spite of `secure_delete`. So there are none.
CREATE TABLE personal (
    slot       INTEGER PRIMARY KEY,
    size       INTEGER NOT NULL,
    taken      INTEGER NOT NULL CHECK (taken IN (0, 1)),
    name_until TEXT NOT NULL CHECK (length(name_until) = 10), -- 9999-12-31: no end
    content    BLOB NOT NULL CHECK (length(content) = size)
) STRICT;

CREATE INDEX personal_vacant ON personal (size) WHERE taken = 0;
CREATE INDEX personal_name_until ON personal (name_until) WHERE name_until < '9999-12-31';

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

-- `ordinal` is the place of the withdrawal in its commit: one commit may withdraw an officer twice.
CREATE TABLE tombstone (
    revision     INTEGER NOT NULL,
    ordinal      INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    officer      TEXT NOT NULL,
    time         TEXT NOT NULL,
    replaced_by  TEXT,
    PRIMARY KEY (revision, ordinal)
) STRICT;

CREATE INDEX tombstone_officer ON tombstone (organisation, officer);
CREATE INDEX tombstone_time ON tombstone (time);

-- Answers to requests, to be given again. An empty organisation stands for none.
CREATE TABLE answer (
    oin            TEXT NOT NULL,
    organisation   TEXT NOT NULL,
    method         TEXT NOT NULL,
    request_id     TEXT NOT NULL,
    request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
    answer         BLOB NOT NULL,
    time           TEXT NOT NULL,
    PRIMARY KEY (oin, organisation, method, request_id)
) STRICT;

CREATE INDEX answer_time ON answer (time);
