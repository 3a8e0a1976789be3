//! Ctrl-C: the first lets the epoch end, the second does not; both leave a study that continues.

use crate::kiln::{Place, TINY};

#[test]
fn the_first_ends_the_epoch_and_the_study_continues() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    run.interrupt();
    let answer = run.finish();
    assert_eq!(answer.code, Some(130), "{answer:?}");
    assert!(answer.stderr.contains("\"paused\""), "the trial is paused, not lost: {answer:?}");
    assert!(answer.stderr.contains("the same command continues it"), "{answer:?}");
    let paused = place.record();
    assert!(paused.iter().any(|event| event["event"] == "paused"), "{paused:?}");

    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn the_second_stops_at_once() {
    // Epochs of many seconds: the first Ctrl-C would have to wait.
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 1024\nkernel        = 11");
    let place = Place::new(&slow);
    let mut run = place.start(&["run"]);
    run.wait_for("started").expect("the study has trials");
    run.interrupt();
    run.wait_for("note").expect("it says what a second Ctrl-C does");
    run.interrupt();
    let answer = run.finish();
    assert_eq!(answer.code, Some(130), "{answer:?}");
    let states: Vec<_> = place.record().into_iter().map(|event| event["event"].clone()).collect();
    assert_eq!(states, ["started", "paused"]);
}
