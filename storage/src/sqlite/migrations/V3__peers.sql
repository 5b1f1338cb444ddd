-- Registers that this one exchanges with, as operators have put them. What is copied from them lies in files of its own.

CREATE TABLE peer (
    register TEXT PRIMARY KEY NOT NULL,
    content  TEXT NOT NULL
) STRICT;
