-- Version 2: the method of search is on record.

-- NULL in a study of version 1: what its file names, or else random.
ALTER TABLE study ADD COLUMN strategy TEXT;
-- Why it was chosen; NULL if the file names it.
ALTER TABLE study ADD COLUMN reason TEXT;
