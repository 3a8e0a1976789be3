use super::split::split;
use super::*;
use crate::candidate::Value;
use crate::history::{Fate, Past};
use crate::pareto::Goal;
use crate::rng::{Purpose, Stream};
use crate::space::fixture::space;

fn history(goals: Vec<Goal>, fates: impl IntoIterator<Item = Fate>) -> History {
    let past = |(index, fate): (usize, Fate)| Past {
        candidate: Candidate::from_iter([("depth".to_owned(), Value::Float(index as f64))]),
        fate,
    };
    History::new(goals, fates.into_iter().enumerate().map(past).collect())
}

fn done(values: &[f64]) -> Fate {
    Fate::Complete(values.to_vec())
}

#[test]
fn the_best_are_good_and_what_failed_or_runs_is_bad() {
    let fates = [done(&[1.0]), Fate::Failed, done(&[9.0]), Fate::Unfinished, done(&[f64::NAN]), done(&[9.0])];
    let found = split(&history(vec![Goal::Maximize], fates), 3, 10).expect("three have finished");
    assert_eq!((found.good, found.bad), (vec![2], vec![0, 1, 3, 4, 5]));
}

#[test]
fn the_front_is_good_and_the_past_is_thinned_out() {
    let fates = (0..10).map(|index| done(&[f64::from(index), if index == 7 { 0.0 } else { f64::from(10 - index) }]));
    let found = split(&history(vec![Goal::Minimize; 2], fates), 1, 4).expect("all have finished");
    assert_eq!(found.good, [0, 7]);
    assert_eq!(found.bad, [2, 4, 6, 9]);
}

#[test]
fn a_good_branch_is_followed() {
    let space = space(
        "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\nmomentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n",
    );
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let mut late = Vec::new();
    for trial in 0..60 {
        let candidate = Tpe.ask(&space, &history, &mut Stream::new(2, trial, Purpose::Candidate).rng());
        let momentum = candidate.get("momentum").and_then(Value::as_f64);
        let cost = momentum.map_or(1.0, |momentum| (momentum - 0.6).abs());
        if trial >= 40 {
            late.push(cost);
        }
        history.push(Past { candidate, fate: done(&[cost]) });
    }
    late.sort_by(f64::total_cmp);
    assert!(late[10] < 0.1, "{late:?}");
}
