//! The file of the record.

use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Changes, ErrorKind, Store, StoreError};

use super::{Finding, Part, Record, Standing};
use crate::failure::Failure;
use crate::runner::folder::Folder;

/// Reads all of the record; one of an older Kiln is brought up to date where it `may_change`.
pub fn read(folder: &Folder, may_change: bool, findings: &mut Vec<Finding>) -> Option<Record> {
    let path = folder.store();
    let opened = match SqliteStore::open_read_only(&path) {
        Err(error) if matches!(error.kind(), ErrorKind::Older { .. }) && may_change => {
            let migrated = SqliteStore::open(&path);
            if migrated.is_ok() {
                let what = "an older Kiln wrote it: it is brought up to date";
                findings.push(Finding::new(Part::Store, Standing::Mended, what));
            }
            migrated
        }
        opened => opened,
    };
    match opened.and_then(|store| all(&store)) {
        Ok(record) => {
            findings.push(Finding::new(Part::Store, Standing::Sound, "the file is whole"));
            Some(record)
        }
        Err(error) if *error.kind() == ErrorKind::Missing => {
            findings.push(Finding::problem(
                Part::Store,
                format!("{}: no study is in it: its creation was interrupted, or it was emptied", path.display()),
                "put a copy of it back, if there is one; else `kiln run` begins the study anew",
            ));
            None
        }
        Err(error) => {
            let is_foreign = *error.kind() == ErrorKind::NotAStore;
            let mut finding = Finding::failure(Part::Store, &Failure::from(error));
            if is_foreign {
                let next = "if this was a study, its file is damaged: put a copy of the directory back; else move the file away";
                finding.next = Some(next.to_owned());
            }
            findings.push(finding);
            None
        }
    }
}

fn all(store: &SqliteStore) -> Result<Record, StoreError> {
    store.verify()?;
    // What is wished for has to be readable, too.
    store.wishes()?;
    let Changes { revision, trials } = store.changes(0)?;
    Ok(Record { study: store.study()?, revision, trials })
}
