//! Disks that are full or cannot be written, and a store that goes away.

use std::fs;

use crate::kiln::{Place, TINY};
use crate::small_disk::SmallDisk;

#[test]
fn a_full_disk_ends_the_run_and_loses_nothing() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let Some(disk) = SmallDisk::mount(4096) else { return };
    let place = Place::new(TINY);
    std::os::unix::fs::symlink(disk.path(), place.path("studies")).expect("a link can be made");
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    disk.fill();
    let answer = run.finish();
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(answer.stderr.contains("free some space"), "{answer:?}");
    let again = place.kiln(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(again.code, Some(3), "it is full still: {again:?}");

    disk.free();
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn a_study_that_cannot_be_written_can_be_looked_at() {
    let Some(disk) = SmallDisk::mount(4096) else { return };
    let place = Place::new(TINY);
    std::os::unix::fs::symlink(disk.path(), place.path("studies")).expect("a link can be made");
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    run.interrupt();
    assert_eq!(run.finish().code, Some(130));
    let before = place.record();
    disk.make_read_only();
    for command in [["run"].as_slice(), &["stop", "0"], &["pause"], &["enqueue", "dropout=0.1"]] {
        let answer = place.kiln(command);
        assert_eq!(answer.code, Some(3), "{command:?}: {answer:?}");
        assert!(answer.stderr.contains("writable"), "{command:?}: {answer:?}");
    }
    assert_eq!(place.record(), before);
}

#[test]
fn a_run_whose_store_goes_away_ends_and_goes_on_once_it_is_back() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let (study, elsewhere) = (place.path("studies/tiny"), place.path("elsewhere"));
    fs::rename(&study, &elsewhere).expect("it can be moved");
    let answer = run.finish();
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(answer.stderr.contains("was removed, or replaced"), "{answer:?}");

    // What workers wrote meanwhile.
    let _ = fs::remove_dir_all(&study);
    fs::rename(&elsewhere, &study).expect("it can be moved back");
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn a_second_run_is_refused_and_does_not_disturb_the_first() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let second = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.stderr.contains("is being run by another process"), "{second:?}");
    assert_eq!(run.finish().code, Some(0));
    assert_eq!(place.record(), undisturbed.record());
}
