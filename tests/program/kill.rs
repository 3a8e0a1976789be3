//! A study that is killed at an instant that matters and continued records what an uninterrupted one records.

use std::fs;

use crate::kiln::{HALVING, Place, TINY};

#[test]
fn a_damaged_checkpoint_costs_epochs_and_nothing_else() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    while run.wait_for("epoch").expect("the study has epochs")["epoch"] != 2 {}
    run.kill();
    let newest = place.json(&["show", "0", "--format", "json"])["checkpoint"].clone();
    let newest = place.path("studies/tiny/checkpoints").join(newest.as_str().expect("there is a checkpoint"));
    for file in fs::read_dir(newest).expect("it is a directory") {
        fs::write(file.expect("readable").path(), "not what was written").expect("it is writable");
    }
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("goes back to an earlier checkpoint"), "{run:?}");
    assert_eq!(place.record(), undisturbed.record());
    let confusions = |place: &Place| {
        ["0", "1", "2", "3"].map(|trial| place.json(&["show", trial, "--format", "json"])["confusion"].clone())
    };
    assert_eq!(confusions(&place), confusions(&undisturbed));
}

#[test]
fn a_strategy_that_learns_from_the_past_proposes_the_same_after_a_kill() {
    // Beyond the 15 trials that evolution draws at random.
    let learning = TINY.replace("\"random\"", "\"evolution\"").replace("epochs = 3", "epochs = 1");
    let learning = learning.replace("trials = 4", "trials = 18");
    let undisturbed = Place::new(&learning);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(&learning);
    let mut run = place.start(&["run"]);
    while run.wait_for("started").expect("the study has trials")["trial"] != 16 {}
    run.kill();
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn a_creation_that_was_killed_is_no_study_yet() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 1").replace("epochs = 3", "epochs = 1"));
    fs::create_dir_all(place.path("studies/tiny")).expect("the directory is writable");
    place.write("studies/tiny/study.db", "");
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let finished = place.record().into_iter().filter(|event| event["event"] == "finished").count();
    assert_eq!(finished, 1);
}

#[test]
fn a_kill_after_every_epoch_does_not_change_who_is_promoted() {
    let undisturbed = Place::new(HALVING);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let place = Place::new(HALVING);
    loop {
        let mut run = place.start(&["run"]);
        if run.wait_for("epoch").is_none() {
            break;
        }
        // The epoch is on record, and the verdict on it is not, or only just.
        run.kill();
    }
    assert_eq!(place.record(), undisturbed.record());
    assert_eq!(place.answer(&["rank"]), undisturbed.answer(&["rank"]));
}
