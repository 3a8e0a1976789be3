-- Version 7: confusion matrices.

-- Of the epochs that were better than all before them; once a trial is over, of the last one of them.
CREATE TABLE confusion (
    trial  INTEGER NOT NULL REFERENCES trial (number),
    epoch  INTEGER NOT NULL CHECK (epoch >= 1),
    counts TEXT NOT NULL, -- JSON: for each class, how many of its images were taken for each class
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;
