//! The study file: what `space.toml` says, as values that nothing downstream has to check again.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::history::History;
use kiln_search::pareto::Goal;
use kiln_search::problem::Problems;
use kiln_search::sampler::strategy::Strategy;
use kiln_search::scheduler::Scheduler;
use kiln_search::space::vocabulary::Vocabulary;
use kiln_search::space::{Filter, Space};
use kiln_search::table::SpannedText;
use kiln_trials::store::StudyRecord;

use crate::data::DataSpec;

mod begin;
mod diagnostics;
mod duration;
mod read;
mod size;

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
    /// How long a trial trains, and what may stop it before.
    pub fidelity: Fidelity,
    /// When the search ends.
    pub budget: Budget,
    /// Which checkpoints stay.
    pub checkpoints: Checkpoints,
    /// What is trained again when the search has ended, if anything is.
    pub confirm: Option<Confirm>,
    /// What may be chosen.
    pub space: Space,
    places: Places,
}

/// Where in the file things are that may be found wrong only later.
#[derive(Debug, Clone)]
struct Places {
    /// The header of `[space]`.
    space: Range<usize>,
    /// Each entry of `enqueue`.
    enqueue: Vec<Range<usize>>,
}

/// One figure to make large or small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// A figure of each epoch, such as `val_accuracy`, or one known before training, such as `parameters`.
    pub metric: String,
    /// Which way is better.
    pub goal: Goal,
}

/// How many trials are trained at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    /// As many as the device is good for.
    Auto,
    /// So many; at least 1.
    Count(usize),
}

/// How candidates are found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The method; it can deal with the space and the objectives.
    pub strategy: Strategy,
    /// Why that method was chosen, in one sentence; `None` if the file names it.
    pub reason: Option<String>,
    /// Whether a candidate may be tried again once it is over.
    pub repeats: bool,
    /// Values of the first trials; what an entry leaves out is drawn.
    pub enqueue: Vec<Candidate>,
    /// How many trials are trained at the same time: one, where the file says nothing.
    pub workers: Option<Workers>,
}

/// The method, and why it was chosen: `evolution, because …`.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.strategy.name())?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ", because {reason}"))
    }
}

/// How long a trial trains.
#[derive(Debug, Clone, PartialEq)]
pub struct Fidelity {
    /// Epochs of a trial whose candidate does not say otherwise; at least 1.
    pub epochs: u32,
    /// What may pause or end a trial before its last epoch.
    pub scheduler: Scheduler,
}

impl Fidelity {
    /// The epochs of a trial of `candidate` that nothing stops.
    pub fn epochs_of(&self, candidate: &Candidate) -> u32 {
        let chosen = match candidate.get("epochs") {
            Some(Value::Int(epochs)) => u32::try_from(*epochs).ok(),
            _ => None,
        };
        chosen.unwrap_or(self.epochs)
    }
}

/// When the search ends: totals for the study, over all its runs. At least one of `trials`, `epochs` and `wall` is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Budget {
    /// Trials in total.
    pub trials: Option<u32>,
    /// Epochs in total.
    pub epochs: Option<u32>,
    /// Wall time in total.
    pub wall: Option<Duration>,
    /// Wall time of one trial.
    pub trial_wall: Option<Duration>,
    /// Memory of the worker of one trial, in bytes.
    pub trial_memory: Option<u64>,
    /// For how long nothing may improve.
    pub plateau: Option<Plateau>,
    /// What is enough: the values of some objectives, all reached by one trial; none for no such end.
    pub target: Vec<Target>,
}

/// So many complete trials without an improvement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// At least 1.
    pub trials: u32,
    /// An improvement is more than this, in units of the objective; at least 0.
    pub delta: f64,
}

/// A value of an objective that is good enough.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The objective.
    pub metric: String,
    /// The value.
    pub value: f64,
}

/// Which checkpoints stay beside those that trials continue from, and how large all of them may grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checkpoints {
    /// Those of so many of the best complete trials; without a number, those of the trials that are on the front.
    pub keep: Option<u32>,
    /// Bytes of them all.
    pub disk: Option<u64>,
}

/// How a study is confirmed: the best are trained again, on seeds that the search has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// How many candidates of the search are finalists; at least 1.
    pub top: u32,
    /// How often each is trained; at least 2.
    pub seeds: u32,
}

impl Default for Confirm {
    fn default() -> Self {
        Self { top: 5, seeds: 3 }
    }
}

/// Reads the study file `text` for a trainer that understands `vocabulary`; messages call the file `name`.
///
/// # Errors
/// All mistakes of the file at once, each with its place.
pub fn read(name: &str, text: &str, vocabulary: &dyn Vocabulary) -> Result<Study, Diagnostics> {
    let study = read::study(text, vocabulary).map_err(|problems| Diagnostics::new(name, text, problems))?;
    // Nothing is known of the networks here: constraints on their figures count as met.
    study.can_begin(name, text, |_| Ok(BTreeMap::new()))?;
    Ok(study)
}

/// What messages call the file of a study that is on record.
pub fn file_name(record: &StudyRecord) -> String {
    format!("the file of study {}", record.name)
}

/// The study of a record; mistakes, if this version of Kiln reads its file differently.
pub fn recorded(record: &StudyRecord, vocabulary: &dyn Vocabulary) -> Result<Study, Diagnostics> {
    read(&file_name(record), &record.space_toml, vocabulary)
}

impl Study {
    /// Whether candidates say how many epochs they train.
    pub fn chooses_epochs(&self) -> bool {
        self.space.parameters().iter().any(|parameter| parameter.name() == "epochs")
    }

    /// The goals of the objectives.
    pub fn goals(&self) -> Vec<Goal> {
        self.objectives.iter().map(|objective| objective.goal).collect()
    }

    /// Tries the first draws and every entry of `enqueue`, where `plan` gives the figures of a candidate's network, or
    /// says why it cannot be built. `name` and `text` are what the study was [read] from.
    ///
    /// # Errors
    /// A constraint that refuses 10,000 draws in a row, or else each entry of `enqueue` that cannot become a trial.
    pub fn can_begin(
        &self,
        name: &str,
        text: &str,
        plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    ) -> Result<(), Diagnostics> {
        let obstacles = begin::obstacles(self, plan);
        if obstacles.is_empty() { Ok(()) } else { Err(Diagnostics::new(name, text, obstacles)) }
    }

    /// The values that `text` gives to some of the parameters, a line each; messages call it `name`.
    ///
    /// # Errors
    /// Names that the space does not have, and values outside the domains.
    pub fn values(&self, name: &str, text: &str) -> Result<Candidate, Diagnostics> {
        begin::values(self, text).map_err(|problems| Diagnostics::new(name, text, problems))
    }

    /// The condition on trials that `text` holds, which messages call `name`: see [`Space::filter`].
    ///
    /// # Errors
    /// What is wrong with it, underlined.
    pub fn filter(&self, name: &str, text: &str, vocabulary: &dyn Vocabulary) -> Result<Filter, Diagnostics> {
        let mut problems = Problems::new();
        let filter = self.space.filter(&SpannedText::whole(text.to_owned()), vocabulary, &mut problems);
        filter.filter(|_| problems.is_empty()).ok_or_else(|| Diagnostics::new(name, text, problems))
    }

    /// Whether `values`, which `text` gives, can become the next trial after `history`; `plan` is that of
    /// [`can_begin`](Self::can_begin).
    ///
    /// # Errors
    /// Why they cannot, with `text` underlined.
    pub fn can_try(
        &self,
        values: &Candidate,
        name: &str,
        text: &str,
        history: &History,
        plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    ) -> Result<(), Diagnostics> {
        let problem = begin::obstacle(self, values, 0..text.trim_end().len(), history, plan);
        problem.map_or(Ok(()), |problem| {
            let mut problems = Problems::new();
            problems.push(problem);
            Err(Diagnostics::new(name, text, problems))
        })
    }
}

#[cfg(test)]
mod tests;
