//! Student's t distribution, and what follows from it.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, FisherSnedecor, StudentsT};

/// How often groups that do not differ are taken to differ, which costs the contrast much of its power.
pub(super) const DIVIDED: f64 = 0.01;

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

    /// What of it lies from `least` to `most`: of the mean of something that is never outside. The mean is inside.
    #[must_use]
    pub fn within(self, [least, most]: [f64; 2]) -> Self {
        Self { low: self.low.max(least), high: self.high.min(most) }
    }

    /// Whether `value` is inside.
    pub fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The mean of `values` and its interval, which misses the true one with probability `alpha` where values are normal.
/// Fewer than two values have no interval, none no mean.
pub fn mean_interval(values: &[f64], alpha: f64) -> Option<(f64, Option<Interval>)> {
    if values.is_empty() {
        return None;
    }
    let estimate = Estimate::of(&[values.to_vec()]);
    Some((estimate.mean, (values.len() > 1).then(|| estimate.interval(alpha))))
}

/// The mean of the means of groups, and how well it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimate {
    pub mean: f64,
    /// Of a value within its group, pooled.
    pub deviation: f64,
    /// So many values, evenly spread over the groups, would tell as much.
    pub effective: f64,
    /// Of the mean: its standard deviation.
    pub error: f64,
    /// The degrees of freedom of the deviation.
    pub freedom: f64,
}

impl Estimate {
    /// What `groups` tell, none of which is empty. Without groups everything is NaN.
    pub fn of(groups: &[Vec<f64>]) -> Self {
        let count = groups.len() as f64;
        let means: Vec<f64> = groups.iter().map(|group| mean(group)).collect();
        let square = |(group, mean): (&Vec<f64>, &f64)| group.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let squares: f64 = groups.iter().zip(&means).map(square).sum();
        let freedom = groups.iter().map(|group| group.len() as f64 - 1.0).sum::<f64>();
        let deviation = (squares / freedom).sqrt();
        let effective = count * count / groups.iter().map(|group| 1.0 / group.len() as f64).sum::<f64>();
        let mean = means.iter().sum::<f64>() / count;
        Self { mean, deviation, effective, error: deviation / effective.sqrt(), freedom }
    }

    /// The interval that misses the true mean with probability `alpha` where values are normal.
    pub fn interval(&self, alpha: f64) -> Interval {
        Interval::around(self.mean, quantile(1.0 - alpha / 2.0, self.freedom) * self.error)
    }

    /// The probability of a mean further from 0, were the true one 0; `groups` are those of the estimate.
    ///
    /// Where the means of the groups differ beyond chance, so that they do not speak for the same thing, it is the largest
    /// of the groups' own, and 1 if they have different signs.
    pub fn two_sided(&self, groups: &[Vec<f64>]) -> f64 {
        let own = |group: &Vec<f64>| {
            let mean = mean(group);
            (mean, two_sided(mean * (group.len() as f64).sqrt() / self.deviation, self.freedom))
        };
        if !self.differs(groups) {
            return two_sided(self.mean / self.error, self.freedom);
        }
        let alike = groups.iter().all(|group| own(group).0 * self.mean > 0.0);
        if alike { groups.iter().map(|group| own(group).1).fold(0.0, f64::max) } else { 1.0 }
    }

    /// Whether the means of `groups` differ, by the F test of one-way analysis of variance.
    pub fn differs(&self, groups: &[Vec<f64>]) -> bool {
        let values = groups.iter().map(Vec::len).sum::<usize>() as f64;
        let middle = groups.iter().flatten().sum::<f64>() / values;
        let between = groups.iter().map(|group| {
            let count = group.len() as f64;
            count * (group.iter().sum::<f64>() / count - middle).powi(2)
        });
        let freedom = groups.len() as f64 - 1.0;
        let ratio = between.sum::<f64>() / freedom / self.deviation.powi(2);
        FisherSnedecor::new(freedom, self.freedom).is_ok_and(|chance| chance.sf(ratio) <= DIVIDED)
    }

    /// Whether there are values enough for a deviation, and none is so large that squares overflow.
    pub fn is_known(&self) -> bool {
        self.freedom > 0.0 && self.deviation.is_finite()
    }

    /// Whether there is a deviation, and it is not just that of rounding.
    pub fn varies(&self) -> bool {
        self.is_known() && self.deviation > 1e-12 * self.mean.abs()
    }
}

/// The mean of `values`, of which there is one at least.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
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
