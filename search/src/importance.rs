//! Which parameters matter: how much of an objective each of them decides.
//!
//! Two answers to two questions. [fANOVA](Method::Fanova) says which parameters explain the differences between all
//! trials, good and bad; [PED-ANOVA](Method::PedAnova) which had to be right for a trial to be among the best tenth. A
//! parameter that only tells bad from worse has a share in the first and hardly one in the second.
//!
//! **Where a parameter is not active** it has no value, and that it is not active is no value of it. It is judged among
//! the candidates in which it is active, and weighted by how large a part of the space (fANOVA) or of the trials
//! (PED-ANOVA) these are; *whether* it is active counts for the parameters that decide over it. Values that a candidate
//! gives to inactive or unknown parameters, and values outside of a domain, are not looked at. Constraints are not
//! looked at either.
//!
//! **Scale.** All values of a domain count alike: equal parts of the unit interval as the space draws without priors,
//! so orders of magnitude where a domain is logarithmic.
//!
//! **Blocks.** A parameter of a repeated block is there once for each copy, and once for all copies as the sum of them.
//! The share of a subset is the sum of those of its members.
//!
//! **Intervals** hold 95 % of what resampling of the trials gives: of fANOVA the shares in the trees of the forest, each
//! of which has a bootstrap sample of its own; of PED-ANOVA the shares in 200 bootstrap samples; widened where needed to
//! hold the share itself. They say how much chance there is in which trials were drawn. What a sampler did not try they
//! cannot know, nor that trees give a small share too little while trials are few (`docs/importance.md` has figures).
//!
//! A function of space, values and seed: the order of the trials makes no difference.

use crate::candidate::Candidate;
use crate::pareto::Goal;
use crate::rng::{Purpose, Stream};
use crate::space::Space;
use crate::space::axes::{Axes, Factor};
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

/// The parts of the stream: the trees of the forest have those from 0.
const DRAWING: u64 = 1 << 32;
const GATES: u64 = DRAWING + 1;
const RESAMPLES: u64 = DRAWING + 2;

/// How importance is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By the share of the variance of all trials: functional analysis of variance.
    Fanova,
    /// By what tells the best tenth of the trials from all of them: PED-ANOVA.
    PedAnova,
}

/// How much each parameter matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// Trials with a finite value.
    pub trials: usize,
    /// Those that were compared: of more than 5,000, fANOVA draws so many.
    pub compared: usize,
    /// Of fANOVA, the share of the variance of trials that the forest explains without having seen them, at most 1. At
    /// 0 or less the trials are too few, or too noisy, for the shares to mean anything.
    pub explained: Option<f64>,
    /// Each parameter that has more than one value, the largest share first.
    pub parameters: Vec<Parameter>,
}

/// How much one parameter matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `learning_rate`; of one copy of a block `stage[0].channels`, of all of them together `stage.channels`.
    pub name: String,
    /// In how many of the trials that were compared it was active.
    pub active: usize,
    /// Its share.
    pub share: Share,
}

/// A share, from 0 to 1, and where 95 % of resamples put it. The shares of all parameters, blocks as a whole left out,
/// are at most 1 together for fANOVA; for PED-ANOVA they are 1, unless nothing tells the best trials from all.
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
    /// Fewer than [`LEAST`] trials have a finite value.
    #[error("it takes at least {LEAST} complete trials with a finite value, and there are {trials}")]
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

/// What a method finds for the axes of a space.
struct Found {
    /// The share of each axis.
    shares: Vec<f64>,
    /// In each resample, the share of each axis.
    resamples: Vec<Vec<f64>>,
    explained: Option<f64>,
}

/// How much each parameter of `space` matters for the values that candidates were `measured` to have, which are better
/// as `goal` says. Values that are not finite are left out.
///
/// # Errors
/// If values or space do not suffice to say anything.
pub fn importance(
    space: &Space,
    measured: &[(&Candidate, f64)],
    goal: Goal,
    method: Method,
    seed: u64,
) -> Result<Importance, Unknown> {
    let axes = Axes::new(space);
    if axes.axes().is_empty() {
        return Err(Unknown::NoChoice);
    }
    let stream = Stream::new(seed, 0, Purpose::Importance);
    let most = match method {
        Method::Fanova => forest::MOST_TRIALS,
        Method::PedAnova => usize::MAX,
    };
    let trials = Trials::new(&axes, measured, goal, most, &mut stream.at(DRAWING))?;
    let found = match method {
        Method::Fanova => {
            let gates = gates::gates(&axes, &trials.columns, &mut stream.at(GATES));
            forest::grow(axes.axes(), &gates, &trials, stream)
        }
        Method::PedAnova => ped_anova::compare(axes.axes(), &trials, &mut stream.at(RESAMPLES)),
    };
    let parameter = |factor: Factor| {
        let of = |shares: &Vec<f64>| factor.axes.iter().map(|axis| shares[*axis]).sum::<f64>();
        Parameter {
            active: trials.active(&factor.axes),
            share: Share::new(of(&found.shares), found.resamples.iter().map(of).collect()),
            name: factor.name,
        }
    };
    let mut parameters: Vec<Parameter> = axes.factors().into_iter().map(parameter).collect();
    parameters.sort_by(|a, b| b.share.value.total_cmp(&a.share.value));
    Ok(Importance { trials: trials.all, compared: trials.costs.len(), explained: found.explained, parameters })
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
