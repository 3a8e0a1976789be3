//! Covariance matrix adaptation: draw from a normal distribution that learns the lie of the land from ranks.
//!
//! N. Hansen, "The CMA evolution strategy: a tutorial", 2016 (arXiv 1604.00772), with negative weights; whole numbers
//! and ordinals: R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with margin", GECCO 2022; restarts with twice
//! the population: A. Auger, N. Hansen, "A restart CMA evolution strategy with increasing population size", CEC 2005.
//!
//! It works in the unit cube. A generation is 4 + 3 ln d trials, the first distribution has its mean at the priors (the
//! middle where there is none) and a deviation of a sixth. Where there are priors, the first trials are draws of the
//! space instead, only some of which follow them: a bad prior is left behind at once. Draws outside the cube are
//! repeated, up to 100 times, then put on its border.
//!
//! A distribution that has become narrower than a millionth of the cube has found its optimum; the next one starts
//! anywhere, with twice the trials in a generation.
//!
//! Nothing is stored: the distribution is computed from the history, each generation being as many finished trials as
//! it takes, in the order in which they began, wherever they came from; where restarts begin follows from the seed of
//! the study. Steps of trials that this distribution would
//! hardly have drawn (enqueued ones) are shortened: N. Hansen, "Injecting external solutions into CMA-ES", 2011 (arXiv
//! 1110.4181). A trial that failed is the worst of its generation; a generation of failures teaches nothing; running
//! trials are not waited for.
//!
//! Deviations: of whole numbers and ordinals only the value is known, not the draw before rounding, so the middle of
//! its part of the unit interval stands for it.

use std::cmp::Ordering;

use rand::RngExt;
use rand_pcg::Pcg64;

use super::{Capabilities, Sampler};
use crate::candidate::Candidate;
use crate::history::{Fate, History};
use crate::rng::{Purpose, Stream};
use crate::space::Space;
use crate::space::axes::{Axes, Axis};
use distribution::Distribution;

mod distribution;
mod margin;

/// Deviation of the first distribution.
const DEVIATION: f64 = 1.0 / 6.0;
/// A distribution narrower than this in every direction is done. Much narrower ones never come about where the optimum
/// is not zero: the rounding of the values hides what is left to gain.
const NARROWEST: f64 = 1e-6;
/// The part of candidate streams from which restarts are drawn; no trial draws from it.
const RESTARTING: u64 = u64::MAX;
/// A generation is doubled so often at the most: no history is long enough for more.
const MOST_DOUBLINGS: u64 = 8;

/// The evolution strategy with covariance matrix adaptation.
#[derive(Debug, Clone, Copy)]
pub struct CmaEs {
    seed: u64,
}

impl CmaEs {
    /// The strategy in a study with this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The distribution that the finished trials lead to.
    fn replay(self, axes: &Axes<'_>, history: &History) -> Distribution {
        let first: Vec<f64> = axes.axes().iter().map(expected).collect();
        let edges: Vec<Option<Vec<f64>>> = axes.axes().iter().map(Axis::edges).collect();
        let size = generation(first.len());
        let mut distribution = Distribution::new(first, DEVIATION, size, edges.clone());
        let mut costs = vec![None; history.pasts().len()];
        for (trial, values) in history.scored() {
            costs[trial] = history.goals().first().zip(values.first()).map(|(goal, value)| goal.cost(*value));
        }
        let mut generation: Vec<(Option<f64>, Vec<f64>)> = Vec::new();
        let mut restarts = 0;
        for (past, cost) in history.pasts().iter().zip(costs) {
            if past.fate == Fate::Unfinished {
                continue;
            }
            let point = axes.point(&past.candidate);
            if point.iter().any(|number| number.is_nan()) {
                continue;
            }
            let units = axes.axes().iter().zip(point).map(|(axis, number)| axis.unit(number)).collect();
            generation.push((cost, units));
            if generation.len() == distribution.size() {
                // A stable sort: of equals the earlier is the better.
                generation.sort_by(|a, b| order(a.0, b.0));
                if generation[0].0.is_some() {
                    let points: Vec<Vec<f64>> = generation.drain(..).map(|(_, point)| point).collect();
                    distribution.update(&points);
                }
                generation.clear();
                if distribution.spread() < NARROWEST || !distribution.is_sound() {
                    restarts += 1;
                    let mut place = Stream::new(self.seed, restarts, Purpose::Candidate).at(RESTARTING);
                    let mean = edges.iter().map(|_| place.random()).collect();
                    distribution =
                        Distribution::new(mean, DEVIATION, size << restarts.min(MOST_DOUBLINGS), edges.clone());
                }
            }
        }
        distribution
    }
}

impl Sampler for CmaEs {
    fn name(&self) -> &'static str {
        "cma-es"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { several_objectives: false, conditions: false, unordered: false, continuous: true }
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        let axes = Axes::new(space);
        let first = space.has_priors() && history.pasts().len() < generation(axes.axes().len());
        if axes.axes().is_empty() || first {
            return space.draw(rng);
        }
        let draw = self.replay(&axes, history).draw(rng);
        axes.candidate(rng, |group, point, _| {
            for axis in &axes.groups()[group] {
                point[*axis] = axes.axes()[*axis].number(draw[*axis]);
            }
        })
    }
}

/// The trials of a generation in so many dimensions.
fn generation(dimensions: usize) -> usize {
    4 + (3.0 * (dimensions as f64).ln()) as usize
}

/// Less is better, nothing is worst.
fn order(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Where good values are expected.
fn expected(axis: &Axis) -> f64 {
    match axis {
        Axis::Continuum { prior } => prior.map_or(0.5, |prior| prior.at),
        Axis::Levels { edges, weights } => {
            edges.windows(2).zip(weights).map(|(ends, weight)| weight * f64::midpoint(ends[0], ends[1])).sum()
        }
        Axis::Names { weights } => {
            weights.iter().enumerate().map(|(name, weight)| weight * axis.unit(name as f64)).sum()
        }
    }
}

#[cfg(test)]
mod tests;
