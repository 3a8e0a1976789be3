//! Trials that bring harm to their process: each ends as what it died of, and nobody else misses an epoch.

use std::sync::OnceLock;

use serde_json::Value;

use crate::kiln::{Place, Running, TINY};
use crate::small_memory::SmallMemory;

/// The trial that falls ill, in its second epoch.
const SICK: u32 = 1;

/// Six trials, whose candidates do not depend on how others end; within the budget of `limits`.
fn study(limits: &str) -> String {
    TINY.replace("trials = 4", &format!("trials = 6\n{limits}"))
}

/// What the study records in good health.
fn undisturbed() -> &'static [Value] {
    static RECORD: OnceLock<Vec<Value>> = OnceLock::new();
    RECORD.get_or_init(|| {
        let place = Place::new(&study(""));
        place.answer(&["run", "--device", "cpu", "--quiet"]);
        place.record()
    })
}

/// What becomes of the sick trial, for programs and for people.
struct Fate {
    shown: Value,
    text: String,
}

/// Runs a study of several `workers` in which one trial suffers `fault`; the others must be as in good health.
fn suffer(fault: &str, workers: &str, limits: &str, more: &str) -> Fate {
    suffer_in(|_| {}, fault, workers, limits, more)
}

/// The same in surroundings into which `bring` brings the run when it has begun.
fn suffer_in(bring: impl Fn(&Running), fault: &str, workers: &str, limits: &str, more: &str) -> Fate {
    let place = Place::new(&study(limits));
    let chaos = format!("trial {SICK} epoch 2: {fault}; {more}");
    let mut run = place.start_amid(&chaos, &["run", "--workers", workers]);
    run.wait_for("started").expect("the study has trials");
    bring(&run);
    let run = run.finish();
    assert_eq!(run.code, Some(0), "the others are usable: {run:?}");
    let (sick, others): (Vec<_>, Vec<_>) = place.record().into_iter().partition(|event| event["trial"] == SICK);
    let expected = undisturbed().iter().filter(|event| event["trial"] != SICK).cloned().collect::<Vec<_>>();
    assert_eq!(others, expected);
    let before: Vec<_> = undisturbed().iter().filter(|event| event["trial"] == SICK).take(sick.len() - 1).collect();
    assert_eq!(sick[..sick.len() - 1].iter().collect::<Vec<_>>(), before, "up to its end it is as in good health");
    let number = SICK.to_string();
    let shown = place.json(&["show", &number, "--format", "json"]);
    assert_eq!(shown["epochs"].as_array().map(Vec::len), Some(1), "{shown}");
    Fate { shown, text: place.answer(&["show", &number]) }
}

fn assert_fate(fate: &Fate, outcome: &str, faults: usize, says: &[&str]) {
    let Fate { shown, text } = fate;
    assert_eq!(shown["outcome"], outcome, "{text}");
    assert_eq!(shown["faults"].as_array().map(Vec::len), Some(faults), "{text}");
    assert!(text.contains(&format!("trial {SICK} of tiny: {outcome}")), "{text}");
    for part in says {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn one_that_takes_memory_without_end_is_out_of_memory() {
    let fate = suffer("allocate", "2", "trial_memory = \"512MiB\"", "");
    assert_fate(&fate, "out-of-memory", 0, &["the worker used ", "a trial may use 512.0 MiB"]);
}

#[test]
fn what_earlier_trials_have_left_is_not_held_against_a_later_one() {
    // The second takes 100 MiB by itself, and with the hoard of the first too much.
    let large = "{ channels = 8, batch_size = 64 }, { channels = 128, batch_size = 1024 }";
    let space = TINY
        .replace("{ optimizer = \"adam\", dropout = 0.25 }", large)
        .replace("{ ordinal = [2, 4, 8] }", "{ ordinal = [8, 128] }")
        .replace("batch_size    = 64", "batch_size    = { ordinal = [64, 1024] }")
        .replace("trials = 4", "trials = 2\ntrial_memory = \"480MiB\"");
    let place = Place::new(&space);
    let run = place.start_amid("trial 0 epoch 2: hoard", &["run"]).finish();
    assert_eq!(run.code, Some(0), "{run:?}");
    let shown = ["0", "1"].map(|trial| place.json(&["show", trial, "--format", "json"]));
    for trial in &shown {
        assert_eq!(trial["outcome"], "complete", "{trial}");
    }
    let taken = |trial: &Value| trial["epochs"][2]["metrics"]["memory_bytes"].as_f64().expect("a number");
    assert!(taken(&shown[0]) > f64::from(400 << 20), "{shown:?}");
    assert!(taken(&shown[1]) < f64::from(400 << 20), "{shown:?}");
}

#[test]
fn one_that_the_system_kills_for_its_memory_is_out_of_memory() {
    let Some(memory) = SmallMemory::new(512) else { return };
    let fate = suffer_in(|run| memory.take(run), "allocate", "2", "", "");
    assert_fate(&fate, "out-of-memory", 0, &["killed by signal 9 (SIGKILL", "trial 1 suffers Allocate in epoch 2"]);
}

#[test]
fn one_that_is_refused_memory_is_out_of_memory() {
    let fate = suffer("allocate-at-once", "3", "", "");
    assert_fate(&fate, "out-of-memory", 0, &["SIGABRT", "memory allocation of 1152921504606846976 bytes failed"]);
}

#[test]
fn one_that_hangs_is_timed_out_by_its_budget_or_by_its_silence() {
    let fate = suffer("hang", "2", "trial_wall = \"15s\"", "");
    assert_fate(&fate, "timed-out", 0, &["its budget of wall time was used up"]);
    let fate = suffer("hang", "3", "", "silence 10");
    assert_fate(&fate, "timed-out", 0, &["the worker had said nothing for "]);
}

#[test]
fn one_that_panics_is_crashed_and_is_not_tried_again() {
    let fate = suffer("panic", "4", "", "");
    assert_fate(&fate, "crashed", 0, &["a panic on demand (at "]);
}

#[test]
fn one_that_ends_its_process_is_crashed_the_third_time() {
    let fate = suffer("abort", "4", "", "");
    assert_fate(&fate, "crashed", 3, &["killed by signal 6 (SIGABRT)\n", "trial 1 suffers Abort in epoch 2"]);
    let fate = suffer("segfault", "2", "", "");
    assert_fate(&fate, "crashed", 3, &["killed by signal 11 (SIGSEGV)\n", "trial 1 suffers Segfault in epoch 2"]);
}

#[test]
fn one_whose_loss_is_no_number_is_diverged() {
    let fate = suffer("nan", "3", "", "");
    assert_fate(&fate, "diverged", 0, &["the loss was no number at step 2 of epoch 2; it had been "]);
    let text = fate.shown["cause"].as_str().expect("it has a cause");
    let last: f64 = text.rsplit(' ').next().and_then(|loss| loss.parse().ok()).expect("the last loss is a number");
    assert!((0.0..10.0).contains(&last), "{text}");
}

#[test]
fn a_fault_that_there_is_not_is_refused() {
    let place = Place::new(TINY);
    let answer = place.start_amid("trial 1 epoch 2: sneeze", &["run"]).finish();
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.stderr.contains("`trial 1 epoch 2: sneeze`, which is no fault"), "{answer:?}");
    assert!(place.has_only(&["space.toml"]));
}
