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

use crate::normal::mass_below;
use crate::space::axes::Axis;

/// The share of trials that are good.
const SHARE: f64 = 0.1;
/// At least so many are.
const LEAST_GOOD: usize = 5;
/// Cells of the grid of a continuum.
const CELLS: usize = 50;
/// Fewer trials than this in which a parameter is active say nothing of it.
const LEAST_ACTIVE: usize = 2;
/// No density is less.
const LEAST: f64 = 1e-12;
/// No kernel is narrower: 90 % of it are in its own cell.
const NARROWEST: f64 = 0.5 / 1.64;

/// The cells of each axis that the trials are in; `None` where the axis is not there.
pub(super) struct Grid {
    axes: Vec<Cells>,
}

struct Cells {
    count: usize,
    ordered: bool,
    of_trial: Vec<Option<usize>>,
}

impl Grid {
    /// The grid of `axes` with the trials whose numbers are in `columns`.
    pub(super) fn new(axes: &[Axis], columns: &[Vec<f64>]) -> Self {
        let cells = |(axis, column): (&Axis, &Vec<f64>)| {
            let edges = axis.edges();
            let count = edges.as_ref().map_or(CELLS, |edges| edges.len() - 1);
            let cell = |number: f64| match (axis, &edges) {
                (Axis::Names { .. }, _) => number as usize,
                (_, Some(edges)) => edges[1..count].partition_point(|edge| *edge <= number),
                // In the middle between two cells: the lower one.
                (_, None) => (number * (CELLS - 1) as f64 - 0.5).ceil().max(0.0) as usize,
            };
            let of_trial = column.iter().map(|number| (!number.is_nan()).then(|| cell(*number))).collect();
            Cells { count, ordered: !matches!(axis, Axis::Names { .. }), of_trial }
        };
        Self { axes: axes.iter().zip(columns).map(cells).collect() }
    }

    /// The importance of each axis among `trials`, some of which may be there repeatedly, of these `costs`; not scaled.
    pub(super) fn divergences(&self, costs: &[f64], trials: &[usize]) -> Vec<f64> {
        let best = good(costs, trials);
        let share = |some: usize, of: usize| some as f64 / of as f64;
        let divergence = |cells: &Cells| {
            let (all_counts, good_counts) = (cells.counts(trials), cells.counts(&best));
            let (all_active, good_active) = (all_counts.iter().sum(), good_counts.iter().sum());
            if all_active < LEAST_ACTIVE || good_active == 0 {
                return 0.0;
            }
            let (good, all) = (cells.masses(&good_counts), cells.masses(&all_counts));
            let pearson: f64 = good.iter().zip(&all).map(|(good, all)| all * (good / all - 1.0).powi(2)).sum();
            share(good_active, best.len()).powi(2) / share(all_active, trials.len()) * pearson
        };
        self.axes.iter().map(divergence).collect()
    }
}

/// The best of `trials`, and all that are as good as the last of them.
fn good(costs: &[f64], trials: &[usize]) -> Vec<usize> {
    let mut sorted: Vec<f64> = trials.iter().map(|trial| costs[*trial]).collect();
    sorted.sort_by(f64::total_cmp);
    let count = ((SHARE * trials.len() as f64).ceil() as usize).max(LEAST_GOOD).min(trials.len());
    let last = sorted[count - 1];
    trials.iter().copied().filter(|trial| costs[*trial] <= last).collect()
}

impl Cells {
    fn counts(&self, trials: &[usize]) -> Vec<usize> {
        let mut counts = vec![0; self.count];
        trials.iter().filter_map(|trial| self.of_trial[*trial]).for_each(|cell| counts[cell] += 1);
        counts
    }

    /// The mass of each cell: a kernel for each cell that has trials, of their number as its weight, and one of weight 1
    /// for all cells alike.
    fn masses(&self, counts: &[usize]) -> Vec<f64> {
        let trials: f64 = counts.iter().sum::<usize>() as f64;
        let mut masses = vec![0.0; self.count];
        if self.ordered {
            let deviation = bandwidth(counts);
            let full = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            full.for_each(|(cell, count)| add_kernel(cell as f64, deviation, *count as f64, &mut masses));
            add_kernel((self.count - 1) as f64 / 2.0, self.count as f64, 1.0, &mut masses);
        } else {
            // The kernel of a name gives all others a share that gets less as there are more kernels.
            let share = 1.0 / (counts.iter().filter(|count| **count > 0).count() + 1) as f64;
            let names = self.count as f64;
            for (mass, count) in masses.iter_mut().zip(counts) {
                *mass = (trials * share + *count as f64) / (1.0 + names * share) + 1.0 / names;
            }
        }
        masses.into_iter().map(|mass| mass / (trials + 1.0) + LEAST).collect()
    }
}

/// The rule of Scott for numbers of cells of which there are so many each: with the quartiles where they are less
/// spread out than a normal distribution of their variance.
fn bandwidth(counts: &[usize]) -> f64 {
    let total: usize = counts.iter().sum();
    let cells = || counts.iter().enumerate().map(|(cell, count)| (cell as f64, *count as f64));
    let mean = cells().map(|(cell, count)| cell * count).sum::<f64>() / total as f64;
    let squares: f64 = cells().map(|(cell, count)| (cell - mean).powi(2) * count).sum();
    let deviation = (squares / total.saturating_sub(1).max(1) as f64).sqrt();
    // The first cell up to which there are so many, and the first up to which there are more.
    let sums = counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    let full = || sums.clone().enumerate().filter(|(cell, _)| counts[*cell] > 0);
    let last = full().last().map_or(0, |(cell, _)| cell);
    let lower = full().find(|(_, sum)| *sum >= total / 4).map_or(last, |(cell, _)| cell);
    let upper = full().find(|(_, sum)| *sum > total * 3 / 4).map_or(last, |(cell, _)| cell);
    let spread = deviation.min((upper - lower) as f64 / 1.34);
    (1.059 * spread * (total as f64).powf(-0.2)).max(NARROWEST)
}

/// Adds a normal kernel that is cut off at the ends of the grid.
fn add_kernel(centre: f64, deviation: f64, weight: f64, masses: &mut [f64]) {
    let below = |edge: usize| mass_below((edge as f64 - 0.5 - centre) / deviation);
    let whole = below(masses.len()) - below(0);
    let mut low = below(0);
    for (cell, mass) in masses.iter_mut().enumerate() {
        let high = below(cell + 1);
        *mass += weight * (high - low) / whole;
        low = high;
    }
}

#[cfg(test)]
mod tests;
