//! Killed at any instant: what a process leaves on the disk at that instant opens as the record after some operation,
//! and as nothing less than the record after the last operation that had returned.

use std::fs;

use kiln_search::sampler::strategy::Strategy;

use super::*;

/// The files of a store at an instant.
#[derive(Clone)]
struct Remains {
    database: Vec<u8>,
    log: Vec<u8>,
}

impl Remains {
    fn of(path: &Path) -> Self {
        let database = fs::read(path).expect("readable");
        Self { database, log: fs::read(path.with_extension("db-wal")).expect("readable") }
    }

    fn open(&self, folder: &Path) -> SqliteStore {
        let path = folder.join("study.db");
        for gone in ["db-wal", "db-shm"] {
            let _ = fs::remove_file(path.with_extension(gone));
        }
        fs::write(&path, &self.database).expect("writable");
        fs::write(path.with_extension("db-wal"), &self.log).expect("writable");
        open(&path)
    }
}

type Step<'a> = dyn Fn(&mut SqliteStore) -> Result<(), StoreError> + 'a;

#[test]
fn a_store_killed_at_any_instant_is_whole() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let grave = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    let rules = Rules { space_toml: "wider".to_owned(), strategy: Strategy::Sobol, reason: None };
    let steps: [&Step<'_>; 7] = [
        &|store| store.record_epoch(&lease, &epoch(1), Some("one")).map(drop),
        &|store| store.warn(&lease, "no gradient"),
        &|store| store.record_epoch(&lease, &epoch(2), Some("two")).map(drop),
        &|store| store.rewind(&lease, 1),
        &|store| store.fault(&lease, "SIGKILL").map(|_| ()),
        &|store| store.revise_file(2, &rules),
        &|store| store.finish(&lease, &Outcome::Complete),
    ];
    let known = |store: &SqliteStore| (record(store), store.study().expect("readable"));
    let mut before = (Remains::of(&path), known(&store));
    for step in steps {
        step(&mut store).expect("done");
        let after = (Remains::of(&path), known(&store));
        assert_eq!(known(&after.0.open(grave.path())), after.1, "what has returned is durable");
        assert_eq!(before.0.database, after.0.database, "a commit only appends to the log");
        for length in (before.0.log.len()..after.0.log.len()).step_by(509) {
            let cut = Remains { log: after.0.log[..length].to_vec(), ..after.0.clone() };
            assert_eq!(known(&cut.open(grave.path())), before.1, "a commit that was cut off never happened");
        }
        before = after;
    }
}
