//! Samplers propose candidates; what all of them share is here: refusing duplicates and what the constraints refuse.

use std::collections::BTreeMap;

use rand_pcg::Pcg64;

use crate::candidate::Candidate;
use crate::history::History;
use crate::rng::Stream;
use crate::space::{Incomplete, Space};

pub mod cma_es;
pub mod gp;
pub mod random;
pub mod tpe;

/// So many refusals in a row end a search for a candidate.
const PATIENCE: u32 = 10_000;

/// A method of proposing candidates.
///
/// A sampler is a function of the space, the history and the random stream: it may keep what is costly to compute
/// again, but a fresh one given the same must answer the same. One file a method, with its paper in the module doc.
pub trait Sampler {
    /// What the method is called in `strategy`.
    fn name(&self) -> &'static str;

    /// What the method can deal with.
    fn capabilities(&self) -> Capabilities;

    /// A candidate that is valid in `space`. It may have been tried before or be refused by a constraint: then the
    /// sampler is asked again with the same history and what follows in `rng`.
    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate;
}

/// What a method can deal with; a mismatch is refused before the first trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// More than one objective.
    pub several_objectives: bool,
    /// Parameters that are active only sometimes, repeated blocks included.
    pub conditions: bool,
    /// Values without an order: `one_of` and `subset_of`.
    pub unordered: bool,
}

/// What a study asks of a method that it cannot do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the strategy `{strategy}` cannot deal with {demand}: use `random`, or change the study")]
pub struct Unsuitable {
    /// The name of the method.
    pub strategy: &'static str,
    /// What it lacks.
    pub demand: &'static str,
}

/// Whether `sampler` can search `space` for so many `objectives`.
///
/// # Errors
/// The first demand that it cannot meet.
pub fn check(sampler: &dyn Sampler, space: &Space, objectives: usize) -> Result<(), Unsuitable> {
    let can = sampler.capabilities();
    let demand = if objectives > 1 && !can.several_objectives {
        "several objectives"
    } else if space.is_conditional() && !can.conditions {
        "conditions and repeated blocks"
    } else if space.is_unordered() && !can.unordered {
        "values without an order"
    } else {
        return Ok(());
    };
    Err(Unsuitable { strategy: sampler.name(), demand })
}

/// A candidate to be tried, with the figures of its network.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to try.
    pub candidate: Candidate,
    /// What is known of it before training.
    pub statics: BTreeMap<String, f64>,
}

/// Why there is nothing to propose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoProposal {
    /// Too many refusals in a row.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    /// An enqueued candidate that does not fit the space.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

/// 10,000 refusals in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhausted {
    /// How many had been tried before.
    pub duplicates: u32,
    /// How many a constraint or the network's plan refused.
    pub refused: u32,
    /// The last reason for that.
    pub last_reason: Option<String>,
}

impl std::error::Error for Exhausted {}

impl std::fmt::Display for Exhausted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { duplicates, refused, last_reason } = self;
        write!(f, "no new candidate in {PATIENCE} draws: {duplicates} had been tried before, {refused} were refused")?;
        match last_reason {
            Some(reason) => write!(f, " (the last by: {reason}); loosen the constraints or widen the space"),
            None => f.write_str("; the space is used up: widen it or lower the number of trials"),
        }
    }
}

/// The next candidate of `sampler` that has not been tried before and that all constraints admit.
///
/// `plan` gives the figures of a candidate's network, or says why it cannot be built.
///
/// # Errors
/// If 10,000 candidates in a row are refused.
pub fn propose(
    sampler: &dyn Sampler,
    space: &Space,
    history: &History,
    stream: Stream,
    plan: impl FnMut(&Candidate) -> Result<BTreeMap<String, f64>, String>,
) -> Result<Proposal, NoProposal> {
    first_admitted(space, history, stream, plan, |rng| Ok(sampler.ask(space, history, rng)))
}

/// An enqueued candidate: the values of `partial`, and draws for the rest until it is new and admitted.
///
/// # Errors
/// If `partial` does not fit the space, or if 10,000 candidates in a row are refused: where `partial` leaves nothing to
/// draw, because that very candidate has been tried before or is refused.
pub fn complete(
    partial: &Candidate,
    space: &Space,
    history: &History,
    stream: Stream,
    plan: impl FnMut(&Candidate) -> Result<BTreeMap<String, f64>, String>,
) -> Result<Proposal, NoProposal> {
    first_admitted(space, history, stream, plan, |rng| space.complete(partial, rng))
}

fn first_admitted(
    space: &Space,
    history: &History,
    stream: Stream,
    mut plan: impl FnMut(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    mut ask: impl FnMut(&mut Pcg64) -> Result<Candidate, Incomplete>,
) -> Result<Proposal, NoProposal> {
    let mut rng = stream.rng();
    let mut exhausted = Exhausted { duplicates: 0, refused: 0, last_reason: None };
    for _ in 0..PATIENCE {
        let candidate = ask(&mut rng)?;
        if history.contains(&candidate) {
            exhausted.duplicates += 1;
            continue;
        }
        let admitted = plan(&candidate)
            .and_then(|statics| space.admits(&candidate, |metric| statics.get(metric).copied()).map(|()| statics));
        match admitted {
            Ok(statics) => return Ok(Proposal { candidate, statics }),
            Err(reason) => {
                exhausted.refused += 1;
                exhausted.last_reason = Some(reason);
            }
        }
    }
    Err(exhausted.into())
}

#[cfg(test)]
mod tests;
