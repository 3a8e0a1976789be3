//! A Gaussian process: its lengths and noise, and what it expects where.

use super::descent::descend;
use super::kernel::{matern, slope, square};
use crate::linear::{Matrix, dot};
use crate::space::axes::Axis;

/// Evaluations in the search for lengths and noise.
const STEPS: u32 = 40;
/// The least share of the variance that is left anywhere.
const LEAST_LEFT: f64 = 1e-12;
/// Bounds of the logarithm of a length.
const LENGTHS: (f64, f64) = (-4.6, 4.6);
/// Bounds of the logarithm of the noise's share of the variance.
const NOISE: (f64, f64) = (-16.0, 0.0);
/// Where the search for that logarithm begins.
const NOISE_START: f64 = -9.0;
/// Shape and rate of the gamma distribution of that share: some noise costs nothing, much noise does.
const NOISE_PRIOR: (f64, f64) = (1.1, 30.0);
/// The deviation of the logarithm of a length among names or levels.
const LENGTH_DEVIATION: f64 = 1.732;
/// How steep the walls are that keep lengths of numbers from being very short or very long.
const WALLS: f64 = 0.2;

/// What is believed of the lengths of numbers before anything is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lengths {
    /// Anything between walls.
    Walled,
    /// The longer, the more axes there are, as among names.
    Long,
}

/// A process fitted to scores.
pub(super) struct Model<'a> {
    axes: &'a [Axis],
    points: Vec<Vec<f64>>,
    scores: Vec<f64>,
    /// One over the square of each length.
    scales: Vec<f64>,
    noise: f64,
    variance: f64,
    lower: Matrix,
    /// The inverse of the covariance, times the scores.
    weights: Vec<f64>,
}

impl<'a> Model<'a> {
    /// The most likely process; nothing if arithmetic fails.
    pub(super) fn fit(axes: &'a [Axis], points: Vec<Vec<f64>>, scores: Vec<f64>, lengths: Lengths) -> Option<Self> {
        let problem = Likelihood::new(axes, &points, &scores, lengths);
        let logs = problem.maximise()?;
        let (noise, lengths) = logs.split_last()?;
        let scales = lengths.iter().map(|log| (-2.0 * log).exp()).collect();
        let (lower, weights) = (Matrix::zeros(0), Vec::new());
        let mut model = Self { axes, points, scores, scales, noise: noise.exp(), variance: 1.0, lower, weights };
        model.factorise().then_some(model)
    }

    /// Adds `points` with the scores expected there.
    pub(super) fn believe(&mut self, points: Vec<Vec<f64>>) {
        if points.is_empty() {
            return;
        }
        let known = self.points.len();
        let expected: Vec<f64> = points.iter().map(|point| self.predict(point).0).collect();
        self.points.extend(points);
        self.scores.extend(expected);
        let variance = self.variance;
        if !self.factorise() {
            self.points.truncate(known);
            self.scores.truncate(known);
            self.factorise();
        }
        // Beliefs are no evidence of how much results vary.
        self.variance = variance;
    }

    /// The points and the scores expected there.
    pub(super) fn expectations(&self) -> impl Iterator<Item = (&Vec<f64>, f64)> {
        let expected = self.scores.iter().zip(&self.weights).map(|(score, weight)| score - self.noise * weight);
        self.points.iter().zip(expected)
    }

    /// The expected score at `point` and its deviation.
    pub(super) fn predict(&self, point: &[f64]) -> (f64, f64) {
        let alike: Vec<f64> = self.points.iter().map(|other| self.alike(point, other)).collect();
        let known = self.lower.solve_lower(&alike);
        let left = (1.0 - dot(&known, &known)).max(LEAST_LEFT);
        (dot(&alike, &self.weights), (self.variance * left).sqrt())
    }

    /// The gradients of what [`predict`](Self::predict) gives; zero on axes without a continuum and on inactive ones.
    pub(super) fn slopes(&self, point: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (mut expected, mut deviation) = (vec![0.0; point.len()], vec![0.0; point.len()]);
        let alike: Vec<(f64, f64)> = self.points.iter().map(|other| matern(self.far(point, other))).collect();
        let likeness: Vec<f64> = alike.iter().map(|(alike, _)| *alike).collect();
        let known = self.lower.solve_lower(&likeness);
        let left = 1.0 - dot(&known, &known);
        let pulls = self.lower.solve_lower_transposed(&known);
        for (((other, (_, weight)), own), pull) in self.points.iter().zip(&alike).zip(&self.weights).zip(&pulls) {
            for (axis, scale) in self.scales.iter().enumerate() {
                if matches!(self.axes[axis], Axis::Continuum { .. }) && !point[axis].is_nan() {
                    let change = -0.5 * weight * scale * slope(point[axis], other[axis]);
                    expected[axis] += own * change;
                    deviation[axis] -= pull * change;
                }
            }
        }
        let by = if left > LEAST_LEFT { (self.variance / left).sqrt() } else { 0.0 };
        for deviation in &mut deviation {
            *deviation *= by;
        }
        (expected, deviation)
    }

    fn far(&self, a: &[f64], b: &[f64]) -> f64 {
        let squares = self.axes.iter().zip(&self.scales).zip(a.iter().zip(b));
        squares.map(|((axis, scale), (a, b))| scale * square(axis, *a, *b)).sum()
    }

    fn alike(&self, a: &[f64], b: &[f64]) -> f64 {
        matern(self.far(a, b)).0
    }

    fn factorise(&mut self) -> bool {
        let count = self.points.len();
        let mut matrix = Matrix::zeros(count);
        for i in 0..count {
            for j in 0..i {
                matrix[(i, j)] = self.alike(&self.points[i], &self.points[j]);
            }
            matrix[(i, i)] = 1.0 + self.noise;
        }
        let Some(lower) = matrix.cholesky() else { return false };
        self.weights = lower.solve_lower_transposed(&lower.solve_lower(&self.scores));
        self.variance = variance(&self.scores, &self.weights);
        self.lower = lower;
        true
    }
}

/// The variance that makes the scores most likely, given `weights`, with the weight of one more score of 1.
fn variance(scores: &[f64], weights: &[f64]) -> f64 {
    (dot(scores, weights) + 1.0) / (scores.len() as f64 + 1.0)
}

/// The posterior density of lengths and noise, as a cost.
struct Likelihood<'a> {
    scores: &'a [f64],
    /// For each pair of points, later with earlier, the square on each axis.
    squares: Vec<Vec<f64>>,
    /// Whether the length of each axis is between walls.
    is_walled: Vec<bool>,
    /// The mode of the prior of the logarithm of any other length.
    typical: f64,
}

impl<'a> Likelihood<'a> {
    fn new(axes: &[Axis], points: &[Vec<f64>], scores: &'a [f64], lengths: Lengths) -> Self {
        let of = |a: &[f64], b: &[f64]| -> Vec<f64> {
            axes.iter().zip(a.iter().zip(b)).map(|(axis, (a, b))| square(axis, *a, *b)).collect()
        };
        let pairs = points.iter().enumerate().flat_map(|(i, a)| points[..i].iter().map(move |b| (a, b)));
        let squares = pairs.map(|(a, b)| of(a, b)).collect();
        let typical = std::f64::consts::SQRT_2 + (axes.len() as f64).ln() / 2.0;
        let is_walled = |axis: &Axis| lengths == Lengths::Walled && matches!(axis, Axis::Continuum { .. });
        let is_walled = axes.iter().map(is_walled).collect();
        Self { scores, squares, is_walled, typical }
    }

    fn maximise(&self) -> Option<Vec<f64>> {
        // Half-way from the mode of the prior to one: data that say little leave it, others have less far to go.
        let dimension = self.is_walled.len();
        let mut start = vec![self.typical / 2.0; dimension];
        start.push(NOISE_START);
        let mut ends = vec![LENGTHS; dimension];
        ends.push(NOISE);
        descend(start, &ends, STEPS, |logs| self.cost(logs)).map(|(_, logs)| logs)
    }

    /// Minus the logarithm of the posterior density, and its gradient; nothing if the covariance is not definite.
    fn cost(&self, logs: &[f64]) -> Option<(f64, Vec<f64>)> {
        let count = self.scores.len();
        let dimension = self.is_walled.len();
        let (lengths, noise) = (&logs[..dimension], logs[dimension].exp());
        let scales: Vec<f64> = lengths.iter().map(|log| (-2.0 * log).exp()).collect();
        let (mut matrix, mut slopes) = (Matrix::zeros(count), Vec::with_capacity(self.squares.len()));
        let mut pairs = self.squares.iter();
        for i in 0..count {
            for (j, squares) in (0..i).zip(&mut pairs) {
                let (alike, slope) = matern(dot(squares, &scales));
                matrix[(i, j)] = alike;
                slopes.push(slope);
            }
            matrix[(i, i)] = 1.0 + noise;
        }
        let lower = matrix.cholesky()?;
        let weights = lower.solve_lower_transposed(&lower.solve_lower(self.scores));
        let variance = variance(self.scores, &weights);
        let inverse = lower.inverse_of_product();
        let half_determinant: f64 = (0..count).map(|index| lower[(index, index)].ln()).sum();
        let mut cost = f64::midpoint(count as f64, 1.0) * variance.ln() + half_determinant;
        let mut gradient = vec![0.0; logs.len()];
        let pull = |i: usize, j: usize| inverse[(i, j)] - weights[i] * weights[j] / variance;
        let pairs = (0..count).flat_map(|i| (0..i).map(move |j| (i, j)));
        for (((i, j), squares), slope) in pairs.zip(&self.squares).zip(&slopes) {
            let pull = pull(i, j) * slope;
            for ((gradient, square), scale) in gradient.iter_mut().zip(squares).zip(&scales) {
                *gradient += pull * square * scale;
            }
        }
        gradient[dimension] = noise / 2.0 * (0..count).map(|index| pull(index, index)).sum::<f64>();
        let (shape, rate) = NOISE_PRIOR;
        for (index, log) in logs.iter().enumerate() {
            let (prior, slope) = match self.is_walled.get(index) {
                Some(true) => (WALLS * (2.0 * log).cosh(), 2.0 * WALLS * (2.0 * log).sinh()),
                Some(false) => {
                    let away = (log - self.typical) / LENGTH_DEVIATION;
                    (away * away / 2.0, away / LENGTH_DEVIATION)
                }
                None => (rate * noise - (shape - 1.0) * log, rate * noise - (shape - 1.0)),
            };
            cost += prior;
            gradient[index] += slope;
        }
        Some((cost, gradient))
    }
}

#[cfg(test)]
mod tests;
