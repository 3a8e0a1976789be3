//! What only a store on a disk can suffer. That it keeps the contract otherwise: see `store::agreement`.

mod crash;
mod crowd;
mod disk;
mod identity;
mod integrity;

use std::path::Path;

use kiln_search::candidate::{Candidate, Value};

use super::*;
use crate::store::agreement::study;
use crate::trial::{Measured, Metrics, Origin};

fn create(path: &Path) -> SqliteStore {
    SqliteStore::create(path, &study()).expect("created")
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path).expect("opened")
}

fn epoch(epoch: u32) -> Epoch {
    Epoch { epoch, metrics: Measured::from([("val_loss", 1.0 / f64::from(epoch))]) }
}

/// A holder whose leases do not run out while a test is run.
fn holder(name: &str) -> Holder {
    Holder { name: name.to_owned(), term: Duration::from_hours(1) }
}

/// Begins the next trial, whoever else does at the same time.
fn begin(store: &mut SqliteStore) -> Lease {
    let candidate = Candidate::from_iter([("depth".to_owned(), Value::Int(2))]);
    let statics = Metrics::from([("parameters".to_owned(), 1234.0)]);
    loop {
        let Changes { revision, trials } = store.changes(0).expect("readable");
        let number = trials.len() as TrialNumber;
        let beginning = Beginning {
            number,
            candidate: &candidate,
            origin: Origin::Sampled,
            statics: &statics,
            seen: revision,
            entry: None,
            file_revision: store.study().expect("readable").file_revision,
        };
        match store.begin(&holder("me"), &beginning) {
            Err(error) if *error.kind() == (ErrorKind::Taken { trial: number }) => {}
            begun => return begun.expect("begun"),
        }
    }
}

fn record(store: &SqliteStore) -> Vec<Trial> {
    store.snapshot().expect("readable")
}

fn refusal<T>(result: Result<T, StoreError>) -> ErrorKind {
    match result {
        Ok(_) => panic!("this is to be refused"),
        Err(error) => error.kind().clone(),
    }
}
