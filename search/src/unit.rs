//! Numbers of a domain and the unit interval: logarithms and the rounding to steps live here and nowhere else.
//!
//! Equal parts of the unit interval stand for equally likely values: of a domain with steps each value has a part of
//! the same length, of a logarithmic one each order of magnitude has.

use crate::space::domain::{FloatRange, IntRange};

/// The value at `unit`, from 0 to 1.
pub fn float_at(range: &FloatRange, unit: f64) -> f64 {
    if let Some(count) = range.count() {
        return range.step_at(part(unit, count));
    }
    let value = if range.log {
        between(range.low.ln(), range.high.ln(), unit).exp()
    } else {
        between(range.low, range.high, unit)
    };
    value.clamp(range.low, range.high) + 0.0
}

/// Where `value` of the range lies, from 0 to 1; the middle of its part where there are steps.
pub fn float_unit(range: &FloatRange, value: f64) -> f64 {
    match range.count() {
        Some(count) => middle((value - range.low) / (range.high - range.low), count),
        None if range.log => fraction(range.low.ln(), range.high.ln(), value.ln()),
        None => fraction(range.low, range.high, value),
    }
}

/// The value at `unit`, from 0 to 1.
pub fn int_at(range: &IntRange, unit: f64) -> i64 {
    if range.log {
        // Half a unit on either side, so that the ends are as likely as their neighbours.
        let (low, high) = log_ends(range);
        let value = between(low, high, unit).exp().round();
        return (value as i64).clamp(range.low, range.high);
    }
    range.step_at(part(unit, range.count()))
}

/// Where `value` of the range lies, from 0 to 1: the middle of its part.
pub fn int_unit(range: &IntRange, value: i64) -> f64 {
    if range.log {
        let (low, high) = log_ends(range);
        return fraction(low, high, (value as f64).ln());
    }
    let share = (value - range.low) as f64 / (range.high - range.low) as f64;
    middle(share, range.count())
}

/// The ends of the parts of the unit interval that stand for the values of the range, in order.
pub fn int_edges(range: &IntRange) -> Vec<f64> {
    let count = range.count();
    if !range.log {
        return (0..=count).map(|edge| edge as f64 / count as f64).collect();
    }
    let (low, high) = log_ends(range);
    (0..=count).map(|edge| fraction(low, high, (range.low as f64 + edge as f64 - 0.5).ln())).collect()
}

fn log_ends(range: &IntRange) -> (f64, f64) {
    ((range.low as f64 - 0.5).ln(), (range.high as f64 + 0.5).ln())
}

/// The part of `count` equal parts of the unit interval that `unit` lies in.
fn part(unit: f64, count: u64) -> u64 {
    ((unit * count as f64) as u64).min(count - 1)
}

/// The middle of the part of `count` that stands for the value `share` of the way from the first to the last.
fn middle(share: f64, count: u64) -> f64 {
    ((share * (count - 1) as f64).round() + 0.5) / count as f64
}

fn between(low: f64, high: f64, unit: f64) -> f64 {
    // Not low + unit × (high − low), whose difference may be infinite.
    low * (1.0 - unit) + high * unit
}

fn fraction(low: f64, high: f64, value: f64) -> f64 {
    // Halves, because the whole difference may be infinite.
    ((value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::space::domain::int::GREATEST;

    fn ints() -> impl Strategy<Value = (IntRange, i64)> {
        let ends = (-1000_i64..1000, 1_i64..1000);
        let linear = (ends, 1_i64..8).prop_map(|((low, steps), step)| (low, low + steps * step, step, false));
        let log = (1_i64..1000, 1_i64..1000).prop_map(|(low, more)| (low, low + more, 1, true));
        let wide = Just((-GREATEST, GREATEST, 1, false));
        prop_oneof![linear, log, wide].prop_flat_map(|(low, high, step, log)| {
            let range = IntRange { low, high, log, step, prior: None };
            (0..range.count()).prop_map(move |index| (range.clone(), range.step_at(index)))
        })
    }

    proptest! {
        #[test]
        fn whole_numbers_come_back((range, value) in ints()) {
            let unit = int_unit(&range, value);
            prop_assert!((0.0..=1.0).contains(&unit));
            // Beyond 2^53 values their places in the unit interval are not exact.
            let slack = if range.low == -GREATEST { 4 } else { 0 };
            prop_assert!((int_at(&range, unit) - value).abs() <= slack);
        }

        #[test]
        fn real_numbers_come_back(low in 1e-9..1e9, more in 1e-3..1e9, unit in 0.0..=1.0, log: bool) {
            let range = FloatRange { low, high: low + more, log, step: None, prior: None };
            let value = float_at(&range, unit);
            prop_assert!((range.low..=range.high).contains(&value));
            prop_assert!((float_unit(&range, value) - unit).abs() < 1e-4);
        }

        #[test]
        fn stepped_numbers_come_back(low in -100_i32..100, steps in 1_u32..100, step in 1_u32..100, at in 0_u64..100) {
            let (low, step) = (f64::from(low) / 10.0, f64::from(step) / 100.0);
            let high = low + f64::from(steps) * step;
            let range = FloatRange { low, high, log: false, step: Some(step), prior: None };
            let value = range.step_at(at % (u64::from(steps) + 1));
            prop_assert!((float_at(&range, float_unit(&range, value)) - value).abs() < 1e-12);
        }

        #[test]
        fn every_point_is_a_value((range, _) in ints(), unit in 0.0..=1.0) {
            let value = int_at(&range, unit);
            prop_assert_eq!(range.admit(value), Ok(value));
        }
    }

    #[test]
    fn the_widest_interval_does_not_overflow() {
        let range = FloatRange { low: f64::MIN, high: f64::MAX, log: false, step: None, prior: None };
        assert_eq!((float_at(&range, 0.0), float_at(&range, 1.0)), (f64::MIN, f64::MAX));
        assert!((float_unit(&range, 0.0) - 0.5).abs() < 1e-9);
    }
}
