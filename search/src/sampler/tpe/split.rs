//! Which trials are good and which are bad.

use crate::history::History;
use crate::pareto::{Goal, crowding};

mod fronts;

/// So large a share of the finished trials is good.
const SHARE: f64 = 0.15;
/// At most so many are good.
const MOST_GOOD: usize = 25;

/// Numbers of trials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// The best of the finished ones, best first. Of those with equal values the first alone is among them.
    pub good: Vec<usize>,
    /// Others, in the order of the past.
    pub bad: Vec<usize>,
}

/// The good trials and `most_bad` of the bad ones, or nothing if fewer than `least` have finished.
pub(super) fn split(history: &History, least: usize, most_bad: usize) -> Option<Split> {
    let finished = history.scored().count();
    if finished < least {
        return None;
    }
    let wanted = ((SHARE * finished as f64).ceil() as usize).clamp(1, MOST_GOOD);
    let good = match history.goals() {
        [goal] => lowest(history, *goal, wanted),
        _ => front_first(history, wanted),
    };
    let bad = spread(history.pasts().len(), &good, most_bad);
    Some(Split { good, bad })
}

/// The `wanted` trials of the lowest costs, in one pass.
fn lowest(history: &History, goal: Goal, wanted: usize) -> Vec<usize> {
    let mut best: Vec<(f64, usize)> = Vec::with_capacity(wanted + 1);
    for (trial, values) in history.scored() {
        let cost = goal.cost(values[0]);
        let at = best.partition_point(|(known, _)| *known < cost);
        let known = best.get(at).is_some_and(|(known, _)| *known <= cost);
        if at < wanted && !known {
            best.insert(at, (cost, trial));
            best.truncate(wanted);
        }
    }
    best.into_iter().map(|(_, trial)| trial).collect()
}

/// By front, and on one front the lonely before the crowded.
fn front_first(history: &History, wanted: usize) -> Vec<usize> {
    let mut good = Vec::with_capacity(wanted);
    for front in fronts::fronts(history, wanted) {
        let points: Vec<Vec<f64>> =
            front.iter().filter_map(|trial| history.values(*trial)).map(<[f64]>::to_vec).collect();
        let mut order: Vec<(f64, usize)> = crowding(&points).into_iter().zip(front).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        good.extend(order.into_iter().map(|(_, trial)| trial).take(wanted - good.len()));
    }
    good
}

/// At most `most` of the `count` trials that are not `good`, evenly spaced, the last among them.
fn spread(count: usize, good: &[usize], most: usize) -> Vec<usize> {
    let mut sorted = good.to_vec();
    sorted.sort_unstable();
    let others = count - good.len();
    let shown = others.min(most);
    let mut passed = 0;
    let trial = |index: usize| {
        let place = index * others / shown - 1;
        // Each good trial before it moves it one further.
        while passed < sorted.len() && sorted[passed] <= place + passed {
            passed += 1;
        }
        place + passed
    };
    (1..=shown).map(trial).collect()
}
