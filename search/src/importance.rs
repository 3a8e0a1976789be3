//! Which parameters matter: for one objective, how much of it each parameter decides.
//!
//! Two answers to two questions. [`fanova`] says which parameters explain the differences between all trials, good
//! and bad; [`ped_anova`] which had to be right for a trial to be among the best tenth. A parameter that only tells
//! bad from worse has a share in the first and none in the second.
//!
//! **Inactive parameters.** That a parameter is not active is no value of it. It is judged where it is active, and
//! weighted by how much of the space (fANOVA) or of the trials (PED-ANOVA) that is; whether it is active counts for
//! the parameter that decides over it. Values that a candidate gives to inactive or unknown parameters, and values
//! outside of a domain, are not looked at. Constraints are not looked at either.
//!
//! **Aggregates.** A parameter of a repeated block is there once for each copy, and once for all copies as the sum of
//! them. The share of a subset is the sum of those of its members.
//!
//! **Intervals** hold 95 % of what resampling of the trials gives: of fANOVA the shares in the trees of the forest, each
//! of which has a bootstrap sample of its own; of PED-ANOVA the shares in 200 bootstrap samples, widened where needed
//! to hold the value. They say how much chance there is in which trials were drawn, given the method; shares of
//! parameters without any effect are small, but not zero.
//!
//! A function of space, history and seed.

use rand::RngExt;

use crate::history::History;
use crate::rng::{Purpose, Stream};
use crate::space::Space;
use crate::space::axes::{Axes, Factor};
use forest::Forest;
use ped_anova::Grid;
use trials::Trials;

mod fanova;
mod forest;
mod gates;
mod ped_anova;
mod region;
mod split;
mod tree;
mod trials;

/// Fewer trials than this say nothing.
pub const LEAST: usize = 10;
/// Bootstrap samples of PED-ANOVA.
const RESAMPLES: usize = 200;
/// The part of the stream that trees do not use: their numbers are far below.
const BESIDE_TREES: u64 = 1 << 32;

/// How much each parameter matters for one objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Trials that were compared: those that are complete with finite values.
    pub trials: usize,
    /// The share of the variance of trials that the forest explains without having seen them, at most 1. At 0 or less
    /// the trials are too few or too noisy for any share to mean anything.
    pub explained: f64,
    /// Each parameter that has more than one value, the largest share of variance first.
    pub parameters: Vec<Parameter>,
}

/// How much one parameter matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `learning_rate`; of one copy of a block `stage[0].channels`, of all of them together `stage.channels`.
    pub name: String,
    /// In how many of the trials it was active.
    pub active: usize,
    /// Its share of the variance, by fANOVA. With the shares of all others, aggregates left out, at most 1.
    pub variance: Share,
    /// Its share in what tells the best tenth of the trials from all, by PED-ANOVA: with the shares of all others,
    /// aggregates left out, 1, unless nothing tells them apart.
    pub best: Share,
}

/// A share, from 0 to 1, and where 95 % of resamples put it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Fewer than [`LEAST`] trials have values.
    #[error(
        "{trials} trials are complete with a finite value for each objective, and {LEAST} are the least that can tell anything"
    )]
    TooFew {
        /// How many have.
        trials: usize,
    },
    /// All trials have the same value.
    #[error("all trials have the same value")]
    Alike,
    /// No parameter has more than one value.
    #[error("no parameter of the space has more than one value")]
    NoChoice,
}

/// How much each parameter of `space` matters for objective number `objective` of `history`, which must have it.
///
/// # Errors
/// If trials or space do not suffice to say anything.
pub fn importance(space: &Space, history: &History, objective: usize, seed: u64) -> Result<Importance, Unknown> {
    let axes = Axes::new(space);
    if axes.axes().is_empty() {
        return Err(Unknown::NoChoice);
    }
    let trials = Trials::new(space, &axes, history, objective)?;
    let stream = Stream::new(seed, objective as u64, Purpose::Importance);
    let gates = gates::gates(&axes, &mut stream.at(BESIDE_TREES));
    let forest = Forest::grow(axes.axes(), &gates, &trials, stream);

    let grid = Grid::new(axes.axes(), &trials.columns);
    let count = trials.costs.len();
    let best = scaled(grid.divergences(&trials.costs, &(0..count).collect::<Vec<_>>()));
    let mut rng = stream.at(BESIDE_TREES + 1);
    let resample = |_| {
        let trials_drawn: Vec<usize> = (0..count).map(|_| rng.random_range(0..count)).collect();
        scaled(grid.divergences(&trials.costs, &trials_drawn))
    };
    let resamples: Vec<Vec<f64>> = (0..RESAMPLES).map(resample).collect();

    let parameter = |factor: Factor| {
        let of = |shares: &Vec<f64>| factor.axes.iter().map(|axis| shares[*axis]).sum::<f64>();
        let trees: Vec<f64> = forest.shares.iter().map(of).collect();
        Parameter {
            active: trials.active(&factor.axes),
            variance: Share::new(trees.iter().sum::<f64>() / trees.len().max(1) as f64, trees),
            best: Share::new(of(&best), resamples.iter().map(of).collect()),
            name: factor.name,
        }
    };
    let mut parameters: Vec<Parameter> = axes.factors().into_iter().map(parameter).collect();
    parameters.sort_by(|a, b| b.variance.value.total_cmp(&a.variance.value));
    Ok(Importance { trials: count, explained: forest.explained, parameters })
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

impl Share {
    /// `value` with the middle 95 % of `resamples`, and with itself.
    fn new(value: f64, mut resamples: Vec<f64>) -> Self {
        resamples.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * resamples.len().saturating_sub(1) as f64;
            let (low, high) = (place.floor() as usize, place.ceil() as usize);
            resamples.get(low).map_or(value, |below| below + (resamples[high] - below) * place.fract())
        };
        Self { value, low: at(0.025).min(value), high: at(0.975).max(value) }
    }
}

#[cfg(test)]
mod tests;
