//! A study that is killed at any of the named points, in whichever process comes there, records what it would have
//! recorded.

use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kiln_trials::chaos::{Point, VARIABLE};
use serde_json::Value;

use crate::kiln::Place;

/// Half a second: trials that pause, that are promoted, and whose checkpoints go.
const SMALL: &str = r#"
[study]
name = "small"
seed = 7

[data]
source = "digits"

[search]
strategy = "random"

[fidelity]
epochs    = 2
scheduler = "asha"
rungs     = [1]
reduction = 2

[budget]
trials = 4

[space]
depth         = 1
channels      = { ordinal = [2, 4] }
dense         = 8
learning_rate = { float = [1e-3, 1e-1], log = true }
"#;

/// Leaves a dead process for the next to bury.
const FIRST: &str = "kill at store-committed 9 leaving first";

/// At these passings of a point in a process; a third death of its worker would be a trial's end.
const PASSINGS: [u32; 2] = [1, 2];

#[test]
fn a_kill_at_any_point_changes_nothing() {
    let expected = undisturbed();
    each(Point::ALL.len(), |index| {
        let point = Point::ALL[index];
        let kills = PASSINGS.map(|passing| format!("kill at {} {passing} leaving dead-{passing}", point.name()));
        let place = killed(&format!("{FIRST}; {}", kills.join("; ")));
        assert!(place.path("dead-1").exists(), "{} was not passed", point.name());
        assert_eq!(outcome(&place), expected, "{}", point.name());
    });
}

#[test]
fn a_kill_after_any_operation_of_the_store_changes_nothing() {
    let expected = undisturbed();
    // Some more than an undisturbed study has, but for those that note the time.
    let operations = 26;
    let reached = AtomicUsize::new(0);
    each(operations, |index| {
        let place = killed(&format!("kill at {} {} leaving dead", Point::StoreCommitted.name(), index + 1));
        reached.fetch_add(usize::from(place.path("dead").exists()), Ordering::Relaxed);
        assert_eq!(outcome(&place), expected, "after operation {}", index + 1);
    });
    let reached = reached.into_inner();
    assert!(reached >= 15, "{reached} operations");
}

/// What the study records if nobody kills it, and its ranking.
fn undisturbed() -> (Vec<Value>, String) {
    let place = Place::new(SMALL);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    outcome(&place)
}

fn outcome(place: &Place) -> (Vec<Value>, String) {
    (place.record(), place.answer(&["rank"]))
}

/// The study after so many runs as it takes to its end, each amid `chaos`.
fn killed(chaos: &str) -> Place {
    let place = Place::new(SMALL);
    for _ in 0..=PASSINGS.len() + 1 {
        let mut run = place.command(&["run", "--device", "cpu", "--quiet"]);
        let run = run.env(VARIABLE, chaos).output().expect("the program starts");
        if run.status.success() {
            return place;
        }
        assert_eq!(run.status.signal(), Some(9), "{chaos}: {run:?}");
    }
    panic!("{chaos}: more runs were killed than were to be")
}

/// Does `work` for each number below `count`, as many at a time as there are cores.
fn each(count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count) {
            work(index);
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(take);
        }
    });
}
