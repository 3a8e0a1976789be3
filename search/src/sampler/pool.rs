//! The trials that parents are chosen from, best first.

use rand::{Rng, RngExt};

use crate::candidate::Candidate;
use crate::history::History;
use crate::pareto::best_first;

/// A front counts with at most so many trials, so that an answer costs the same however long it is.
const SPACED: usize = 40;

/// Trials of a history from [best to worst](best_first); of equals the earlier first.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    history: &'a History,
    ranked: Vec<usize>,
}

impl<'a> Pool<'a> {
    /// The pool of `trials`, all of which have values.
    pub fn new(history: &'a History, mut trials: Vec<usize>) -> Self {
        trials.sort_unstable();
        let points: Vec<Vec<f64>> =
            trials.iter().map(|trial| history.values(*trial).unwrap_or_default().to_vec()).collect();
        let ranked = best_first(&points, history.goals()).into_iter().map(|point| trials[point]).collect();
        Self { history, ranked }
    }

    /// The youngest `count` trials with values.
    pub fn youngest(history: &'a History, count: usize) -> Self {
        Self::new(history, history.scored().rev().take(count).map(|(trial, _)| trial).collect())
    }

    /// The best `count` trials of all, [`LEADING`](crate::history::LEADING) at most; of those with equal values the
    /// first alone.
    pub fn leading(history: &'a History, count: usize) -> Self {
        let trials = history.leading(count).flat_map(spaced).collect();
        Self::new(history, trials).cut(count)
    }

    /// The best `count` trials of the front, and if these are fewer, of the youngest `count` trials with values too.
    pub fn elite(history: &'a History, count: usize) -> Self {
        let mut trials: Vec<usize> = spaced(history.front()).collect();
        if trials.len() < count {
            trials.extend(history.scored().rev().take(count).map(|(trial, _)| trial));
            trials.sort_unstable();
            trials.dedup();
        }
        Self::new(history, trials).cut(count)
    }

    fn cut(mut self, count: usize) -> Self {
        self.ranked.truncate(count);
        self
    }

    /// Twice the best of `size` trials, each drawn from all of the pool; `None` if that is empty.
    pub fn parents(&self, size: usize, rng: &mut impl Rng) -> Option<[&'a Candidate; 2]> {
        Some([self.tournament(size, rng)?, self.tournament(size, rng)?])
    }

    fn tournament(&self, size: usize, rng: &mut impl Rng) -> Option<&'a Candidate> {
        if self.ranked.is_empty() {
            return None;
        }
        let best = (0..size).map(|_| rng.random_range(0..self.ranked.len())).min()?;
        Some(&self.history.pasts()[self.ranked[best]].candidate)
    }

    /// The trials, best first.
    pub fn into_ranked(self) -> Vec<usize> {
        self.ranked
    }
}

/// Trials evenly spaced along a `front`, its ends among them; all of it, if it is short.
fn spaced(front: &[usize]) -> impl Iterator<Item = usize> {
    let shown = front.len().min(SPACED);
    (0..shown).map(move |place| front[place * (front.len() - 1) / (shown - 1).max(1)])
}
