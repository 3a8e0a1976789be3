//! The logarithm of the hypervolume that a candidate is expected to add to the front.
//!
//! M. Emmerich, "Single- and multiobjective evolutionary optimization assisted by Gaussian random field metamodels",
//! doctoral thesis, Dortmund 2005; see [`region`] for its closed form. The front is that of the *expected* results,
//! which noise cannot fake. The reference lies a tenth of their spread beyond the worst of them in each objective: one
//! close to the front would make its ends worthless, and leave nothing to be gained beside a front of one point.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::climb::Worth;
use super::model::Model;
use crate::pareto::{self, Goal};
use region::Region;

mod region;

/// How far beyond the worst result the reference lies, of the spread of results or of 1, about their deviation.
const BEYOND: f64 = 0.1;

/// What is to be gained over the trials that several models know.
pub(super) struct Front<'a> {
    models: &'a [Model<'a>],
    region: Region,
    /// The points of the front in no order.
    points: Vec<&'a [f64]>,
}

impl<'a> Front<'a> {
    /// The front of the trials of `models`, one for each objective, fitted to the same points.
    pub(super) fn new(models: &'a [Model<'a>], rng: &mut Pcg64) -> Self {
        let columns: Vec<Vec<f64>> =
            models.iter().map(|model| model.expectations().map(|(_, expected)| expected).collect()).collect();
        let reference: Vec<f64> = columns.iter().map(|expected| beyond(expected)).collect();
        let trials = models.first().into_iter().flat_map(Model::expectations).enumerate();
        let (points, results): (Vec<&[f64]>, Vec<Vec<f64>>) = trials
            .map(|(trial, (point, _))| (point.as_slice(), columns.iter().map(|expected| expected[trial]).collect()))
            .unzip();
        let is_on = pareto::front(&results, &vec![Goal::Minimize; models.len()]);
        let front = points.into_iter().zip(results).zip(is_on).filter(|(_, is_on)| *is_on).map(|(trial, _)| trial);
        let (mut points, front): (Vec<&[f64]>, Vec<Vec<f64>>) = front.unzip();
        points.shuffle(rng);
        Self { models, region: Region::new(&front, &reference), points }
    }

    /// The points of the front in no order.
    pub(super) fn points(&self) -> &[&[f64]] {
        &self.points
    }

    fn predict(&self, point: &[f64]) -> Vec<(f64, f64)> {
        self.models.iter().map(|model| model.predict(point)).collect()
    }
}

impl Worth for Front<'_> {
    fn at(&self, point: &[f64]) -> f64 {
        self.region.log_expected_gain(&self.predict(point)).0
    }

    fn slope(&self, point: &[f64]) -> (f64, Vec<f64>) {
        let (gain, by_result) = self.region.log_expected_gain(&self.predict(point));
        let mut slope = vec![0.0; point.len()];
        for (model, (by_mean, by_deviation)) in self.models.iter().zip(by_result) {
            let (expected, deviation) = model.slopes(point);
            for ((slope, expected), deviation) in slope.iter_mut().zip(expected).zip(deviation) {
                *slope += by_mean * expected + by_deviation * deviation;
            }
        }
        (gain, slope)
    }
}

fn beyond(expected: &[f64]) -> f64 {
    let best = expected.iter().copied().fold(f64::INFINITY, f64::min);
    let worst = expected.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    worst + BEYOND * (worst - best).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::model::Lengths;
    use super::*;
    use crate::rng::{Purpose, Stream};
    use crate::space::axes::Axis;

    const AXES: [Axis; 2] = [Axis::Continuum { prior: None }, Axis::Continuum { prior: None }];

    /// Models of sixteen trials, one for each of `objectives`.
    fn models(objectives: &[fn(&[f64]) -> f64]) -> Vec<Model<'static>> {
        let points: Vec<Vec<f64>> =
            (0..16).map(|at| vec![f64::from(at) / 15.0, f64::from(at * 5 % 16) / 15.0]).collect();
        let fit = |objective: &fn(&[f64]) -> f64| {
            let scores = points.iter().map(|point| objective(point)).collect();
            Model::fit(&AXES, points.clone(), scores, Lengths::Long).expect("definite")
        };
        objectives.iter().map(fit).collect()
    }

    fn front<'a>(models: &'a [Model<'a>]) -> Front<'a> {
        Front::new(models, &mut Stream::new(1, 0, Purpose::Candidate).rng())
    }

    #[test]
    fn the_slope_is_that_of_the_gain() {
        let models =
            models(&[|x| 3.0 * x[0], |x| 2.0 - 2.0 * x[0] + (4.0 * x[1]).sin(), |x| (5.0 * x[0]).cos() - x[1]]);
        for objectives in 2..4 {
            let front = front(&models[..objectives]);
            for point in [[0.31, 0.42], [0.77, 0.1], [0.05, 0.9]] {
                let (gain, slope) = front.slope(&point);
                assert!((gain - front.at(&point)).abs() < 1e-12);
                for (axis, slope) in slope.iter().enumerate() {
                    let at = |step: f64| {
                        let mut point = point;
                        point[axis] += step;
                        front.at(&point)
                    };
                    let expected = (at(1e-6) - at(-1e-6)) / 2e-6;
                    assert!((slope - expected).abs() < 1e-3 * (1.0 + expected.abs()), "{slope} {expected}");
                }
            }
        }
    }

    #[test]
    fn a_front_of_one_point_leaves_a_gain_on_either_side() {
        // The best in both objectives is the trial at the origin; beside it, one gets worse and the other no better.
        let models = models(&[|x| x[0] + x[1], |x| x[0] + x[1]]);
        let front = front(&models);
        assert_eq!(front.points(), [[0.0, 0.0]]);
        assert!(front.at(&[0.02, 0.02]) > front.at(&[0.9, 0.9]) + 1.0);
    }
}
