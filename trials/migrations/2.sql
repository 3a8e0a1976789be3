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
