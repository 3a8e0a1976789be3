-- Version 2: leases that run out, and the order of changes.

-- The number of changes to trials so far.
ALTER TABLE study ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

ALTER TABLE trial ADD COLUMN holder TEXT NOT NULL DEFAULT ''; -- who took it last
ALTER TABLE trial ADD COLUMN era TEXT NOT NULL DEFAULT '';    -- what the end of its lease is counted from
ALTER TABLE trial ADD COLUMN lease_ends INTEGER NOT NULL DEFAULT 0; -- milliseconds in that era
ALTER TABLE trial ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; -- the revision that the search for its candidate knew
ALTER TABLE trial ADD COLUMN revision INTEGER NOT NULL DEFAULT 0; -- of its last change

UPDATE trial SET seen = number, revision = number + 1;
UPDATE study SET revision = (SELECT count(*) FROM trial);
CREATE INDEX trial_by_revision ON trial (revision);

ALTER TABLE study ADD COLUMN halted INTEGER NOT NULL DEFAULT 0; -- 1: somebody wants nothing to be trained
ALTER TABLE trial ADD COLUMN stop INTEGER NOT NULL DEFAULT 0;   -- 1: somebody wants it to end
CREATE INDEX trial_to_stop ON trial (number) WHERE stop = 1 AND phase <> 'ended';

-- Candidates that somebody wants to be tried.
CREATE TABLE queue (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    candidate TEXT NOT NULL, -- JSON object
    again     INTEGER NOT NULL, -- 1: even if it was tried before
    trial     INTEGER REFERENCES trial (number) -- that it has become
) STRICT;
