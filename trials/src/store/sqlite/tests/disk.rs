//! Full, read-only, damaged and busy.

use std::fs;
use std::time::Duration;

use rusqlite::types::Value;

use super::*;
use crate::small_disk::SmallDisk;

#[test]
fn every_way_of_opening_keeps_the_promise_of_durability() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    for store in [create(&path), open(&path)] {
        let ask = |pragma: &str| store.connection.pragma_query_value(None, pragma, |row| row.get::<_, Value>(0));
        assert_eq!(ask("journal_mode"), Ok(Value::Text("wal".to_owned())));
        assert_eq!(ask("synchronous"), Ok(Value::Integer(2)), "FULL");
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_recorded() {
    let Some(disk) = SmallDisk::mount(512) else { return };
    let path = disk.path().join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    store.record_epoch(&lease, &epoch(1), None).expect("recorded");
    disk.fill();
    let mut before = record(&store);
    let error = loop {
        let last = before[0].epochs.len() as u32;
        match store.record_epoch(&lease, &epoch(last + 1), None) {
            Ok(_) => before = record(&store),
            Err(error) => break error,
        }
    };
    assert_eq!(*error.kind(), ErrorKind::Full, "{error:?}");
    assert!(!error.is_input() && error.help().contains("free some space"));
    assert_eq!(record(&store), before);
    drop(store);
    disk.free();
    let mut store = open(&path);
    assert_eq!(record(&store), before);
    store.finish(&lease, &Outcome::Complete).expect("there is space again");
}

#[test]
fn a_store_that_does_not_fit_is_not_created() {
    let Some(disk) = SmallDisk::mount(256) else { return };
    let path = disk.path().join("study.db");
    disk.fill();
    assert_eq!(refusal(SqliteStore::create(&path, &study())), ErrorKind::Full);
    disk.free();
    assert_eq!(refusal(SqliteStore::open(&path)), ErrorKind::Missing);
    drop(create(&path));
    assert_eq!(open(&path).study().expect("readable"), study());
}

#[test]
fn a_store_on_a_read_only_medium_can_be_looked_at() {
    let Some(disk) = SmallDisk::mount(512) else { return };
    let folder = disk.path().join("odd name? 100% #1");
    fs::create_dir(&folder).expect("made");
    let path = folder.join("study.db");
    let mut store = create(&path);
    begin(&mut store);
    let before = record(&store);
    drop(store);
    disk.make_read_only();

    let error = SqliteStore::open(&path).expect_err("read-only");
    assert_eq!(*error.kind(), ErrorKind::ReadOnly, "{error:?}");
    assert!(error.help().contains("writable"));
    let mut store = SqliteStore::open_read_only(&path).expect("for looking");
    assert_eq!(record(&store), before);
    assert_eq!(refusal(store.claim(&holder("me"), 0)), ErrorKind::ReadOnly);
}

#[test]
fn a_store_opened_for_reading_follows_its_writer_and_refuses_to_write() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    let mut onlooker = SqliteStore::open_read_only(&path).expect("opened");
    let lease = begin(&mut store);
    assert_eq!(record(&onlooker), record(&store));
    for refused in [
        onlooker.record_epoch(&lease, &epoch(1), None).map(drop),
        onlooker.pause(&lease),
        onlooker.finish(&lease, &Outcome::Complete),
    ] {
        assert_eq!(refusal(refused), ErrorKind::ReadOnly);
    }
    store.record_epoch(&lease, &epoch(1), None).expect("recorded");
    assert_eq!(record(&onlooker), record(&store));
}

#[test]
fn two_that_have_it_open_share_one_record() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let (mut one, mut other) = (create(&path), open(&path));
    let stale = begin(&mut one);
    let lease = other.claim(&holder("me"), stale.trial).expect("claimed");
    let fenced = ErrorKind::Fenced { trial: 0, attempt: 1, current: 2 };
    assert_eq!(refusal(one.record_epoch(&stale, &epoch(1), None)), fenced);
    other.record_epoch(&lease, &epoch(1), None).expect("recorded");
    assert_eq!(refusal(one.finish(&stale, &Outcome::Complete)), fenced);
    assert_eq!(begin(&mut one).trial, 1);
    assert_eq!(begin(&mut other).trial, 2);
    assert_eq!(record(&one), record(&other));
}

#[test]
fn nothing_is_written_to_a_file_that_was_removed_or_replaced() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let study = folder.path().join("study");
    fs::create_dir(&study).expect("made");
    let path = study.join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    let moved = folder.path().join("moved");
    fs::rename(&study, &moved).expect("moved");
    assert_eq!(refusal(store.record_epoch(&lease, &epoch(1), None)), ErrorKind::Gone);
    assert_eq!(refusal(store.wishes()), ErrorKind::Gone);
    fs::create_dir(&study).expect("made");
    let other = create(&path);
    assert_eq!(refusal(store.pause(&lease)), ErrorKind::Gone);
    assert_eq!(record(&other), []);
    drop(other);
    fs::remove_dir_all(&study).expect("removed");
    fs::rename(&moved, &study).expect("moved back");
    store.record_epoch(&lease, &epoch(1), None).expect("it is there again");
    assert_eq!(record(&store)[0].epochs.len(), 1);
}

#[test]
fn a_lock_that_is_not_let_go_is_busy_and_readers_do_not_wait_for_it() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    store.connection.busy_timeout(Duration::ZERO).expect("set");
    let holder = Connection::open(&path).expect("opened");
    holder.execute_batch("BEGIN IMMEDIATE; DELETE FROM figure").expect("locked");
    let error = store.pause(&lease).expect_err("busy");
    assert_eq!(*error.kind(), ErrorKind::Busy, "{error:?}");
    assert_eq!(record(&store)[0].statics.len(), 1, "what is not committed is not seen");
    holder.execute_batch("ROLLBACK").expect("unlocked");
    store.pause(&lease).expect("free again");
}

#[test]
fn damage_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    for number in 1..=20 {
        store.record_epoch(&lease, &epoch(number), Some("name")).expect("recorded");
    }
    store.finish(&lease, &Outcome::Crashed { cause: "SIGSEGV".to_owned() }).expect("finished");
    drop(store);
    let whole = fs::read(&path).expect("readable");
    let look = |content: &[u8]| {
        fs::write(&path, content).expect("writable");
        let looked = SqliteStore::open_read_only(&path).and_then(|store| Ok((store.study()?, store.snapshot()?)));
        looked.map(|_| ()).map_err(|error| error.kind().clone())
    };
    assert_eq!(look(&whole), Ok(()));
    let page = 4096;
    for start in (page..whole.len()).step_by(page) {
        let mut damaged = whole.clone();
        damaged[start..start + page].fill(0x55);
        assert!(matches!(look(&damaged), Err(ErrorKind::Corrupt) | Ok(())), "page at {start}");
    }
    assert_eq!(look(&whole[..2 * page]), Err(ErrorKind::Corrupt), "cut");
    for at in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        // A byte that nobody uses may be flipped, and the digits of a figure are not guarded.
        let kind = look(&damaged);
        assert!(!matches!(kind, Err(ErrorKind::Busy | ErrorKind::Full | ErrorKind::ReadOnly)), "byte {at}: {kind:?}");
    }
}

#[test]
fn values_that_no_kiln_writes_are_damage() {
    for sql in [
        "UPDATE trial SET candidate = '{'",
        "UPDATE trial SET candidate = '{\"a\": null}'",
        "UPDATE trial SET phase = 'ended', outcome = '{\"outcome\":\"glorious\"}', ended_at = 0",
        "UPDATE trial SET attempt = 4294967296",
        "UPDATE study SET seed = 'forty-two'",
        "DELETE FROM study",
        "DELETE FROM epoch",
        "DROP TABLE warning",
    ] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("study.db");
        let mut store = create(&path);
        let lease = begin(&mut store);
        store.record_epoch(&lease, &epoch(1), None).expect("recorded");
        Connection::open(&path).expect("opened").execute_batch(sql).expect(sql);
        let error = store.snapshot().and_then(|_| store.study()).map(|_| ()).expect_err(sql);
        let expected = if sql.starts_with("DROP") { ErrorKind::Io } else { ErrorKind::Corrupt };
        assert_eq!(*error.kind(), expected, "{sql}: {error:?}");
    }
}
