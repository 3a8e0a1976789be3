//! How trials learn: the curves of some, and quantiles of all at each epoch.

use kiln_search::scheduler::Scheduler;
use kiln_trials::trial::{Trial, TrialNumber};
use serde::Serialize;

use super::scope::{Scope, brief};
use super::spread::Spread;
use crate::term::trial::word;

/// So many of the best trials have a line of their own, and as many drawn evenly from the others.
const LINES: usize = 40;

/// The epochs of a curve, at most; longer ones are thinned evenly.
const MOST_EPOCHS: usize = 400;

/// How trials learn.
#[derive(Debug, Serialize)]
pub struct Curves<'a> {
    /// What is shown: the first objective that is measured at each epoch, or else the validation accuracy.
    pub metric: &'a str,
    /// The epochs after which trials wait or are judged.
    pub rungs: Vec<u32>,
    /// At each epoch, the values of all trials that came so far.
    pub epochs: Vec<AtEpoch>,
    /// Single trials, the best first.
    pub lines: Vec<Line>,
}

/// The values of all trials at one epoch.
#[derive(Debug, Serialize)]
pub struct AtEpoch {
    /// From 1.
    pub epoch: usize,
    /// Of those that came so far.
    pub values: Spread,
}

/// The curve of one trial.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Its number.
    pub trial: TrialNumber,
    /// How it stands.
    pub outcome: &'static str,
    /// Epochs and values; null where it was no number.
    pub points: Vec<(u32, Option<f64>)>,
}

impl<'a> Curves<'a> {
    /// Of the trials in `scope`, if one has an epoch.
    pub fn of(scope: &Scope<'a>) -> Option<Self> {
        let measured = scope.trials.iter().find_map(|trial| trial.epochs.first()).map(|epoch| &epoch.metrics)?;
        let objective =
            scope.objectives().iter().map(|(metric, _)| metric).find(|metric| measured.contains_key(metric));
        let metric = objective.map_or("val_accuracy", String::as_str);
        Some(Self {
            metric,
            rungs: rungs(scope),
            epochs: spreads(scope.trials, metric),
            lines: chosen(scope).map(|trial| Line::of(trial, metric)).collect(),
        })
    }
}

fn rungs(scope: &Scope<'_>) -> Vec<u32> {
    match scope.file.map(|file| &file.fidelity.scheduler) {
        Some(Scheduler::Asha(rungs) | Scheduler::Hyperband(rungs)) => rungs.epochs().to_vec(),
        _ => Vec::new(),
    }
}

fn spreads(trials: &[Trial], metric: &str) -> Vec<AtEpoch> {
    let longest = trials.iter().map(|trial| trial.epochs.len()).max().unwrap_or(0);
    let stride = longest.div_ceil(MOST_EPOCHS).max(1);
    let at = |epoch: usize| {
        let values = trials.iter().filter_map(|trial| trial.epochs.get(epoch - 1)?.metrics.get(metric).copied());
        Some(AtEpoch { epoch, values: Spread::of(&mut values.collect())? })
    };
    (1..=longest).step_by(stride).filter_map(at).collect()
}

/// The best trials, and as many of the others, evenly.
fn chosen<'s>(scope: &'s Scope<'_>) -> impl Iterator<Item = &'s Trial> {
    let (best, others) = scope.ranked.split_at(LINES.min(scope.ranked.len()));
    let stride = others.len().div_ceil(LINES).max(1);
    best.iter().chain(others.iter().step_by(stride)).map(|place| place.trial).filter(|trial| !trial.epochs.is_empty())
}

impl Line {
    fn of(trial: &Trial, metric: &str) -> Self {
        let value = |value: Option<&f64>| value.copied().filter(|value| value.is_finite()).map(brief);
        let stride = trial.epochs.len().div_ceil(MOST_EPOCHS).max(1);
        let points = trial.epochs.iter().step_by(stride).map(|epoch| (epoch.epoch, value(epoch.metrics.get(metric))));
        Self { trial: trial.number, outcome: word(&trial.state), points: points.collect() }
    }
}
