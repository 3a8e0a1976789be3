//! Samplers propose candidates; what all of them share is here: refusing duplicates and what the constraints refuse.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use rand_pcg::Pcg64;

use crate::candidate::Candidate;
use crate::history::History;
use crate::rng::Stream;
use crate::space::{Incomplete, Space, SpaceSize};
use share::Due;

pub mod auto;
pub mod cma_es;
mod doubt;
pub mod evolution;
pub mod gp;
pub mod grid;
pub mod local_search;
pub mod nsga2;
mod pool;
pub mod random;
mod share;
pub mod sobol;
pub mod strategy;
pub mod tpe;
mod variation;

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
    /// sampler is [asked again](Sampler::ask_again).
    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate;

    /// Another candidate in place of those in `refusals`, with the same history and what follows in `rng`; `None` if
    /// the method knows that no other is left.
    ///
    /// Methods that draw at random need not look at the refusals; those that enumerate must.
    fn ask_again(&self, space: &Space, history: &History, refusals: &Refusals, rng: &mut Pcg64) -> Option<Candidate> {
        let again = refusals.count() < self.patience();
        Some(if again { self.ask(space, history, rng) } else { space.draw(rng) })
    }

    /// After so many refusals the space is drawn from instead: what the method likes best may be refused for ever.
    fn patience(&self) -> u32 {
        200
    }
}

/// What has been refused in the search for one candidate: tried before, or not admitted.
#[derive(Debug, Clone, Default)]
pub struct Refusals {
    count: u32,
    identities: HashSet<String>,
}

impl Refusals {
    /// How many have been refused, repetitions counted.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether `candidate` has been refused.
    pub fn contains(&self, candidate: &Candidate) -> bool {
        self.identities.contains(&candidate.canonical())
    }

    /// Adds `candidate`.
    pub fn push(&mut self, candidate: &Candidate) {
        self.count += 1;
        self.identities.insert(candidate.canonical());
    }
}

/// What a method can deal with; a mismatch is refused before the first trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a demand of its own, and a study may make any of them")]
pub struct Capabilities {
    /// More than one objective.
    pub several_objectives: bool,
    /// Parameters that are active only sometimes, repeated blocks included.
    pub conditions: bool,
    /// Values without an order: `one_of` and `subset_of`.
    pub unordered: bool,
    /// Real numbers without steps, of which there are too many to go through.
    pub continuous: bool,
}

impl Capabilities {
    /// A method that can deal with everything.
    pub const ALL: Self = Self { several_objectives: true, conditions: true, unordered: true, continuous: true };
}

/// What a study asks of a method that it cannot do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the strategy `{strategy}` cannot deal with {demand}")]
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
    } else if matches!(space.size(), SpaceSize::Continuous { .. }) && !can.continuous {
        "real numbers without `step`"
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

/// 10,000 refusals in a row, or fewer if the method has tried all that there is.
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
        let draws = duplicates + refused;
        write!(f, "no new candidate in {draws} draws: {duplicates} had been tried before, {refused} were refused")?;
        match last_reason {
            Some(reason) => write!(f, " (the last by: {reason}); loosen the constraints or widen the space"),
            None => f.write_str("; the space is used up: widen it or lower the number of trials"),
        }
    }
}

/// The next candidate of `sampler` that has not been tried before and that all constraints admit.
///
/// `plan` gives the figures of a candidate's network, or says why it cannot be built. Where a compared choice has an arm
/// with less than its share of the trials, the candidate [has that arm](share).
///
/// # Errors
/// If 10,000 candidates in a row are refused, or all that the method can propose.
pub fn propose(
    sampler: &dyn Sampler,
    space: &Space,
    history: &History,
    stream: Stream,
    plan: impl FnMut(&Candidate) -> Result<BTreeMap<String, f64>, String>,
) -> Result<Proposal, NoProposal> {
    let space = &*believed(space, history);
    let due = Due::after(space, history);
    first_admitted(space, history, stream, plan, |refusals, rng| {
        let demanded = due.demanded(refusals.count());
        Ok(match refusals.count() {
            0 => {
                let asked = sampler.ask(space, &share::seen(demanded, history), rng);
                Some(share::with(demanded, asked, space, rng))
            }
            _ if !demanded.is_empty() => Some(share::with(demanded, space.draw(rng), space, rng)),
            _ => sampler.ask_again(space, history, refusals, rng),
        })
    })
}

/// An enqueued candidate: the values of `partial`, and draws for the rest until it is new and admitted.
///
/// With [repeats](History::allowing_repeats) it need not be new: who enqueues a candidate twice wants it twice.
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
    let space = &*believed(space, history);
    let nothing = History::default();
    let tried = if history.allows_repeats() { &nothing } else { history };
    first_admitted(space, tried, stream, plan, |_, rng| space.complete(partial, rng).map(Some))
}

/// `space`, its priors followed no more than the history supports: whatever draws from it, or looks at the likelihood of
/// its values, takes that into account.
fn believed<'a>(space: &'a Space, history: &History) -> Cow<'a, Space> {
    match doubt::doubt(space, history) {
        0.0 => Cow::Borrowed(space),
        doubt => Cow::Owned(space.doubted(doubt)),
    }
}

fn first_admitted(
    space: &Space,
    history: &History,
    stream: Stream,
    mut plan: impl FnMut(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    mut ask: impl FnMut(&Refusals, &mut Pcg64) -> Result<Option<Candidate>, Incomplete>,
) -> Result<Proposal, NoProposal> {
    let mut rng = stream.rng();
    let mut exhausted = Exhausted { duplicates: 0, refused: 0, last_reason: None };
    let mut refusals = Refusals::default();
    while refusals.count() < PATIENCE {
        let Some(candidate) = ask(&refusals, &mut rng)? else { break };
        if history.contains(&candidate) {
            exhausted.duplicates += 1;
            refusals.push(&candidate);
            continue;
        }
        let admitted = plan(&candidate)
            .and_then(|statics| space.admits(&candidate, |metric| statics.get(metric).copied()).map(|()| statics));
        match admitted {
            Ok(statics) => return Ok(Proposal { candidate, statics }),
            Err(reason) => {
                exhausted.refused += 1;
                refusals.push(&candidate);
                exhausted.last_reason = Some(reason);
            }
        }
    }
    Err(exhausted.into())
}

#[cfg(test)]
mod tests;
