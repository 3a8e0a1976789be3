//! Trials that are paused, promoted and ended early.

use std::fs;

use kiln_trials::checkpoint::Checkpoints;
use serde_json::{Value, json};

use crate::kiln::{HALVING, Place, TINY};

#[test]
fn the_best_are_promoted_and_no_epoch_is_trained_twice() {
    let place = Place::new(HALVING);
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("paused at 1 of 4 epochs"), "{run:?}");

    // Each trial in the order of its epochs, as they were trained: none is missing, and none is there twice.
    let ranking = place.json(&["rank", "--format", "json"]);
    let trials = ranking["trials"].as_array().expect("a list");
    for trial in trials {
        let number = trial["trial"].as_u64().expect("a number");
        let trained = run.stderr.matches(&format!("trial {number}  epoch ")).count() as u64;
        assert_eq!(trained, trial["epochs"], "{run:?}");
    }
    let epochs: u64 = trials.iter().filter_map(|trial| trial["epochs"].as_u64()).sum();
    assert!((8 + 4 + 2 * 2..8 * 4).contains(&epochs), "{epochs} epochs of 32: {ranking}");

    // The complete ones come first, then the paused ones, those that have come furthest first.
    let places: Vec<_> = trials.iter().map(|trial| (&trial["outcome"], trial["epochs"].as_u64())).collect();
    let complete = places.iter().take_while(|(outcome, epochs)| *outcome == "complete" && *epochs == Some(4)).count();
    assert!(complete >= 2, "{ranking}");
    let paused = &places[complete..];
    assert!(paused.len() >= 4 && paused.iter().all(|(outcome, _)| *outcome == "paused"), "{ranking}");
    assert!(paused.is_sorted_by(|(_, a), (_, b)| a >= b), "{ranking}");
    assert!(run.stdout.contains("paused"), "{run:?}");

    // Those at the first rung that went on are the best half there, or were at the time; the very best is one of them.
    let accuracy = |trial: &Value| {
        let shown = place.json(&["show", &trial["trial"].to_string(), "--format", "json"]);
        shown["epochs"][0]["metrics"]["val_accuracy"].as_f64().expect("a number")
    };
    let best = trials.iter().max_by(|a, b| accuracy(a).total_cmp(&accuracy(b))).expect("there are trials");
    assert_ne!(best["epochs"], 1, "{ranking}");

    // What a paused trial would continue from is there, with the checkpoints of the best, and nothing else.
    let kept = fs::read_dir(place.path("studies/halving/checkpoints")).expect("there are checkpoints");
    let mut kept: Vec<String> =
        kept.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    kept.retain(|name| trials.iter().all(|trial| !is_needed(trial, name)));
    assert_eq!(kept, Vec::<String>::new());
    let newest = |trial: &&Value| trial["outcome"] == "paused" || trial["on_front"] == true;
    for trial in trials.iter().filter(newest) {
        let shown = place.json(&["show", &trial["trial"].to_string(), "--format", "json"]);
        let checkpoint = shown["checkpoint"].as_str().expect("there is one");
        Checkpoints::new(place.path("studies/halving/checkpoints")).read(checkpoint).expect("it is sound");
    }

    let again = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!((again.code, &again.stdout), (Some(0), &run.stdout), "a finished study stays as it is");
    let shown = place.answer(&["show", &trials[complete]["trial"].to_string()]);
    assert!(shown.contains("paused at") && shown.contains("of 4 epochs"), "{shown}");
    let log = place.answer(&["log"]);
    assert!(log.contains("paused at 1 of 4 epochs"), "{log}");
    assert_eq!(log.matches("learning_rate=").count(), 8, "each trial is told with its candidate: {log}");
}

/// Whether the checkpoint `name` is one of the last two of a paused trial, or the last of one on the front.
fn is_needed(trial: &Value, name: &str) -> bool {
    let epochs = trial["epochs"].as_u64().expect("a number");
    let of = |epoch: u64| {
        name.starts_with(&format!("trial-{}-attempt-", trial["trial"])) && name.ends_with(&format!("-epoch-{epoch}"))
    };
    let paused = trial["outcome"] == "paused" && (of(epochs) || of(epochs - 1));
    paused || (trial["on_front"] == true && of(epochs))
}

#[test]
fn hyperband_begins_some_trials_at_higher_rungs() {
    let place = Place::new(&HALVING.replace("scheduler = \"asha\"", "scheduler = \"hyperband\""));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let ranking = place.json(&["rank", "--format", "json"]);
    // The first bracket has four trials, which wait at epoch 1; the second one three, which do not.
    let epochs = |number: u64| {
        let trials = ranking["trials"].as_array().expect("a list").iter();
        trials.filter(|trial| trial["trial"] == number).filter_map(|trial| trial["epochs"].as_u64()).sum::<u64>()
    };
    assert!((0..4).any(|number| epochs(number) == 1), "{ranking}");
    assert!((4..7).all(|number| epochs(number) >= 2), "{ranking}");
}

#[test]
fn what_is_worse_than_the_median_is_pruned() {
    // The last trials learn nothing, so that they are behind whatever the others are like.
    let bad = "{ learning_rate = 1e-9 }";
    let good = "{ optimizer = \"adam\", learning_rate = 1e-2 }, ".repeat(5);
    let space = TINY.replace("{ optimizer = \"adam\", dropout = 0.25 }", &format!("{good}{bad}"));
    let space = space.replace("float = [1e-3, 1e-1]", "float = [1e-9, 1e-1]").replace("trials = 4", "trials = 6");
    let place = Place::new(&space.replace("epochs = 3", "epochs = 3\nscheduler = \"median\""));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("✗ trial 5  pruned"), "{run:?}");
    let pruned = place.json(&["show", "5", "--format", "json"]);
    assert_eq!((&pruned["outcome"], pruned["epochs"].as_array().map(Vec::len)), (&json!("pruned"), Some(1)));
    assert_eq!(place.json(&["show", "0", "--format", "json"])["outcome"], "complete");
}

#[test]
fn a_trial_that_gets_no_better_is_complete_early() {
    let space = TINY.replace("epochs = 3", "epochs = 9\nscheduler = \"patience\"\npatience = 1\ndelta = 1.0");
    let place = Place::new(&space.replace("trials = 4", "trials = 1"));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert!(run.stderr.contains("✓ trial 0"), "{run:?}");
    let settled = place.json(&["show", "0", "--format", "json"]);
    // Nothing improves by more than a whole accuracy, so the first verdict is the last.
    assert_eq!((&settled["outcome"], settled["epochs"].as_array().map(Vec::len)), (&json!("complete"), Some(2)));
}

#[test]
fn ctrl_c_does_not_change_what_is_promoted() {
    let undisturbed = Place::new(HALVING);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let place = Place::new(HALVING);
    // In each run one epoch is trained, and the verdict on it is given.
    loop {
        let mut run = place.start(&["run"]);
        let running = run.wait_for("epoch").is_some();
        if running {
            run.interrupt();
        }
        let answer = run.finish();
        if answer.code == Some(0) {
            break;
        }
        assert_eq!(answer.code, Some(130), "{answer:?}");
    }
    assert_eq!(place.record(), undisturbed.record());
    assert_eq!(place.answer(&["rank"]), undisturbed.answer(&["rank"]));
}

#[test]
fn a_checkpoint_that_the_trainer_cannot_use_costs_epochs_and_nothing_else() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    while run.wait_for("epoch").expect("the study has epochs")["epoch"] != 2 {}
    run.kill();
    let shown = place.json(&["show", "0", "--format", "json"]);
    let attempt = shown["attempt"].as_u64().expect("a number") as u32;
    let epochs = shown["epochs"].as_array().expect("a list").len() as u32;
    // Whole, with a digest that is right, and of another network.
    let checkpoints = Checkpoints::new(place.path("studies/tiny/checkpoints"));
    let files = [("model.bpk", "no model"), ("optimizer.bpk", "no optimizer")];
    let name = checkpoints.write(0, attempt, epochs, &files).expect("it can be written");
    assert_eq!(shown["checkpoint"], json!(name));

    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("goes back to an earlier checkpoint"), "{run:?}");
    assert_eq!(place.record(), undisturbed.record());
    let shown = place.json(&["show", "0", "--format", "json"]);
    assert_eq!((&shown["outcome"], &shown["faults"]), (&json!("complete"), &json!([])));
}

#[test]
fn check_tells_what_the_schedule_costs() {
    let place = Place::new(HALVING);
    let checked = place.answer(&["check"]);
    for part in [
        "4 a trial, about 16 in all, more where later trials are better, at most 32",
        "asha: pauses trials after epochs 1, 2; one in 2 goes on",
    ] {
        assert!(checked.contains(part), "`{part}` is not in: {checked}");
    }
}

#[test]
fn check_notes_that_the_smallest_go_on_where_size_is_a_goal() {
    let note = "the trials with the best parameters go on";
    assert!(!Place::new(HALVING).answer(&["check"]).contains(note));
    let goals = ["val_accuracy\"\ngoal = \"maximize", "parameters\"\ngoal = \"minimize"];
    let goals = goals.map(|goal| format!("[[objective]]\nmetric = \"{goal}\"\n"));
    let sized = HALVING.to_owned() + &goals.concat();
    assert!(Place::new(&sized).answer(&["check"]).contains(note));
}
