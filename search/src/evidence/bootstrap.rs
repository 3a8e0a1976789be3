//! The bias-corrected and accelerated bootstrap interval of a mean.
//!
//! B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82, 1987. The
//! resamples are always the same, so that the same values have the same interval.

use rand::RngExt;

use super::student::{Interval, moments};
use crate::normal::{mass_below, quantile};
use crate::rng::{Purpose, Stream};

/// So many resamples put the ends of an interval of 95 % within a twentieth of its width.
const RESAMPLES: usize = 4_000;

/// The interval of the mean of `values` that misses the true one with probability `alpha`, whatever their distribution;
/// nothing of fewer than two values, or if all are alike.
pub fn bootstrap(values: &[f64], alpha: f64) -> Option<Interval> {
    let (mean, deviation) = moments(values);
    if values.len() < 2 || deviation <= 0.0 || !deviation.is_finite() {
        return None;
    }
    let mut rng = Stream::new(0, values.len() as u64, Purpose::Bootstrap).rng();
    let mut draw = || (0..values.len()).map(|_| values[rng.random_range(0..values.len())]).sum::<f64>();
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| draw() / values.len() as f64).collect();
    means.sort_by(f64::total_cmp);
    // Means that are equal but for rounding are equal.
    let near = 1e-9 * deviation;
    let below = means.partition_point(|value| *value < mean - near);
    let not_above = means.partition_point(|value| *value <= mean + near);
    let bias = quantile((below + not_above) as f64 / (2 * RESAMPLES) as f64);
    // Leaving out a value moves the mean by its distance over n - 1: the skewness of the values over six.
    let power = |exponent| values.iter().map(|value| (value - mean).powi(exponent)).sum::<f64>();
    let acceleration = power(3) / (6.0 * power(2).powf(1.5));
    let end = |mass: f64| {
        let shifted = bias + quantile(mass);
        let place = mass_below(bias + shifted / (1.0 - acceleration * shifted));
        let place = place * (RESAMPLES - 1) as f64;
        let (before, part) = (place.floor(), place.fract());
        let at = |index: f64| means[(index as usize).min(RESAMPLES - 1)];
        at(before) + part * (at(before + 1.0) - at(before))
    };
    Some(Interval { low: end(alpha / 2.0), high: end(1.0 - alpha / 2.0) })
}
