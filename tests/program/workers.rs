//! Several workers on one study, and what they may use.

use crate::kiln::{Place, TINY};

/// Eight trials, whose candidates do not depend on how others end.
fn eight() -> String {
    TINY.replace("trials = 4", "trials = 8")
}

#[test]
fn two_workers_record_what_one_records() {
    let alone = Place::new(&eight());
    alone.answer(&["run", "--device", "cpu", "--quiet", "--workers", "1"]);
    let together = Place::new(&eight());
    together.answer(&["run", "--device", "cpu", "--quiet", "--workers", "2"]);
    assert_eq!(together.record(), alone.record());
}

#[test]
fn a_second_run_helps_and_does_nothing_twice() {
    let place = Place::new(&eight());
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let refused = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("`kiln worker tiny`"), "{refused:?}");
    let mut help = place.start(&["worker", "tiny"]);
    let helped = help.wait_for("started").expect("there is a trial left")["trial"].clone();
    assert_eq!(help.finish().code, Some(0));
    assert_eq!(run.finish().code, Some(0));
    let alone = Place::new(&eight());
    alone.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), alone.record(), "trial {helped} was the helper's first");
    let shown = place.json(&["show", &helped.to_string(), "--format", "json"]);
    assert_eq!(shown["outcome"], "complete");
}

#[test]
fn a_helper_takes_over_from_a_run_that_is_killed() {
    let place = Place::new(&eight());
    let mut run = place.start_amid("term 2", &["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let mut help = place.start_amid("term 2", &["worker", "tiny"]);
    help.wait_for("started").expect("there is a trial left");
    run.kill();
    assert_eq!(help.finish().code, Some(0));
    let alone = Place::new(&eight());
    alone.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), alone.record());
}

#[test]
fn trials_that_would_need_more_memory_than_they_may_have_do_not_begin() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 2\ntrial_memory = \"1MiB\""));
    let run = place.kiln(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("`trial_memory`, 1.0 MiB"), "the cause is told: {run:?}");
}
