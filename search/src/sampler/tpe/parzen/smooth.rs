//! Kernels on a continuum.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use rand::Rng;

use super::bandwidth::deviations;
use crate::normal::{draw_in_unit, mass_between};
use crate::space::domain::draw::{Peak, unit};

/// Normal kernels, cut off at the ends of the unit interval.
pub(super) struct Smooth {
    centres: Vec<f64>,
    /// 1 / (√2 × deviation) of each kernel; 0 for that of the prior.
    scales: Vec<f64>,
    /// The kernels of the prior.
    loose: Vec<usize>,
    prior: Option<Peak>,
}

impl Smooth {
    /// The kernels around `numbers`, and at the end that of the prior; `constants` gets what makes the mass of each 1.
    pub(super) fn new(prior: Option<Peak>, numbers: Vec<f64>, constants: &mut [f64]) -> Self {
        let deviations = deviations(&numbers);
        let mut loose = Vec::new();
        let mut scales = vec![0.0; numbers.len()];
        let mut centres = numbers;
        for (kernel, deviation) in deviations.into_iter().enumerate() {
            let centre = &mut centres[kernel];
            if centre.is_nan() {
                loose.push(kernel);
                *centre = 0.0;
            } else {
                scales[kernel] = FRAC_1_SQRT_2 / deviation;
                let inside = mass_between(-*centre / deviation, (1.0 - *centre) / deviation);
                constants[kernel] -= (deviation * (2.0 * PI).sqrt() * inside).ln();
            }
        }
        loose.push(centres.len());
        centres.push(0.0);
        scales.push(0.0);
        Self { centres, scales, loose, prior }
    }

    /// A draw from one kernel.
    pub(super) fn draw(&self, kernel: usize, rng: &mut impl Rng) -> f64 {
        if self.scales[kernel] == 0.0 {
            unit(self.prior, rng)
        } else {
            draw_in_unit(self.centres[kernel], FRAC_1_SQRT_2 / self.scales[kernel], rng)
        }
    }

    /// Adds the logarithm of each kernel's density at `at` to `logs`, but for its constant.
    pub(super) fn add_logs(&self, at: f64, logs: &mut [f64]) {
        for ((log, centre), scale) in logs.iter_mut().zip(&self.centres).zip(&self.scales) {
            let far = (at - centre) * scale;
            *log -= far * far;
        }
        if let Some(prior) = self.prior {
            let density = prior.density(at).ln();
            for kernel in &self.loose {
                logs[*kernel] += density;
            }
        }
    }
}
