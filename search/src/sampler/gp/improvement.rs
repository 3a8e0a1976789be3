//! The logarithm of the improvement to be expected of one objective.

use super::climb::Worth;
use super::model::Model;
use crate::normal::{log_expected_excess, log_expected_excess_slope};

/// How far below the lowest score a candidate is expected to come out, where it does.
pub(super) struct Improvement<'a> {
    model: &'a Model<'a>,
    /// The lowest score expected of a trial.
    lowest: f64,
}

impl<'a> Improvement<'a> {
    /// The improvement over the lowest score that `model` expects of a trial.
    pub(super) fn new(model: &'a Model<'a>) -> Self {
        let lowest = model.expectations().map(|(_, expected)| expected).fold(f64::INFINITY, f64::min);
        Self { model, lowest }
    }

    /// The points of the trials, the best first.
    pub(super) fn points(&self) -> Vec<&[f64]> {
        let mut trials: Vec<(&[f64], f64)> =
            self.model.expectations().map(|(point, expected)| (point.as_slice(), expected)).collect();
        trials.sort_by(|a, b| a.1.total_cmp(&b.1));
        trials.into_iter().map(|(point, _)| point).collect()
    }
}

impl Worth for Improvement<'_> {
    fn at(&self, point: &[f64]) -> f64 {
        let (expected, deviation) = self.model.predict(point);
        deviation.ln() + log_expected_excess((self.lowest - expected) / deviation)
    }

    fn slope(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let (expected, deviation) = self.model.predict(point);
        let (by_expected, by_deviation) = self.model.slopes(point);
        let at = (self.lowest - expected) / deviation;
        let excess = log_expected_excess_slope(at);
        let both = by_expected.iter().zip(&by_deviation);
        let slope = both.map(|(expected, own)| ((1.0 - at * excess) * own - excess * expected) / deviation);
        (deviation.ln() + log_expected_excess(at), slope.collect())
    }
}
