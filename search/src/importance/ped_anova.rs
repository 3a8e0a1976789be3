//! How much the values of good trials differ from those of all trials, parameter by parameter.
//!
//! S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary
//! subspaces", IJCAI 2023: the Pearson divergence of the density of the best tenth from that of all trials, both
//! estimated by kernels on a grid of 50 (of few levels or names: on these), with the bandwidth of Scott.
//!
//! A parameter that is active only sometimes is looked at among the trials in which it is, good ones and all, and its
//! divergence weighted by α²/β, where α is the share of good trials in which it is active and β that of all. So it is
//! in the extension of the method to conditional spaces ("Conditional PED-ANOVA", arXiv 2601.20800, 2026).
//!
//! Deviation: at least 5 trials are good, since a density of fewer says nothing.

use std::ops::Range;

use rand::RngExt;
use rand_pcg::Pcg64;

use super::Found;
use super::trials::Trials;
use crate::space::axes::Axis;
use density::masses;

mod density;

/// Bootstrap samples.
const RESAMPLES: usize = 200;
/// The share of trials that are good.
const SHARE: f64 = 0.1;
/// At least so many are.
const LEAST_GOOD: u32 = 5;
/// Cells of the grid of a continuum.
const CELLS: usize = 50;
/// Fewer trials than this in which a parameter is active say nothing of it.
const LEAST_ACTIVE: usize = 2;

/// What tells the best of `trials` from all.
pub(super) fn compare(axes: &[Axis], trials: &Trials, rng: &mut Pcg64) -> Found {
    let count = trials.costs.len();
    let cells: Vec<Cells> = axes.iter().zip(&trials.columns).map(|(axis, column)| Cells::new(axis, column)).collect();
    let shares = |weights: &[u32]| {
        let best = best(&trials.costs, weights);
        scaled(cells.iter().map(|cells| cells.divergence(weights, best)).collect())
    };
    let resample = |_| {
        let mut weights = vec![0; count];
        (0..count).for_each(|_| weights[rng.random_range(0..count)] += 1);
        shares(&weights)
    };
    let resamples = (0..RESAMPLES).map(resample).collect();
    Found { shares: shares(&vec![1; count]), resamples, explained: None }
}

/// How many of the trials, each there as often as `weights` says and the least `costs` first, are good: the best, and
/// all that are as good as the last of them.
fn best(costs: &[f64], weights: &[u32]) -> usize {
    let total: u32 = weights.iter().sum();
    let wanted = ((SHARE * f64::from(total)).ceil() as u32).max(LEAST_GOOD);
    let mut sum = 0;
    let last = weights.iter().position(|weight| {
        sum += weight;
        sum >= wanted
    });
    last.map_or(costs.len(), |last| costs.partition_point(|cost| *cost <= costs[last]))
}

/// `numbers` with the sum 1, unless they are all zero.
fn scaled(mut numbers: Vec<f64>) -> Vec<f64> {
    let sum: f64 = numbers.iter().sum();
    if sum > 0.0 {
        for number in &mut numbers {
            *number /= sum;
        }
    }
    numbers
}

/// The cells of an axis that trials are in.
struct Cells {
    count: usize,
    ordered: bool,
    /// The cell of each trial; beyond the last where the axis is not there.
    of_trial: Vec<u32>,
}

impl Cells {
    /// Those of trials whose numbers on `axis` are in `column`.
    fn new(axis: &Axis, column: &[f64]) -> Self {
        let edges = axis.edges();
        let count = edges.as_ref().map_or(CELLS, |edges| edges.len() - 1);
        let cell = |number: f64| match (axis, &edges) {
            (Axis::Names { .. }, _) => number as usize,
            (_, Some(edges)) => edges[1..count].partition_point(|edge| *edge <= number),
            // In the middle between two cells: the lower one.
            (_, None) => (number * (CELLS - 1) as f64 - 0.5).ceil().max(0.0) as usize,
        };
        let of_trial = column.iter().map(|number| if number.is_nan() { count } else { cell(*number) } as u32).collect();
        Self { count, ordered: !matches!(axis, Axis::Names { .. }), of_trial }
    }

    /// How far the density of the first `best` trials is from that of all, each trial there as often as `weights` says.
    fn divergence(&self, weights: &[u32], best: usize) -> f64 {
        let (good_counts, bad_counts) = (self.counts(weights, 0..best), self.counts(weights, best..weights.len()));
        let all_counts: Vec<usize> = good_counts.iter().zip(bad_counts).map(|(good, bad)| good + bad).collect();
        let (all_active, good_active) = (all_counts.iter().sum(), good_counts.iter().sum());
        if all_active < LEAST_ACTIVE || good_active == 0 {
            return 0.0;
        }
        let share = |active: usize, of: &[u32]| active as f64 / f64::from(of.iter().sum::<u32>());
        let (good, all) = (masses(&good_counts, self.ordered), masses(&all_counts, self.ordered));
        let pearson: f64 = good.iter().zip(&all).map(|(good, all)| all * (good / all - 1.0).powi(2)).sum();
        share(good_active, &weights[..best]).powi(2) / share(all_active, weights) * pearson
    }

    fn counts(&self, weights: &[u32], trials: Range<usize>) -> Vec<usize> {
        let mut counts = vec![0; self.count + 1];
        for (cell, weight) in self.of_trial[trials.clone()].iter().zip(&weights[trials]) {
            counts[*cell as usize] += *weight as usize;
        }
        counts.truncate(self.count);
        counts
    }
}
