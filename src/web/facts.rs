//! The facts of studies, kept until the record says more.
//!
//! They are told again when somebody asks, a revision is new, and ten times as long has passed as it took the last time: so
//! however large a study is, and whoever looks, its workers keep most of the processor.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use kiln_trials::store::Store;
use kiln_trials::store::sqlite::SqliteStore;

use super::feed::held;
use crate::failure::Failure;
use crate::report::{Reader, html};
use crate::runner::folder::Folder;

/// Between two tellings pass so many times the time that one takes.
const REST: u32 = 10;

/// What was told of a study.
#[derive(Debug)]
pub struct Told {
    /// The revision of the record that it is of.
    pub revision: u64,
    /// The facts as JSON.
    pub json: Bytes,
    reader: Arc<Reader>,
    at: Instant,
    took: Duration,
}

/// What is known of one study.
#[derive(Debug, Default)]
struct Known {
    reader: Mutex<Option<Arc<Reader>>>,
    told: Mutex<Option<Arc<Told>>>,
}

/// What is known of studies, by their names.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Arc<Known>>>);

impl Shelf {
    /// The facts of the study in `folder`. Who asks while they are told waits for them.
    pub fn facts(&self, folder: &Folder) -> Result<Arc<Told>, Failure> {
        let store = SqliteStore::open_read_only(&folder.store())?;
        let reader = self.reader(folder, &store)?;
        let known = self.known(folder);
        let mut known = held(&known.told);
        if let Some(told) = known.as_ref().filter(|told| Arc::ptr_eq(&told.reader, &reader)) {
            let is_resting = told.at.elapsed() < told.took * REST;
            if is_resting || store.changes(told.revision)?.revision == told.revision {
                return Ok(Arc::clone(told));
            }
        }
        let began = Instant::now();
        // What is recorded meanwhile is told the next time.
        let revision = store.standings(Some(&[]))?.revision;
        let json = reader.tell(&store, html::json)?.into();
        let told = Told { revision, json, reader, at: Instant::now(), took: began.elapsed() };
        Ok(Arc::clone(known.insert(Arc::new(told))))
    }

    /// What reads the study in `folder`, whose `store` is open: another one if it goes by a new file or was begun anew.
    pub fn reader(&self, folder: &Folder, store: &dyn Store) -> Result<Arc<Reader>, Failure> {
        let known = self.known(folder);
        let mut known = held(&known.reader);
        match &*known {
            Some(reader) if *reader.record() == store.study()? => Ok(Arc::clone(reader)),
            _ => Ok(Arc::clone(known.insert(Arc::new(Reader::of(store)?)))),
        }
    }

    fn known(&self, folder: &Folder) -> Arc<Known> {
        Arc::clone(held(&self.0).entry(folder.name().to_owned()).or_default())
    }
}
