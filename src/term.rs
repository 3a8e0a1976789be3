//! What a person sees of a study, as functions of its record: progress while it runs, and tables afterwards.

pub mod bar;
pub mod candidates;
pub mod confirmation;
pub mod confusion;
pub mod figure;
pub mod importance;
pub mod json;
pub mod lines;
pub mod live;
pub mod ranking;
pub mod sparkline;
pub mod status;
pub mod table;
pub mod trial;

use std::collections::BTreeMap;
use std::time::Duration;

use kiln_search::pareto::Goal;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Standing, State, Trial, TrialNumber};

use crate::runner::protocol::Event;
use crate::study::{Budget, Fidelity};

/// A study at one moment, as its store records it.
#[derive(Debug, Clone, Copy)]
pub struct Snapshot<'a> {
    /// The study.
    pub study: &'a StudyRecord,
    /// Where all trials stand, in order of their numbers.
    pub trials: &'a [Standing],
    /// The whole record of those that are trained, and of those that have just come to rest.
    pub trained: &'a BTreeMap<TrialNumber, Trial>,
    /// What the study may cost.
    pub budget: &'a Budget,
    /// How long its trials train.
    pub fidelity: &'a Fidelity,
    /// The wall time used by all runs of the study.
    pub spent: Duration,
    /// How many trainings of how many of its confirmation are over, once the search is.
    pub confirmed: Option<(usize, usize)>,
}

impl Snapshot<'_> {
    /// The trials that are over or wait.
    pub fn rested(&self) -> impl Iterator<Item = &Standing> {
        self.trials.iter().filter(|trial| trial.state != State::Running)
    }
}

/// Where the progress of a run is shown. Nothing of it is needed: output that cannot be written is dropped.
pub trait View {
    /// Something happened; it is recorded.
    fn event(&mut self, event: &Event, now: &Snapshot<'_>);

    /// Time passes.
    fn tick(&mut self, _now: &Snapshot<'_>) {}

    /// The runner itself has something to say.
    fn note(&mut self, text: &str);

    /// Nothing more will come.
    fn close(&mut self) {}
}

/// No view at all, for `--quiet`.
#[derive(Debug)]
pub struct Quiet;

impl View for Quiet {
    fn event(&mut self, _event: &Event, _now: &Snapshot<'_>) {}

    fn note(&mut self, _text: &str) {}
}

/// `val_accuracy 0.9731  parameters 12,345`: the last known value of each objective, as `figure` gives it.
pub fn objectives_of(study: &StudyRecord, figure: impl Fn(&str) -> Option<f64>) -> String {
    let shown = study.objectives.iter().filter_map(|(metric, _): &(String, Goal)| {
        Some(format!("{metric} {}", figure::figure(metric, figure(metric)?)))
    });
    shown.collect::<Vec<_>>().join("  ")
}
