//! Which trials are good and which are bad.

use crate::history::{History, LEADING};
use crate::sampler::pool::Pool;

/// So large a share of the finished trials is good.
const SHARE: f64 = 0.15;

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
    let finished = history.usable();
    if finished < least {
        return None;
    }
    let wanted = ((SHARE * finished as f64).ceil() as usize).clamp(1, LEADING);
    let good = Pool::leading(history, wanted).into_ranked();
    let bad = spread(history.pasts().len(), &good, most_bad);
    Some(Split { good, bad })
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
