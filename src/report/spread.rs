//! How values lie: mean with its interval, and quantiles.

use kiln_search::evidence::{ALPHA, mean_interval};
use serde::Serialize;

use super::scope::brief;

/// How values lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// How many values there are.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// The 95 % interval of the mean by Student's t, with trials taken for independent; none of a single value.
    pub interval: Option<[f64; 2]>,
    /// The quantiles 0.1, 0.25, 0.5, 0.75 and 0.9.
    pub quantiles: [f64; 5],
}

impl Spread {
    /// Of `values`, whose order is changed; `None` if there is none that is finite.
    pub fn of(values: &mut Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        let (mean, interval) = mean_interval(values, ALPHA)?;
        Some(Self {
            n: values.len(),
            mean: brief(mean),
            interval: interval.map(|interval| [brief(interval.low), brief(interval.high)]),
            quantiles: [0.1, 0.25, 0.5, 0.75, 0.9].map(|share| brief(quantile(values, share))),
        })
    }
}

/// The value below which `share` of the `sorted` values lie, between neighbours in proportion.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_interval_and_quantiles_are_those_of_the_textbook() {
        // t of 4 degrees of freedom at 0.975 is 2.7764; the deviation is sqrt(2.5).
        let spread = Spread::of(&mut vec![5.0, 1.0, f64::NAN, 3.0, 2.0, 4.0]).expect("there are values");
        assert_eq!((spread.n, spread.mean, spread.quantiles), (5, 3.0, [1.4, 2.0, 3.0, 4.0, 4.6]));
        assert_eq!(spread.interval, Some([1.03676, 4.96324]));
    }

    #[test]
    fn one_value_has_no_interval_and_none_no_spread() {
        assert_eq!(Spread::of(&mut vec![2.0]).expect("a value").interval, None);
        assert_eq!(Spread::of(&mut vec![f64::NAN, f64::INFINITY]), None);
    }
}
