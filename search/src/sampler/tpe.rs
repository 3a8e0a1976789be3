//! The tree-structured Parzen estimator: propose what is likely among the good trials and unlikely among the others.
//!
//! J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization", NIPS 2011;
//! multivariate kernels: S. Falkner, A. Klein, F. Hutter, "BOHB", ICML 2018; several objectives: Y. Ozaki, Y. Tanigaki,
//! S. Watanabe, M. Onishi, "Multiobjective tree-structured Parzen estimator", GECCO 2020; choice of the details:
//! S. Watanabe, "Tree-structured Parzen estimator: understanding its algorithm components", 2023 (arXiv 2304.11127).
//!
//! After 10 finished trials, the best fifth of them, at most 25, are *good* and all else is *bad*: the rest, trials that
//! failed, and trials that still run (the constant liar: two workers do not try the same). For each group of
//! parameters that are active together, in the order of their conditions, 24 draws from the density of the good trials
//! in which the group is active compete by the ratio of the densities of good and bad. A kernel covers all parameters
//! of its group, and one more kernel is the prior of the space.
//!
//! Deviations: at most 256 bad trials, spread evenly over the past, make up their density, so that the cost of an
//! answer does not grow with its square; several objectives are ranked by front and crowding distance, not by
//! hypervolume contribution; a candidate tried before gives way to further draws, then to one with one group drawn anew.

use rand::RngExt;
use rand_pcg::Pcg64;

use super::{Capabilities, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;
use crate::space::axes::Axes;
use parzen::Parzen;

mod parzen;
mod split;

/// Finished trials before the first model.
const STARTUP: usize = 10;
/// Draws that compete for each group.
const DRAWS: usize = 24;
/// Bad trials in a density.
const MOST_BAD: usize = 256;
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

/// The densities of good and bad trials, for each group of axes.
struct Model<'a> {
    groups: &'a [Vec<usize>],
    densities: Vec<(Parzen, Parzen)>,
}

impl<'a> Model<'a> {
    fn new(axes: &'a Axes<'_>, history: &History, split: &split::Split) -> Self {
        let points = |trials: &[usize]| -> Vec<Vec<f64>> {
            trials.iter().map(|trial| axes.point(&history.pasts()[*trial].candidate)).collect()
        };
        let (good, bad) = (points(&split.good), points(&split.bad));
        let densities = axes.groups().iter().map(|group| {
            let domains: Vec<_> = group.iter().map(|axis| &axes.axes()[*axis]).collect();
            let of = |points: &[Vec<f64>]| {
                let here = points.iter().map(|point| group.iter().map(|axis| point[*axis]).collect::<Vec<f64>>());
                let active: Vec<_> = here.filter(|point| !point.iter().all(|number| number.is_nan())).collect();
                Parzen::new(&domains, &active)
            };
            (of(&good), of(&bad))
        });
        Self { groups: axes.groups(), densities: densities.collect() }
    }

    /// Writes the most promising of some draws for `group` to its axes in `point`.
    fn choose(&self, group: usize, point: &mut [f64], rng: &mut Pcg64) {
        let (good, bad) = &self.densities[group];
        let draws = (0..DRAWS).map(|_| good.draw(rng));
        let scored = draws.map(|draw| (good.log_density(&draw) - bad.log_density(&draw), draw));
        // The first of equals, whatever the scores are.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        for (axis, number) in self.groups[group].iter().zip(best.into_iter().flat_map(|(_, draw)| draw)) {
            point[*axis] = number;
        }
    }
}

#[cfg(test)]
mod tests;
