//! Which trials are good and which are bad.

use std::cmp::Ordering;

use crate::history::History;
use crate::pareto::{crowding, ranks};

/// The best fifth is good.
const SHARE: f64 = 0.2;
/// At most so many are good.
const MOST_GOOD: usize = 25;

/// Numbers of trials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// The best of the finished ones, best first.
    pub good: Vec<usize>,
    /// Others, in the order of the past.
    pub bad: Vec<usize>,
}

/// The good trials and `most_bad` of the bad ones, or nothing if fewer than `least` have finished.
pub(super) fn split(history: &History, least: usize, most_bad: usize) -> Option<Split> {
    let scored: Vec<(usize, &[f64])> = history.scored().collect();
    if scored.len() < least {
        return None;
    }
    let wanted = ((SHARE * scored.len() as f64).ceil() as usize).clamp(1, MOST_GOOD);
    let good = match history.goals() {
        [goal] => {
            let mut costs: Vec<(f64, usize)> =
                scored.iter().map(|(trial, values)| (goal.cost(values[0]), *trial)).collect();
            best(&mut costs, wanted, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            costs.into_iter().map(|(_, trial)| trial).collect()
        }
        _ => front_first(history, &scored, wanted),
    };
    let mut is_good = vec![false; history.pasts().len()];
    for trial in &good {
        is_good[*trial] = true;
    }
    let bad: Vec<usize> = (0..is_good.len()).filter(|trial| !is_good[*trial]).collect();
    Some(Split { good, bad: spread(bad, most_bad) })
}

/// Keeps the first `wanted` of `items`, in order, without sorting the rest.
fn best<T>(items: &mut Vec<T>, wanted: usize, order: impl Fn(&T, &T) -> Ordering) {
    if wanted < items.len() {
        items.select_nth_unstable_by(wanted, &order);
        items.truncate(wanted);
    }
    items.sort_by(order);
}

/// By front, and on one front the lonely before the crowded.
fn front_first(history: &History, scored: &[(usize, &[f64])], wanted: usize) -> Vec<usize> {
    let points: Vec<Vec<f64>> = scored.iter().map(|(_, values)| values.to_vec()).collect();
    let ranks = ranks(&points, history.goals());
    let mut good = Vec::new();
    for rank in 0.. {
        let front: Vec<usize> = (0..points.len()).filter(|index| ranks[*index] == Some(rank)).collect();
        if front.is_empty() || good.len() == wanted {
            break;
        }
        let distances = crowding(&front.iter().map(|index| points[*index].clone()).collect::<Vec<_>>());
        let mut order: Vec<(f64, usize)> =
            distances.into_iter().zip(&front).map(|(distance, index)| (distance, scored[*index].0)).collect();
        best(&mut order, wanted - good.len(), |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        good.extend(order.into_iter().map(|(_, trial)| trial));
    }
    good
}

/// At most `most` of `items`, evenly spaced, the last among them.
fn spread(items: Vec<usize>, most: usize) -> Vec<usize> {
    let count = items.len();
    if count <= most {
        return items;
    }
    (1..=most).map(|index| items[index * count / most - 1]).collect()
}
