//! What becomes of a study whose worker dies.

use std::fs;

use crate::kiln::{Place, TINY, signal};

#[test]
fn another_worker_continues_the_trial() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    signal(worker_of(run.id()), "KILL");
    let fault = run.wait_for("fault").expect("the death is noticed");
    assert_eq!(fault["faults"], 1);
    assert!(fault["cause"].as_str().is_some_and(|cause| cause.contains("SIGKILL")), "{fault}");
    assert_eq!(run.finish().code, Some(0));
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn the_third_death_is_the_trials_end_but_not_the_studys() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 2").replace("epochs = 3", "epochs = 20"));
    let mut run = place.start(&["run"]);
    for faults in 1..=3 {
        run.wait_for("started").expect("there is a trial");
        signal(worker_of(run.id()), "KILL");
        assert_eq!(run.wait_for("fault").expect("the death is noticed")["faults"], faults);
    }
    assert_eq!(run.finish().code, Some(0), "the other trial is usable");
    let shown = place.json(&["show", "0", "--format", "json"]);
    assert_eq!(shown["outcome"], "crashed");
    assert_eq!(shown["faults"].as_array().expect("a list").len(), 3);
    assert_eq!(place.json(&["show", "1", "--format", "json"])["outcome"], "complete");
}

/// The process id of the runner's only child.
fn worker_of(runner: u32) -> u32 {
    let children: Vec<u32> = fs::read_dir("/proc")
        .expect("there is /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| parent_of(*process) == Some(runner))
        .collect();
    assert_eq!(children.len(), 1, "one worker");
    children[0]
}

/// From `/proc/N/stat`: `N (name) state parent …`; the name may contain anything.
fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}
