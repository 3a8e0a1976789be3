//! What there is to say of a study: one function from a snapshot of its record to [`Facts`], which are written as a page,
//! as Markdown or as JSON.
//!
//! However many trials there are, the facts stay small: what grows with the trials is told by quantiles and counts of
//! all of them, and single trials by the best and a sample ([`table`]). Nothing here draws random numbers or asks for
//! the time, so the same record gives the same facts.

use std::time::Duration;

use kiln_search::candidate::Candidate;
use kiln_trials::store::{FileRevision, StudyRecord};
use kiln_trials::trial::Trial;
use serde::Serialize;

use crate::network::Plan;
use crate::study::Study;
use crate::term::confirmation::Confirmed;
use crate::term::ranking::Aim;

mod answer;
mod axis;
mod contour;
mod cost;
mod curves;
mod front;
mod gap;
mod history;
pub mod html;
mod markdown;
mod methods;
mod network;
mod provenance;
mod reader;
mod scope;
mod slice;
mod spread;
mod table;
#[cfg(test)]
mod tests;
mod timeline;
mod warnings;
mod weights;

pub use markdown::markdown;
pub use network::Winner as Network;
pub use reader::Reader;

use scope::Scope;
pub(crate) use scope::brief;

/// A study as its store records it at one moment.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    /// The study.
    pub study: &'a StudyRecord,
    /// Its file; `None` where this version of Kiln reads it differently.
    pub file: Option<&'a Study>,
    /// The revisions of its file.
    pub revisions: &'a [FileRevision],
    /// All trials of the search, in order of their numbers.
    pub trials: &'a [Trial],
    /// The wall time that all its runs have used.
    pub spent: Duration,
    /// What a confirmation says, where there is one.
    pub confirmed: Option<&'a Confirmed<'a>>,
    /// The layers of a candidate, or why they cannot be told.
    pub plan: &'a dyn Fn(&Candidate) -> Result<Plan, String>,
}

/// What there is to say of a study. Its JSON keys are stable; keys may be added.
#[derive(Debug, Serialize)]
pub struct Facts<'a> {
    /// What it is, and by what it can be made again.
    pub study: provenance::Provenance<'a>,
    /// What is optimised.
    pub objectives: Vec<Aim<'a>>,
    /// The answer, in a sentence, and what is to be known with it.
    pub answer: answer::Answer,
    /// What was confirmed, and the evidence for compared choices; `None` as long as nothing is.
    pub evidence: Option<&'a Confirmed<'a>>,
    /// The confirmed winner, or else the best trial; `None` if no trial competes.
    pub winner: Option<network::Winner<'a>>,
    /// How trials ended, and what they cost.
    pub cost: cost::Cost,
    /// The parameters that have several values, as axes of charts.
    pub parameters: Vec<axis::Axis>,
    /// Single trials: all of them, or the best and a sample.
    pub trials: table::Table<'a>,
    /// The best so far of each objective.
    pub history: Vec<history::History<'a>>,
    /// How trials learn; `None` if no epoch is on record.
    pub curves: Option<curves::Curves<'a>>,
    /// The trials that no other beats, and where all the others are.
    pub front: front::Front,
    /// Each parameter against each objective.
    pub slices: Vec<slice::Slice<'a>>,
    /// Pairs of parameters against the first objective.
    pub contours: Vec<contour::Contour>,
    /// Which parameters matter.
    pub importance: Vec<weights::Weighed<'a>>,
    /// How much worse than on the training images the choices are on those that were held back.
    pub gaps: Vec<gap::Gap>,
    /// What the trainer noticed, collected.
    pub warnings: Vec<warnings::Warning>,
    /// When trials were in hand.
    pub timeline: timeline::Timeline,
    /// A paragraph for a paper, and the commands that make the study again.
    pub methods: methods::Methods,
}

impl<'a> Facts<'a> {
    /// All that there is to say of a study.
    pub fn of(snapshot: &Snapshot<'a>) -> Self {
        let scope = Scope::of(snapshot);
        let parameters = axis::axes(&scope);
        let importance = weights::weights(&scope);
        let first = parameters.iter().collect::<Vec<_>>();
        let leading = weights::leading(&importance, &first);
        let cost = cost::Cost::of(&scope);
        Self {
            study: provenance::Provenance::of(&scope),
            objectives: snapshot.study.objectives.iter().map(Aim::of).collect(),
            answer: answer::Answer::of(&scope),
            evidence: snapshot.confirmed,
            winner: network::Winner::of(&scope),
            trials: table::Table::of(&scope, &parameters),
            history: history::histories(&scope),
            curves: curves::Curves::of(&scope),
            front: front::Front::of(&scope),
            slices: slice::slices(&scope, &parameters),
            contours: contour::contours(&scope, &leading),
            gaps: gap::gaps(&scope, &parameters),
            warnings: warnings::warnings(&scope),
            timeline: timeline::Timeline::of(&scope),
            methods: methods::Methods::of(&scope, &cost),
            cost,
            importance,
            parameters,
        }
    }
}
