//! Processes that stand still for longer than others wait for them, and then go on.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kiln::{Place, Running, TINY, signal};

/// For how many seconds leases hold here.
const TERM: &str = "term 2";

/// Seconds of training, in which a process can be stopped.
fn slow() -> String {
    TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 24").replace("epochs = 3", "epochs = 4")
}

fn undisturbed(space: &str) -> Vec<Value> {
    let place = Place::new(space);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place.record()
}

fn shown(place: &Place, trial: &Value) -> Value {
    place.json(&["show", &trial.to_string(), "--format", "json"])
}

/// Lets a process go on whose trial was taken while it was frozen: it says so, and adds nothing to the log `before`.
fn assert_wakes_to_nothing(frozen: Running, place: &Place, before: &str) {
    signal(frozen.id(), "CONT");
    let frozen = frozen.finish();
    assert_eq!(frozen.code, Some(0), "{frozen:?}");
    assert!(frozen.stderr.contains("attempt 1"), "it says that the trial was taken: {frozen:?}");
    assert_eq!(place.answer(&["log"]), before);
}

#[test]
fn a_run_that_was_frozen_past_its_lease_records_nothing() {
    let place = Place::new(&slow());
    let mut frozen = place.start_amid(TERM, &["run"]);
    let epoch = frozen.wait_for("epoch").expect("the study has epochs");
    signal(frozen.id(), "STOP");
    let other = place.start_amid(TERM, &["worker", "tiny"]).finish();
    assert_eq!(other.code, Some(0), "it does everything alone: {other:?}");
    let (before, trial) = (place.answer(&["log"]), shown(&place, &epoch["trial"]));
    assert_eq!((&trial["outcome"], &trial["attempt"]), (&json!("complete"), &json!(2)), "{trial}");

    assert_wakes_to_nothing(frozen, &place, &before);
    assert_eq!(shown(&place, &epoch["trial"]), trial);
    assert_eq!(place.record(), undisturbed(&slow()));
    let left: Vec<_> = std::fs::read_dir(place.path("studies/tiny/checkpoints"))
        .expect("there are checkpoints")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let lost = format!("trial-{}-attempt-1-", epoch["trial"]);
    assert!(!left.iter().any(|name| name.contains(&lost)), "what it wrote meanwhile is removed: {left:?}");
}

#[test]
fn a_helper_that_was_frozen_past_its_lease_records_nothing() {
    let place = Place::new(&slow());
    let mut run = place.start_amid(TERM, &["run"]);
    run.wait_for("started").expect("the study has trials");
    let mut frozen = place.start_amid(TERM, &["worker", "tiny"]);
    let trial = frozen.wait_for("started").expect("there is a trial left")["trial"].clone();
    signal(frozen.id(), "STOP");
    assert_eq!(run.finish().code, Some(0));
    let (before, taken) = (place.answer(&["log"]), shown(&place, &trial));
    assert_eq!((&taken["outcome"], &taken["attempt"]), (&json!("complete"), &json!(2)), "{taken}");

    assert_wakes_to_nothing(frozen, &place, &before);
    assert_eq!(place.record(), undisturbed(&slow()));
}

#[test]
fn a_run_that_was_frozen_does_not_blame_its_workers() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 4\ntrial_wall = \"10s\""));
    let mut run = place.start_amid("silence 10", &["run", "--workers", "2"]);
    for _ in 0..2 {
        run.wait_for("epoch").expect("the study has epochs");
    }
    signal(run.id(), "STOP");
    // Its workers go on, and what they say waits.
    sleep(Duration::from_secs(13));
    signal(run.id(), "CONT");
    assert_eq!(run.finish().code, Some(0));
    assert_eq!(place.record(), undisturbed(TINY));
}

#[test]
fn a_worker_that_is_frozen_is_replaced() {
    let place = Place::new(&slow());
    let mut run = place.start_amid("silence 10", &["run", "--workers", "2"]);
    run.wait_for("epoch").expect("the study has epochs");
    signal(run.workers()[0], "STOP");
    let run = run.finish();
    assert_eq!(run.code, Some(0), "{run:?}");
    let trials: Vec<_> = (0..4).map(|trial| shown(&place, &json!(trial))).collect();
    let frozen: Vec<_> = trials.iter().filter(|trial| trial["outcome"] == "timed-out").collect();
    assert_eq!(frozen.len(), 1, "{trials:?}");
    assert!(frozen[0]["cause"].as_str().is_some_and(|cause| cause.contains("said nothing")), "{frozen:?}");
    let others = |record: Vec<Value>| -> Vec<_> {
        record.into_iter().filter(|event| event["trial"] != frozen[0]["trial"]).collect()
    };
    assert_eq!(others(place.record()), others(undisturbed(&slow())));
}
