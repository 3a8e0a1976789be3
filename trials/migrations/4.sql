-- Version 4: the wall time of a study.

ALTER TABLE study ADD COLUMN spent INTEGER NOT NULL DEFAULT 0; -- milliseconds, of all runs
-- Of a study that was begun before, what is on record: the seconds of its epochs.
UPDATE study SET spent = coalesce(
    (SELECT cast(sum(value) * 1000 AS INTEGER) FROM figure WHERE name = 'seconds' AND value BETWEEN 0 AND 1e9), 0
);
