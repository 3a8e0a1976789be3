-- Version 3: the method of search.

-- NULL in a study that was begun before: what its file names, or else random.
ALTER TABLE study ADD COLUMN strategy TEXT;
-- Why it was chosen; NULL if the file names it.
ALTER TABLE study ADD COLUMN reason TEXT;
