//! The tree-structured Parzen estimator: propose what is likely among the good trials and unlikely among the others.
//!
//! J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011;
//! multivariate kernels: S. Falkner, A. Klein, F. Hutter, "BOHB", ICML 2018; several objectives: Y. Ozaki, Y. Tanigaki,
//! S. Watanabe, M. Onishi, "Multiobjective tree-structured Parzen estimator", GECCO 2020; choice of the details:
//! S. Watanabe, "Tree-structured Parzen estimator: understanding its algorithm components", 2023 (arXiv 2304.11127).
//!
//! After 10 finished trials, the best 15 % of them, at most 25, are *good* and all else is *bad*: the rest, trials that
//! failed, and trials that still run (the constant liar: two workers do not try the same). Of trials with equal values
//! the first alone is good: to find it again is no gain. For each group of parameters that are active together, in the
//! order of their conditions, 64 draws from the density of the good trials in which the group is active compete by the
//! ratio of the densities of good and bad. A kernel covers all parameters of its group, as wide in each as its
//! neighbours are apart there, and one more kernel is the prior of the space.
//!
//! Deviations: at most 128 bad trials, spread evenly over the past, make up their density, so that the cost of an
//! answer does not grow with its square; several objectives are ranked by front and crowding distance, not by
//! hypervolume contribution, and 40 trials evenly spaced along a long front stand for it; a candidate tried before gives
//! way to further draws, then to one with one group drawn anew.

use std::cell::OnceCell;

use rand::RngExt;
use rand_pcg::Pcg64;

use super::{Capabilities, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;
use crate::space::axes::{Axes, Axis};
use parzen::Parzen;

mod parzen;
mod split;

/// Finished trials before the first model.
const STARTUP: usize = 10;
/// Draws that compete for each group.
const DRAWS: usize = 64;
/// Bad trials in a density.
const MOST_BAD: usize = 128;
/// Candidates tried before that are passed over in one answer.
const DUPLICATES: u32 = 16;

/// The tree-structured Parzen estimator.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tpe;

impl Sampler for Tpe {
    fn name(&self) -> &'static str {
        "tpe"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        let Some(split) = split::split(history, STARTUP, MOST_BAD) else { return space.draw(rng) };
        let axes = Axes::new(space);
        let model = Model::new(&axes, history, &split);
        for _ in 0..DUPLICATES {
            let candidate = axes.candidate(rng, |group, point, rng| model.choose(group, point, rng));
            if !history.contains(&candidate) {
                return candidate;
            }
        }
        let anew = rng.random_range(0..axes.groups().len().max(1));
        axes.candidate(rng, |group, point, rng| {
            if group != anew {
                model.choose(group, point, rng);
            }
        })
    }
}

/// The densities of good and bad trials, for each group of axes that is asked for.
struct Model<'a> {
    axes: &'a Axes<'a>,
    /// The points of good trials, each with the weight of its kernel.
    good: Vec<(Vec<f64>, f64)>,
    bad: Vec<(Vec<f64>, f64)>,
    densities: Vec<OnceCell<(Parzen, Parzen)>>,
}

impl<'a> Model<'a> {
    fn new(axes: &'a Axes<'_>, history: &History, split: &split::Split) -> Self {
        let point = |trial: &usize| axes.point(&history.pasts()[*trial].candidate);
        let best = split.good.len() as f64;
        let weight = |place: usize| 2.0 * (best - place as f64) / (best + 1.0);
        let good = split.good.iter().enumerate().map(|(place, trial)| (point(trial), weight(place))).collect();
        let bad = split.bad.iter().map(|trial| (point(trial), 1.0)).collect();
        let densities = axes.groups().iter().map(|_| OnceCell::new()).collect();
        Self { axes, good, bad, densities }
    }

    /// Writes the most promising of some draws for `group` to its axes in `point`.
    fn choose(&self, group: usize, point: &mut [f64], rng: &mut Pcg64) {
        let density = |points| self.density(group, points);
        let (good, bad) = self.densities[group].get_or_init(|| (density(&self.good), density(&self.bad)));
        let (mut draw, mut best, mut room) = (Vec::new(), Vec::new(), Vec::new());
        let mut highest = f64::NEG_INFINITY;
        for _ in 0..DRAWS {
            good.draw(&mut draw, rng);
            let score = good.log_density(&draw, &mut room) - bad.log_density(&draw, &mut room);
            // The first of equals, whatever the scores are.
            if score > highest || best.is_empty() {
                highest = score;
                std::mem::swap(&mut draw, &mut best);
            }
        }
        for (axis, number) in self.axes.groups()[group].iter().zip(best) {
            point[*axis] = number;
        }
    }

    /// The density of those `points` in which `group` is active.
    fn density(&self, group: usize, points: &[(Vec<f64>, f64)]) -> Parzen {
        let group = &self.axes.groups()[group];
        let is_active = |(point, _): &&(Vec<f64>, f64)| !group.iter().all(|axis| point[*axis].is_nan());
        let active: Vec<_> = points.iter().filter(is_active).collect();
        let numbers = group.iter().map(|axis| active.iter().map(|(point, _)| point[*axis]).collect());
        let axes: Vec<&Axis> = group.iter().map(|axis| &self.axes.axes()[*axis]).collect();
        Parzen::new(&axes, numbers.collect(), active.iter().map(|(_, weight)| *weight).collect())
    }
}

#[cfg(test)]
mod tests;
