//! The bias-corrected and accelerated bootstrap interval of a mean of means.
//!
//! B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82, 1987. Each group
//! of values is resampled by itself. The resamples are always the same, so that the same values have the same interval.

use rand::RngExt;

use super::student::{Estimate, Interval};
use crate::normal::{mass_below, quantile};
use crate::rng::{Purpose, Stream};

/// So many resamples put the ends of an interval of 95 % within a twentieth of its width.
const RESAMPLES: usize = 4_000;

/// The interval of the mean of the means of `groups` that misses the true one with probability `alpha`, whatever the
/// distribution of the values; nothing where no group has two different values.
pub fn bootstrap(groups: &[Vec<f64>], alpha: f64) -> Option<Interval> {
    let estimate = Estimate::of(groups);
    if !estimate.varies() {
        return None;
    }
    let mut rng = Stream::new(0, 0, Purpose::Bootstrap).rng();
    let mut draw = |group: &Vec<f64>| {
        let sum: f64 = (0..group.len()).map(|_| group[rng.random_range(0..group.len())]).sum();
        sum / group.len() as f64
    };
    let mut resample = || groups.iter().map(&mut draw).sum::<f64>() / groups.len() as f64;
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| resample()).collect();
    means.sort_by(f64::total_cmp);
    // Means that are equal but for rounding are equal.
    let near = 1e-9 * estimate.deviation;
    let below = means.partition_point(|mean| *mean < estimate.mean - near);
    let not_above = means.partition_point(|mean| *mean <= estimate.mean + near);
    let bias = quantile((below + not_above) as f64 / (2 * RESAMPLES) as f64);
    let acceleration = acceleration(groups);
    let end = |mass: f64| {
        let shifted = bias + quantile(mass);
        let place = mass_below(bias + shifted / (1.0 - acceleration * shifted)) * (RESAMPLES - 1) as f64;
        let at = |index: f64| means[(index as usize).min(RESAMPLES - 1)];
        at(place.floor()) + place.fract() * (at(place.ceil()) - at(place.floor()))
    };
    Some(Interval { low: end(alpha / 2.0), high: end(1.0 - alpha / 2.0) })
}

/// A sixth of the skewness of the mean, from the influence of each value on it.
fn acceleration(groups: &[Vec<f64>]) -> f64 {
    let (mut squares, mut cubes) = (0.0, 0.0);
    for group in groups {
        let count = group.len() as f64;
        let mean = group.iter().sum::<f64>() / count;
        for influence in group.iter().map(|value| (value - mean) / count) {
            squares += influence.powi(2);
            cubes += influence.powi(3);
        }
    }
    cubes / (6.0 * squares.powf(1.5))
}
