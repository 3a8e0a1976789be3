//! The normal distribution and what a generation does to it, in the symbols of the tutorial.

use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::margin::Margin;
use crate::linear::{Matrix, dot};

/// Draws outside the unit cube before they are put on its border.
const REDRAWS: u32 = 100;
/// Keeps divisions by a length that may be zero finite.
const TINY: f64 = 1e-8;

/// A normal distribution with its evolution paths.
pub(super) struct Distribution {
    mean: Vec<f64>,
    sigma: f64,
    covariance: Matrix,
    /// Eigenvectors of the covariance, as columns, and the roots of the eigenvalues.
    vectors: Matrix,
    roots: Vec<f64>,
    path_sigma: Vec<f64>,
    path_c: Vec<f64>,
    generation: i32,
    rates: Rates,
    margin: Margin,
}

/// Weights and rates, which depend on the dimension and the size of a generation alone.
struct Rates {
    weights: Vec<f64>,
    parents: usize,
    mu_eff: f64,
    c_sigma: f64,
    d_sigma: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// The expected length of a standard normal vector.
    chi: f64,
    /// No step is longer than this, in deviations of the distribution.
    longest: f64,
}

impl Distribution {
    /// A round distribution that learns from generations of `size`; axes with edges take only the values between.
    pub(super) fn new(mean: Vec<f64>, sigma: f64, size: usize, edges: Vec<Option<Vec<f64>>>) -> Self {
        let d = mean.len();
        Self {
            sigma,
            covariance: Matrix::identity(d),
            vectors: Matrix::identity(d),
            roots: vec![1.0; d],
            path_sigma: vec![0.0; d],
            path_c: vec![0.0; d],
            generation: 0,
            rates: Rates::new(d, size),
            margin: Margin::new(edges, 1.0 / (d * size) as f64),
            mean,
        }
    }

    /// The size of a generation.
    pub(super) fn size(&self) -> usize {
        self.rates.weights.len()
    }

    /// The largest deviation in any direction.
    pub(super) fn spread(&self) -> f64 {
        self.sigma * self.roots.iter().copied().fold(0.0, f64::max)
    }

    /// Whether arithmetic has held.
    pub(super) fn is_sound(&self) -> bool {
        let least = self.roots.iter().copied().fold(f64::INFINITY, f64::min);
        let sound = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        self.sigma.is_finite() && least > 0.0 && sound(&self.roots) && sound(&self.mean)
    }

    /// A point of the unit cube.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Vec<f64> {
        let mut point = Vec::new();
        for _ in 0..REDRAWS {
            let z: Vec<f64> = self.roots.iter().map(|root| root * sample(rng)).collect();
            let y = (0..z.len()).map(|row| dot(self.vectors.row(row), &z));
            let scaled = y.zip(&self.margin.scales).zip(&self.mean);
            point = scaled.map(|((y, scale), mean)| mean + self.sigma * scale * y).collect();
            if point.iter().all(|number| (0.0..=1.0).contains(number)) {
                return point;
            }
        }
        point.into_iter().map(|number| number.clamp(0.0, 1.0)).collect()
    }

    /// Learns from a generation, best first.
    pub(super) fn update(&mut self, points: &[Vec<f64>]) {
        let Rates { weights, parents, mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi, longest } = &self.rates;
        let d = self.mean.len();
        self.generation += 1;
        let mut steps: Vec<Vec<f64>> = points.iter().map(|point| self.step(point)).collect();
        let mut whitened: Vec<Vec<f64>> = steps.iter().map(|step| self.whiten(step)).collect();
        for (step, white) in steps.iter_mut().zip(&mut whitened) {
            let length = dot(white, white).sqrt();
            if length > *longest {
                step.iter_mut().chain(white).for_each(|number| *number *= longest / length);
            }
        }
        let weighted = |vectors: &[Vec<f64>], axis: usize| -> f64 {
            vectors[..*parents].iter().zip(weights).map(|(vector, weight)| weight * vector[axis]).sum()
        };
        let y_w: Vec<f64> = (0..d).map(|axis| weighted(&steps, axis)).collect();
        let z_w: Vec<f64> = (0..d).map(|axis| weighted(&whitened, axis)).collect();
        for (mean, y) in self.mean.iter_mut().zip(&y_w) {
            *mean += self.sigma * y;
        }
        let gain = (c_sigma * (2.0 - c_sigma) * mu_eff).sqrt();
        for (path, z) in self.path_sigma.iter_mut().zip(&z_w) {
            *path = (1.0 - c_sigma) * *path + gain * z;
        }
        let length = dot(&self.path_sigma, &self.path_sigma).sqrt();
        self.sigma *= (c_sigma / d_sigma * (length / chi - 1.0)).exp();
        let usual = (1.0 - (1.0 - c_sigma).powi(2 * (self.generation + 1))).sqrt();
        let stalled = length / usual >= (1.4 + 2.0 / (d as f64 + 1.0)) * chi;
        let gain = if stalled { 0.0 } else { (c_c * (2.0 - c_c) * mu_eff).sqrt() };
        for (path, y) in self.path_c.iter_mut().zip(&y_w) {
            *path = (1.0 - c_c) * *path + gain * y;
        }
        let of_stall = if stalled { c_c * (2.0 - c_c) } else { 0.0 };
        let kept = 1.0 + c_1 * of_stall - c_1 - c_mu * weights.iter().sum::<f64>();
        let weight = |(weight, white): (&f64, &Vec<f64>)| {
            if *weight >= 0.0 { *weight } else { weight * d as f64 / (dot(white, white) + TINY) }
        };
        let weights: Vec<f64> = weights.iter().zip(&whitened).map(weight).collect();
        for i in 0..d {
            for j in 0..=i {
                let ranks: f64 = weights.iter().zip(&steps).map(|(weight, step)| weight * step[i] * step[j]).sum();
                let one = self.path_c[i] * self.path_c[j];
                self.covariance[(i, j)] = kept * self.covariance[(i, j)] + c_1 * one + c_mu * ranks;
                self.covariance[(j, i)] = self.covariance[(i, j)];
            }
        }
        let (values, vectors) = self.covariance.eigen();
        self.roots = values.into_iter().map(|value| if value < 0.0 { TINY } else { value }.sqrt()).collect();
        self.vectors = vectors;
        let deviations: Vec<f64> = (0..d).map(|axis| self.sigma * self.covariance[(axis, axis)].sqrt()).collect();
        self.margin.correct(&mut self.mean, &deviations);
    }

    /// The step from the mean to `point`, in units of sigma.
    fn step(&self, point: &[f64]) -> Vec<f64> {
        let away = point.iter().zip(&self.mean).zip(&self.margin.scales);
        away.map(|((at, mean), scale)| (at - mean) / (self.sigma * scale)).collect()
    }

    /// C^(-1/2) `step`.
    fn whiten(&self, step: &[f64]) -> Vec<f64> {
        let d = step.len();
        let along = |axis: usize| (0..d).map(|row| self.vectors[(row, axis)] * step[row]).sum::<f64>();
        let z: Vec<f64> = (0..d).map(|axis| along(axis) / self.roots[axis].max(f64::MIN_POSITIVE)).collect();
        (0..d).map(|row| dot(self.vectors.row(row), &z)).collect()
    }
}

fn sample(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

impl Rates {
    fn new(dimension: usize, size: usize) -> Self {
        let d = dimension as f64;
        let parents = size / 2;
        let raw: Vec<f64> = (1..=size).map(|rank| (f64::midpoint(size as f64, 1.0) / rank as f64).ln()).collect();
        let effective =
            |weights: &[f64]| weights.iter().sum::<f64>().powi(2) / weights.iter().map(|w| w * w).sum::<f64>();
        let (mu_eff, mu_eff_minus) = (effective(&raw[..parents]), effective(&raw[parents..]));
        let c_1 = 2.0 / ((d + 1.3).powi(2) + mu_eff);
        let c_mu = (2.0 * (mu_eff - 2.0 + 1.0 / mu_eff) / ((d + 2.0).powi(2) + mu_eff)).min(1.0 - c_1 - 1e-8);
        let least = [1.0 + c_1 / c_mu, 1.0 + 2.0 * mu_eff_minus / (mu_eff + 2.0), (1.0 - c_1 - c_mu) / (d * c_mu)];
        let least = least.into_iter().fold(f64::INFINITY, f64::min);
        let sum = |positive: bool| -> f64 { raw.iter().filter(|w| (**w > 0.0) == positive).map(|w| w.abs()).sum() };
        let (gains, losses) = (sum(true), sum(false));
        let weights = raw.iter().map(|w| if *w >= 0.0 { w / gains } else { least * w / losses }).collect();
        let c_sigma = (mu_eff + 2.0) / (d + mu_eff + 5.0);
        Self {
            weights,
            parents,
            mu_eff,
            c_sigma,
            d_sigma: 1.0 + 2.0 * (((mu_eff - 1.0) / (d + 1.0)).sqrt() - 1.0).max(0.0) + c_sigma,
            c_c: (4.0 + mu_eff / d) / (d + 4.0 + 2.0 * mu_eff / d),
            c_1,
            c_mu,
            chi: d.sqrt() * (1.0 - 1.0 / (4.0 * d) + 1.0 / (21.0 * d * d)),
            longest: d.sqrt() + 2.0 * d / (d + 2.0),
        }
    }
}

#[cfg(test)]
mod tests;
