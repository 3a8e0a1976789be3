//! The study file: what `space.toml` says, as values that nothing downstream has to check again.

use std::time::Duration;

use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_search::space::Space;
use kiln_search::space::vocabulary::Vocabulary;

use crate::data::DataSpec;

mod diagnostics;
mod duration;
mod read;

pub use diagnostics::Diagnostics;

/// A study, read from a file without mistakes.
#[derive(Debug, Clone)]
pub struct Study {
    /// The name, which is also that of its directory: letters, digits, `-`, `_` and inner points.
    pub name: String,
    /// What every random stream of the study is computed from.
    pub seed: u64,
    /// What is learned.
    pub data: DataSpec,
    /// What is better; at least one, no metric twice.
    pub objectives: Vec<Objective>,
    /// How candidates are found.
    pub search: Search,
    /// How long a trial trains.
    pub fidelity: Fidelity,
    /// When the search ends.
    pub budget: Budget,
    /// What may be chosen.
    pub space: Space,
}

/// One figure to make large or small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// A figure of each epoch, such as `val_accuracy`, or one known before training, such as `parameters`.
    pub metric: String,
    /// Which way is better.
    pub goal: Goal,
}

/// How candidates are found. The strategy is random search, one trial at a time: others are refused so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// Values of the first trials; what an entry leaves out is drawn.
    pub enqueue: Vec<Candidate>,
}

/// How long a trial trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fidelity {
    /// Epochs of a trial whose candidate does not say otherwise; at least 1.
    pub epochs: u32,
}

/// When the search ends: totals for the study, over all its runs. At least one of `trials` and `wall` is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// Trials in total.
    pub trials: Option<u32>,
    /// Wall time in total.
    pub wall: Option<Duration>,
    /// Wall time of one trial.
    pub trial_wall: Option<Duration>,
}

/// Reads the study file `text` for a trainer that understands `vocabulary`; messages call the file `name`.
///
/// # Errors
/// All mistakes of the file at once, each with its place.
pub fn read(name: &str, text: &str, vocabulary: &dyn Vocabulary) -> Result<Study, Diagnostics> {
    read::study(text, vocabulary).map_err(|problems| Diagnostics::new(name, text, problems))
}

#[cfg(test)]
mod tests;
