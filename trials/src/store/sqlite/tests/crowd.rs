//! Several that have the same file open at once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use super::*;

const CROWD: usize = 4;

/// Lets everybody do `work` at the same time.
fn at_once<T: Send>(work: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(CROWD);
    let wait_and_work = || {
        barrier.wait();
        work()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CROWD).map(|_| scope.spawn(wait_and_work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

#[test]
fn one_of_many_creates_the_store() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("study.db");
        let results =
            at_once(|| SqliteStore::create(&path, &study()).map(|_| ()).map_err(|error| error.kind().clone()));
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(
            results.iter().filter(|result| **result == Err(ErrorKind::Exists)).count(),
            CROWD - 1,
            "{results:?}"
        );
        assert_eq!(open(&path).study().expect("readable"), study());
    }
}

#[test]
fn no_two_get_the_same_trial_or_the_same_attempt() {
    const EACH: usize = 10;
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    begin(&mut create(&path));
    let leases = at_once(|| {
        let mut store = open(&path);
        let one = |_| [begin(&mut store), store.claim(&holder("me"), 0).expect("claimed")];
        (0..EACH).flat_map(one).map(|lease| (lease.trial, lease.attempt)).collect::<Vec<_>>()
    });
    let distinct: BTreeSet<_> = leases.iter().flatten().collect();
    assert_eq!(distinct.len(), 2 * EACH * CROWD);
    let record = record(&open(&path));
    assert_eq!(record.len(), 1 + EACH * CROWD);
    assert_eq!(record[0].attempt as usize, 1 + EACH * CROWD);
}
