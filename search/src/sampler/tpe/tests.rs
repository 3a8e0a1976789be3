use proptest::prelude::*;

use super::split::split;
use super::*;
use crate::candidate::Value;
use crate::history::{Fate, Past};
use crate::pareto::{Goal, ranks};
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
fn of_equal_trials_the_first_alone_is_good() {
    let fates = [5.0, 1.0, 1.0, 1.0, 2.0, 5.0, 2.0].into_iter().chain([7.0; 7]).map(|value| done(&[value]));
    let found = split(&history(vec![Goal::Minimize], fates), 1, 100).expect("all have finished");
    assert_eq!((found.good, found.bad.len()), (vec![1, 4, 0], 11));
}

proptest! {
    #[test]
    fn the_good_of_several_objectives_are_those_of_the_first_fronts(
        values in prop::collection::vec(prop::collection::vec(-4_i8..5, 2), 1..80),
    ) {
        let values: Vec<Vec<f64>> =
            values.into_iter().map(|values| values.into_iter().map(f64::from).collect()).collect();
        let goals = vec![Goal::Minimize, Goal::Maximize];
        let history = history(goals.clone(), values.iter().map(|values| done(values)));
        let wanted = ((0.15 * values.len() as f64).ceil() as usize).clamp(1, 25);
        let found = split(&history, 1, usize::MAX).expect("all have finished");
        let first: Vec<usize> =
            (0..values.len()).filter(|trial| !values[..*trial].contains(&values[*trial])).collect();
        let ranks = ranks(&first.iter().map(|trial| values[*trial].clone()).collect::<Vec<_>>(), &goals);
        let mut expected: Vec<Option<usize>> = ranks.clone();
        expected.sort_unstable();
        expected.truncate(wanted);
        let rank = |trial: &usize| ranks[first.iter().position(|known| known == trial).expect("the first of equals")];
        prop_assert_eq!(found.good.iter().map(rank).collect::<Vec<_>>(), expected);
        let mut all: Vec<usize> = found.good.iter().chain(&found.bad).copied().collect();
        prop_assert!(found.bad.is_sorted());
        all.sort_unstable();
        prop_assert_eq!(all, (0..values.len()).collect::<Vec<_>>());
    }
}

#[test]
fn a_running_trial_is_not_repeated_nearby() {
    let space = space("[space]\nmomentum = { float = [0.0, 0.9] }\n");
    let at = |place: f64| Candidate::from_iter([("momentum".to_owned(), Value::Float(place))]);
    let pasts = (0..20).map(|trial| {
        let place = f64::from(trial) * 0.045;
        Past { candidate: at(place), fate: done(&[(place - 0.45).abs()]) }
    });
    let near = |history: &History| {
        let asked = (0..50).map(|trial| Tpe.ask(&space, history, &mut Stream::new(3, trial, Purpose::Candidate).rng()));
        let places = asked.filter_map(|candidate| candidate.get("momentum").and_then(Value::as_f64));
        places.filter(|place| (place - 0.45).abs() < 0.01).count()
    };
    let mut history = History::new(vec![Goal::Minimize], pasts.collect());
    let before = near(&history);
    for _ in 0..10 {
        history.push(Past { candidate: at(0.45), fate: Fate::Unfinished });
    }
    assert!(near(&history) < before / 2, "{before} {}", near(&history));
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
