//! What becomes of a study whose worker dies.

use std::fs;

use crate::kiln::{Place, Running, TINY, signal};

#[test]
fn another_worker_continues_the_trial() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    signal(only_worker(&run), "KILL");
    let fault = run.wait_for("fault").expect("the death is noticed");
    assert_eq!(fault["faults"], 1);
    assert!(fault["cause"].as_str().is_some_and(|cause| cause.contains("SIGKILL")), "{fault}");
    assert_eq!(run.finish().code, Some(0));
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn a_worker_goes_before_its_runner_when_memory_runs_out() {
    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("started").expect("there is a trial");
    let score = |process: u32| -> i32 {
        let score = fs::read_to_string(format!("/proc/{process}/oom_score_adj")).expect("there is /proc");
        score.trim().parse().expect("a number")
    };
    assert!(score(only_worker(&run)) > score(run.id()));
    run.kill();
}

#[test]
fn the_third_death_is_the_trials_end_but_not_the_studys() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 2").replace("epochs = 3", "epochs = 20"));
    let mut run = place.start(&["run"]);
    for faults in 1..=3 {
        run.wait_for("started").expect("there is a trial");
        signal(only_worker(&run), "KILL");
        assert_eq!(run.wait_for("fault").expect("the death is noticed")["faults"], faults);
    }
    assert_eq!(run.finish().code, Some(0), "the other trial is usable");
    let shown = place.json(&["show", "0", "--format", "json"]);
    assert_eq!(shown["outcome"], "crashed");
    assert_eq!(shown["faults"].as_array().expect("a list").len(), 3);
    assert_eq!(place.json(&["show", "1", "--format", "json"])["outcome"], "complete");
}

/// The process id of the run's only worker.
fn only_worker(run: &Running) -> u32 {
    let workers = run.workers();
    assert_eq!(workers.len(), 1, "one worker");
    workers[0]
}
