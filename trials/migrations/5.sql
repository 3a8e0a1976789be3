-- Version 5: revisions of the study's file.

-- Those after the first, which is in `study`.
CREATE TABLE file_revision (
    number     INTEGER PRIMARY KEY CHECK (number >= 2),
    space_toml TEXT NOT NULL,
    strategy   TEXT NOT NULL,
    reason     TEXT,
    first      INTEGER NOT NULL, -- the number of the first trial that begins under it
    began_at   INTEGER NOT NULL
) STRICT;

-- All of them.
CREATE VIEW file AS
    SELECT 1 AS number, space_toml, strategy, reason, 0 AS first, created_at AS began_at FROM study
    UNION ALL
    SELECT number, space_toml, strategy, reason, first, began_at FROM file_revision;
