//! The interval of a share that was counted.

use statrs::distribution::{ContinuousCDF, Normal};

use super::student::Interval;

/// The interval of the share of which `hits` of `count` is a sample, which misses it with probability `alpha`: E. B.
/// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927. Of nothing counted
/// nothing is known: from 0 to 1.
pub fn proportion_interval(hits: u32, count: u32, alpha: f64) -> Interval {
    let z = Normal::standard().inverse_cdf(1.0 - alpha / 2.0);
    let (hits, count, squared) = (f64::from(hits), f64::from(count), z * z);
    let centre = (hits + squared / 2.0) / (count + squared);
    let spread = (hits * (count - hits) / count.max(1.0) + squared / 4.0).sqrt();
    let interval = Interval::around(centre, z * spread / (count + squared));
    Interval { low: interval.low.max(0.0), high: interval.high.min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_scipy() {
        // scipy.stats.binomtest(hits, count).proportion_ci(method="wilson")
        let cases = [
            (0, 10, 0.0, 0.277_532_799_862_889),
            (9, 10, 0.595_849_973_204_762, 0.982_123_786_904_927),
            (350, 360, 0.949_629_928_808_935, 0.984_843_017_462_855),
            (360, 360, 0.989_441_943_111_306, 1.0),
        ];
        for (hits, count, low, high) in cases {
            let found = proportion_interval(hits, count, 0.05);
            assert!((found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9, "{hits}/{count}: {found:?}");
        }
        assert_eq!(proportion_interval(0, 0, 0.05), Interval { low: 0.0, high: 1.0 });
    }
}
