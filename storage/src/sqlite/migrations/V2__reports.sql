-- What callers found wrong with entries, until it is settled. The number is the revision that made it. Who asked is not in
-- it: a digest under a salt of the row's own, with which the same asker is known again.

CREATE TABLE report (
    organisation TEXT NOT NULL,
    officer      TEXT NOT NULL,
    number       INTEGER NOT NULL CHECK (number > 0),
    reason       TEXT NOT NULL,
    reported_at  TEXT NOT NULL,
    asker_salt   TEXT NOT NULL CHECK (length(asker_salt) = 32),
    asker_digest TEXT NOT NULL,
    PRIMARY KEY (organisation, officer, number),
    FOREIGN KEY (organisation, officer) REFERENCES officer (organisation, id) ON DELETE CASCADE
) STRICT;
