//! Single trials as rows of numbers: all of them, or the best and a sample.

use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use super::axis::Axis;
use super::scope::{Place, Scope, brief};
use crate::term::trial::word;

/// More trials than this are not shown one by one.
pub const MOST: usize = 2_000;

/// So many of the best are shown in any case.
const BEST: usize = 500;

/// Trials as rows.
#[derive(Debug, Serialize)]
pub struct Table<'a> {
    /// How many trials the study has.
    pub all: usize,
    /// The figures of each row: the objectives, then `parameters` and `macs`.
    pub figures: Vec<&'a str>,
    /// The rows, best first.
    pub rows: Vec<Row>,
}

/// One trial.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Its number.
    pub trial: TrialNumber,
    /// How it stands.
    pub outcome: &'static str,
    /// Epochs on record.
    pub epochs: usize,
    /// Whether no other trial beats it.
    pub front: bool,
    /// Its figures; null where one is no number.
    pub figures: Vec<Option<f64>>,
    /// Its place on each axis; null where the parameter is not active.
    pub values: Vec<Option<f64>>,
}

impl<'a> Table<'a> {
    /// Of the trials in `scope`.
    pub fn of(scope: &Scope<'a>, axes: &[Axis]) -> Self {
        let mut figures: Vec<&str> = scope.objectives().iter().map(|(metric, _)| metric.as_str()).collect();
        figures.extend(["parameters", "macs"].iter().filter(|name| !scope.study.metrics().iter().any(|m| m == **name)));
        let all = &scope.ranked;
        let best = if all.len() > MOST { BEST } else { all.len() };
        let stride = (all.len() - best).div_ceil(MOST - BEST).max(1);
        let shown = all[..best].iter().chain(all[best..].iter().step_by(stride));
        let rows = shown.map(|place| Row::of(place, &figures, axes)).collect();
        Self { all: all.len(), figures, rows }
    }
}

impl Row {
    fn of(place: &Place<'_>, figures: &[&str], axes: &[Axis]) -> Self {
        let trial = place.trial;
        let figure = |name: &&str| trial.figure(name).filter(|value| value.is_finite()).map(brief);
        Self {
            trial: trial.number,
            outcome: word(&trial.state),
            epochs: trial.epochs.len(),
            front: place.front == Some(0),
            figures: figures.iter().map(figure).collect(),
            values: axes.iter().map(|axis| axis.number(&trial.candidate).map(brief)).collect(),
        }
    }
}
