//! What `verify` finds.

use std::error::Error as _;
use std::fs;

use super::*;

fn some(path: &Path) {
    let mut store = create(path);
    let lease = begin(&mut store);
    for number in 1..=20 {
        store.record_epoch(&lease, &epoch(number), Some("name")).expect("recorded");
    }
    store.warn(&lease, "hot").expect("warned");
    store.finish(&lease, &Outcome::Complete).expect("finished");
}

#[test]
fn a_store_is_whole_from_its_creation_on_and_after_a_migration() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    create(&path).verify().expect("whole");
    begin(&mut open(&path));
    SqliteStore::open_read_only(&path).expect("opened").verify().expect("whole");

    let path = folder.path().join("older.db");
    let older = Connection::open(&path).expect("opened");
    older.execute_batch(MIGRATIONS[0]).expect("made");
    older.execute_batch("PRAGMA application_id = 0x4B696C6E; PRAGMA user_version = 1").expect("marked");
    drop(older);
    open(&path).verify().expect("whole");
}

#[test]
fn what_kiln_did_not_do_is_found() {
    for (sql, found) in [
        ("DROP TABLE warning", "`warning` is not as Kiln makes it"),
        ("ALTER TABLE trial ADD COLUMN note TEXT", "`trial` is not as Kiln makes it"),
        ("DROP INDEX fault_of_trial", "`fault_of_trial` is not as Kiln makes it"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM trial", "20 of the rows of `epoch` belong to no trial"),
        ("PRAGMA ignore_check_constraints = ON; UPDATE trial SET attempt = 0", "CHECK constraint failed in trial"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("study.db");
        some(&path);
        Connection::open(&path).expect("opened").execute_batch(sql).expect(sql);
        let error = open(&path).verify().expect_err(sql);
        assert_eq!(*error.kind(), ErrorKind::Corrupt, "{sql}");
        let cause = error.source().expect("it says why").to_string();
        assert!(cause.split("; ").any(|complaint| complaint == found), "{sql}: {cause}");
    }
}

#[test]
fn figures_of_a_trial_are_never_told_of_another() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    begin(&mut store);
    let lease = begin(&mut store);
    store.record_epoch(&lease, &epoch(1), None).expect("recorded");
    begin(&mut store);
    let gap = "DELETE FROM figure WHERE trial = 0; DELETE FROM trial WHERE number = 0";
    Connection::open(&path).expect("opened").execute_batch(gap).expect("deleted");
    let error = store.standings(Some(&["val_loss".to_owned()])).expect_err("trial 1 is where trial 2 belongs");
    assert_eq!(*error.kind(), ErrorKind::Corrupt);
}

#[test]
fn a_file_whose_header_forbids_writing_is_damaged_for_writers() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    some(&path);
    let mut content = fs::read(&path).expect("readable");
    // The version of the format that a writer has to know; a reader has to know the next.
    content[18] = 0xfd;
    fs::write(&path, content).expect("writable");
    assert_eq!(refusal(SqliteStore::open(&path)), ErrorKind::Corrupt);
    assert_eq!(record(&SqliteStore::open_read_only(&path).expect("for looking")).len(), 1);
}

#[test]
fn no_page_can_be_overwritten_or_cut_off_unnoticed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    some(&path);
    let whole = fs::read(&path).expect("readable");
    let is_sound = |content: &[u8]| {
        fs::write(&path, content).expect("writable");
        SqliteStore::open_read_only(&path).and_then(|store| store.verify()).is_ok()
    };
    assert!(is_sound(&whole));
    let page = 4096;
    for start in (0..whole.len()).step_by(page) {
        let mut damaged = whole.clone();
        damaged[start..start + page].fill(0x55);
        assert!(!is_sound(&damaged), "page at {start}");
        assert!(!is_sound(&whole[..start]), "cut at {start}");
    }
}
