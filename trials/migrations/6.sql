-- Version 6: confirmations, and the test images.

-- What the random streams of a confirmation come from; NULL in the search. The `origin` of a confirmation is 'enqueued'.
ALTER TABLE trial ADD COLUMN seed INTEGER CHECK (seed >= 0);

-- Who was measured on the test images, in that order: each time but the first, they had been seen before.
CREATE TABLE look (
    number    INTEGER PRIMARY KEY,
    trial     INTEGER NOT NULL UNIQUE REFERENCES trial (number),
    correct   INTEGER NOT NULL, -- images whose class was right
    images    INTEGER NOT NULL,
    loss      ANY CHECK (typeof(loss) IN ('real', 'null')), -- NULL is NaN
    looked_at INTEGER NOT NULL
) STRICT;
