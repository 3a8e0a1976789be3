-- Version 1 of a study's store. Times are milliseconds since the Unix epoch.

CREATE TABLE study (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    name         TEXT NOT NULL,
    seed         TEXT NOT NULL, -- decimal: it can exceed the range of INTEGER
    space_toml   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    kiln_version TEXT NOT NULL,
    data_digest  TEXT NOT NULL,
    device       TEXT NOT NULL
) STRICT;

CREATE TABLE objective (
    position INTEGER PRIMARY KEY,
    metric   TEXT NOT NULL,
    goal     TEXT NOT NULL CHECK (goal IN ('maximize', 'minimize'))
) STRICT;

CREATE TABLE trial (
    number    INTEGER PRIMARY KEY CHECK (number >= 0),
    candidate TEXT NOT NULL, -- JSON object, parameters in order
    origin    TEXT NOT NULL CHECK (origin IN ('enqueued', 'sampled')),
    attempt   INTEGER NOT NULL CHECK (attempt >= 1),
    phase     TEXT NOT NULL CHECK (phase IN ('running', 'paused', 'ended')),
    outcome   TEXT, -- JSON object
    began_at  INTEGER NOT NULL,
    ended_at  INTEGER,
    CHECK ((phase = 'ended') = (outcome IS NOT NULL)),
    CHECK ((phase = 'ended') = (ended_at IS NOT NULL))
) STRICT;

CREATE TABLE epoch (
    trial      INTEGER NOT NULL REFERENCES trial (number),
    epoch      INTEGER NOT NULL CHECK (epoch >= 1),
    checkpoint TEXT, -- name of its directory
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

-- What was measured; epoch 0 holds what was known before training.
CREATE TABLE figure (
    trial INTEGER NOT NULL REFERENCES trial (number),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    name  TEXT NOT NULL,
    -- NULL is NaN, which SQLite cannot hold. Not declared REAL: such a column turns -0.0 into 0.0.
    value ANY CHECK (typeof(value) IN ('real', 'null')),
    PRIMARY KEY (trial, epoch, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE warning (
    id    INTEGER PRIMARY KEY,
    trial INTEGER NOT NULL REFERENCES trial (number),
    text  TEXT NOT NULL,
    UNIQUE (trial, text)
) STRICT;

CREATE TABLE fault (
    id    INTEGER PRIMARY KEY,
    trial INTEGER NOT NULL REFERENCES trial (number),
    cause TEXT NOT NULL
) STRICT;
CREATE INDEX fault_of_trial ON fault (trial);
