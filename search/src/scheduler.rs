//! Schedulers share epochs out among trials: which are trained on, which wait, and which are over early.
//!
//! A scheduler is a function of what has been recorded of the trials, their [`Curve`]s: it keeps nothing, draws nothing,
//! and gives the same answer whoever asks first. It is asked twice: for the [verdict](Scheduler::verdict) on a trial
//! that waits for one, and for the [promotion](Scheduler::promotion) of one that was told to pause. A paused trial keeps
//! its checkpoint, so that no epoch is ever paid twice.
//!
//! Values that are not finite are the worst that there are: a trial with one of them is behind all others at that epoch,
//! and is not promoted whatever the rest are like.

use crate::pareto::{Goal, costs};

mod asha;
mod hyperband;
mod median;
mod patience;
mod rungs;

pub use rungs::{Rungs, RungsError};

/// So many trials make a rung worth learning from.
const ENOUGH: usize = 10;

/// What is recorded of the training of one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The value of each objective after each epoch, from epoch 1; NaN where one is not known.
    pub points: Vec<Vec<f64>>,
    /// Whether it is trained, waits, or is over.
    pub standing: Standing,
}

impl Curve {
    /// How many epochs are recorded.
    fn epochs(&self) -> u32 {
        self.points.len() as u32
    }

    /// The objectives after `epoch`, less always better; `None` if it has not got there, or if one is not finite.
    fn costs(&self, goals: &[Goal], epoch: u32) -> Option<Vec<f64>> {
        let costs = costs(self.points.get((epoch as usize).checked_sub(1)?)?, goals);
        (costs.len() == goals.len() && costs.iter().all(|cost| cost.is_finite())).then_some(costs)
    }
}

/// What a trial is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is being trained, or waits for a verdict.
    Running,
    /// It waits for a promotion.
    Paused,
    /// Nothing will be added, whatever the reason.
    Over,
}

/// What a trial does that waits for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Train on.
    Continue,
    /// Wait, with its checkpoint, until it is promoted.
    Pause,
    /// Over: others did better.
    Prune,
    /// Over: it gets no better.
    Settle,
}

/// How the epochs are shared out among trials.
#[derive(Debug, Clone, PartialEq)]
pub enum Scheduler {
    /// Every trial is trained to the end.
    None,
    /// Asynchronous successive halving; see `scheduler/asha.rs`.
    Asha(Rungs),
    /// Several successive halvings that begin at different rungs; see `scheduler/hyperband.rs`.
    Hyperband(Rungs),
    /// A trial is over where it falls behind the median; see `scheduler/median.rs`.
    Median {
        /// No trial is judged before it has so many epochs; at least 1.
        grace: u32,
    },
    /// A trial is over where it gets no better; see `scheduler/patience.rs`.
    Patience {
        /// So many epochs may pass without an improvement; at least 1.
        epochs: u32,
        /// An improvement is more than this, in units of the objective; at least 0.
        delta: f64,
    },
}

impl Scheduler {
    /// The name that a study file uses.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Asha(_) => "asha",
            Self::Hyperband(_) => "hyperband",
            Self::Median { .. } => "median",
            Self::Patience { .. } => "patience",
        }
    }

    /// The epochs after which `trial` waits for a verdict in a training of `full` epochs, in rising order; never `full`
    /// itself.
    pub fn waits(&self, trial: usize, full: u32) -> Vec<u32> {
        let below_full = |epochs: &[u32]| epochs.iter().copied().filter(|epoch| *epoch < full).collect();
        match self {
            Self::None => Vec::new(),
            Self::Asha(rungs) => below_full(rungs.epochs()),
            Self::Hyperband(rungs) => below_full(hyperband::bracket(rungs, trial)),
            Self::Median { grace } => ((*grace).max(1)..full).collect(),
            Self::Patience { epochs, .. } => (epochs.saturating_add(1)..full).collect(),
        }
    }

    /// What becomes of `trial`, which is running and has just recorded one of its [waits](Scheduler::waits).
    pub fn verdict(&self, goals: &[Goal], curves: &[Curve], trial: usize) -> Verdict {
        match self {
            // As if it paused, and were looked at again together with all that wait.
            Self::Asha(_) | Self::Hyperband(_) => match self.promoted(&Field { goals, curves, asking: Some(trial) }) {
                Some(promoted) if promoted == trial => Verdict::Continue,
                _ => Verdict::Pause,
            },
            Self::Median { .. } if median::is_behind(goals, curves, trial) => Verdict::Prune,
            Self::Patience { epochs, delta } if patience::is_flat(goals, &curves[trial], *epochs, *delta) => {
                Verdict::Settle
            }
            Self::None | Self::Median { .. } | Self::Patience { .. } => Verdict::Continue,
        }
    }

    /// The paused trial that is to be continued next, if any.
    pub fn promotion(&self, goals: &[Goal], curves: &[Curve]) -> Option<usize> {
        self.promoted(&Field { goals, curves, asking: None })
    }

    fn promoted(&self, field: &Field) -> Option<usize> {
        match self {
            Self::Asha(rungs) => {
                asha::promotion(field, rungs.epochs(), rungs.reduction(), &(0..field.curves.len()).collect::<Vec<_>>())
            }
            Self::Hyperband(rungs) => hyperband::promotion(field, rungs),
            Self::None | Self::Median { .. } | Self::Patience { .. } => None,
        }
    }

    /// The epoch at which samplers compare trials: the highest rung, full length included, that at least 10 trials have
    /// reached with finite values, or else the lowest. `None` for schedulers without rungs.
    ///
    /// More points never lower it.
    pub fn level(&self, goals: &[Goal], curves: &[Curve]) -> Option<u32> {
        let (Self::Asha(rungs) | Self::Hyperband(rungs)) = self else { return None };
        let there = |rung: u32| curves.iter().filter(|curve| curve.costs(goals, rung).is_some()).count();
        let level = rungs.epochs().iter().rev().find(|rung| there(**rung) >= ENOUGH);
        level.or(rungs.epochs().first()).copied()
    }
}

/// The trials among which one is to be promoted.
struct Field<'a> {
    goals: &'a [Goal],
    curves: &'a [Curve],
    /// The running trial that is taken for a paused one.
    asking: Option<usize>,
}

impl Field<'_> {
    fn is_paused(&self, trial: usize) -> bool {
        match self.curves[trial].standing {
            Standing::Paused => true,
            Standing::Running => self.asking == Some(trial),
            Standing::Over => false,
        }
    }
}

#[cfg(test)]
mod tests;
