//! Student's t distribution, and what follows from it.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Two ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// From `half` below `centre` to `half` above.
    pub(super) fn around(centre: f64, half: f64) -> Self {
        Self { low: centre - half, high: centre + half }
    }

    /// Whether `value` is inside.
    pub fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Mean and standard deviation (of n − 1); the deviation of a single value is NaN.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0)).sqrt())
}

/// The mean of `values` and its interval, which misses the true one with probability `alpha` where values are normal.
/// Fewer than two values have no interval, none no mean.
pub fn mean_interval(values: &[f64], alpha: f64) -> Option<(f64, Option<Interval>)> {
    let (mean, deviation) = moments(values);
    let freedom = values.len().checked_sub(1)?;
    let half = || quantile(1.0 - alpha / 2.0, freedom as f64) * deviation / (values.len() as f64).sqrt();
    Some((mean, (freedom > 0).then(|| Interval::around(mean, half()))))
}

/// The number with `mass` below it, between 0 and 1, of a t distribution with so many degrees of freedom, above 0.
pub fn quantile(mass: f64, freedom: f64) -> f64 {
    student(freedom).map_or(f64::NAN, |student| student.inverse_cdf(mass))
}

/// The probability of a t that is further from 0 than `t`.
pub fn two_sided(t: f64, freedom: f64) -> f64 {
    student(freedom).map_or(f64::NAN, |student| 2.0 * student.cdf(-t.abs()))
}

fn student(freedom: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).ok()
}
