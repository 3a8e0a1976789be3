//! The trials that parents are chosen from, best first.

use rand::{Rng, RngExt};

use crate::candidate::Candidate;
use crate::history::History;
use crate::pareto::{self, Goal};

/// Trials of a history from best to worst: with one objective by its value, with several by front, and within a front
/// the loneliest first (crowding distance); of equals the earlier first.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    history: &'a History,
    ranked: Vec<usize>,
}

impl<'a> Pool<'a> {
    /// The pool of `trials`, all of which have values.
    pub fn new(history: &'a History, mut trials: Vec<usize>) -> Self {
        trials.sort_unstable();
        let ranked = match history.goals() {
            [goal] => by_value(history, *goal, trials),
            _ => by_front(history, &trials),
        };
        Self { history, ranked }
    }

    /// The youngest `count` trials with values.
    pub fn youngest(history: &'a History, count: usize) -> Self {
        Self::new(history, history.scored().rev().take(count).map(|(trial, _)| trial).collect())
    }

    /// The best `count` trials of the front and of the youngest `count` trials with values.
    pub fn elite(history: &'a History, count: usize) -> Self {
        let youngest = history.scored().rev().take(count).map(|(trial, _)| trial);
        let mut trials: Vec<usize> = youngest.chain(history.front().iter().copied()).collect();
        trials.sort_unstable();
        trials.dedup();
        let mut pool = Self::new(history, trials);
        pool.ranked.truncate(count);
        pool
    }

    /// The best of `size` trials, each drawn from all of the pool; `None` if that is empty.
    pub fn tournament(&self, size: usize, rng: &mut impl Rng) -> Option<&'a Candidate> {
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

fn by_value(history: &History, goal: Goal, trials: Vec<usize>) -> Vec<usize> {
    let cost = |trial| goal.cost(history.values(trial).map_or(f64::NAN, |values| values[0]));
    let mut costs: Vec<(f64, usize)> = trials.into_iter().map(|trial| (cost(trial), trial)).collect();
    costs.sort_by(|a, b| a.0.total_cmp(&b.0));
    costs.into_iter().map(|(_, trial)| trial).collect()
}

fn by_front(history: &History, trials: &[usize]) -> Vec<usize> {
    let points: Vec<Vec<f64>> =
        trials.iter().map(|trial| history.values(*trial).unwrap_or_default().to_vec()).collect();
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    for (point, rank) in pareto::ranks(&points, history.goals()).into_iter().enumerate() {
        let rank = rank.unwrap_or(usize::MAX).min(points.len());
        while fronts.len() <= rank {
            fronts.push(Vec::new());
        }
        fronts[rank].push(point);
    }
    let mut ranked = Vec::with_capacity(trials.len());
    for front in fronts {
        let on_front: Vec<Vec<f64>> = front.iter().map(|point| points[*point].clone()).collect();
        let distances = pareto::crowding(&on_front);
        let mut order: Vec<usize> = (0..front.len()).collect();
        order.sort_by(|a, b| distances[*b].total_cmp(&distances[*a]));
        ranked.extend(order.into_iter().map(|place| trials[front[place]]));
    }
    ranked
}
