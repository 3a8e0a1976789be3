//! A study that is killed at any instant and continued records what an uninterrupted one records.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::kiln::{Place, TINY};

/// How often a runner is killed.
const KILLS: u32 = 10;

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
}

#[test]
fn a_strategy_that_learns_from_the_past_proposes_the_same_after_a_kill() {
    // Beyond the ten trials that evolution draws at random.
    let learning = TINY.replace("\"random\"", "\"evolution\"").replace("epochs = 3", "epochs = 1");
    let learning = learning.replace("trials = 4", "trials = 13");
    let undisturbed = Place::new(&learning);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(&learning);
    let mut run = place.start(&["run"]);
    while run.wait_for("started").expect("the study has trials")["trial"] != 11 {}
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
fn ten_kills_change_nothing() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let expected = undisturbed.record();
    assert_eq!(expected.iter().filter(|event| event["event"] == "finished").count(), 4);

    let mut instants = Pcg64::seed_from_u64(2);
    let mut kills = 0;
    // A fast machine may end a study before it has been killed ten times: then another study takes the rest.
    while kills < KILLS {
        let place = Place::new(TINY);
        while kills < KILLS {
            let mut run = place.start(&["run"]);
            // Some kills hit the beginning, the others some instant of the training.
            if instants.random_bool(0.8) && run.wait_for("started").is_none() {
                break;
            }
            sleep(Duration::from_millis(instants.random_range(0..600)));
            run.kill();
            kills += 1;
        }
        place.answer(&["run", "--device", "cpu", "--quiet"]);
        assert_eq!(place.record(), expected, "after {kills} kills");
    }
}
