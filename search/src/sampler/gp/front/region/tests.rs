use proptest::prelude::*;

use super::*;
use crate::fixture::{lists, numbers, rows};
use crate::pareto::{Goal, hypervolume};

/// Regions, results with their means and deviations, and the gains by integration: `tests/oracles/gain.py`.
fn cases() -> impl Iterator<Item = (Region, Vec<(f64, f64)>, f64)> {
    rows(include_str!("../../../../../tests/oracles/gain.json")).into_iter().map(|row| {
        let region = Region::new(&lists(&row["front"]), &numbers(&row["reference"]));
        let result = numbers(&row["means"]).into_iter().zip(numbers(&row["deviations"]));
        (region, result.collect(), row["log"].as_f64().expect("a number"))
    })
}

#[test]
fn gains_agree_with_integration() {
    for (region, result, expected) in cases() {
        let (gain, _) = region.log_expected_gain(&result);
        assert!((gain - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{gain}, not {expected}: {result:?}");
    }
}

#[test]
fn the_derivatives_are_those_of_the_gain() {
    for (region, result, _) in cases() {
        let (_, slopes) = region.log_expected_gain(&result);
        for (objective, (by_mean, by_deviation)) in slopes.iter().enumerate() {
            let step = 1e-6 * result[objective].1;
            let at = |mean: f64, deviation: f64| {
                let mut result = result.clone();
                result[objective].0 += mean;
                result[objective].1 += deviation;
                region.log_expected_gain(&result).0
            };
            let numeric =
                ((at(step, 0.0) - at(-step, 0.0)) / step / 2.0, (at(0.0, step) - at(0.0, -step)) / step / 2.0);
            let close = |a: f64, b: f64| (a - b).abs() < 1e-4 * (a.abs() + 1.0 / result[objective].1);
            assert!(close(*by_mean, numeric.0) && close(*by_deviation, numeric.1), "{slopes:?} {numeric:?} {result:?}");
        }
    }
}

#[test]
fn far_from_any_gain_there_is_still_a_way_up() {
    let region = Region::new(&[vec![0.0, 1.0], vec![0.0, 1.0], vec![1.0, 1e-300], vec![1.0, 0.0]], &[2.0, 2.0]);
    for far in [1e3, 1e6, 1e9] {
        let (gain, slopes) = region.log_expected_gain(&[(far, 1e-3), (far, 1e-3)]);
        assert!(gain.is_finite() && gain < -1e6, "{gain}");
        assert!(slopes.iter().all(|(by_mean, by_deviation)| *by_mean < 0.0 && *by_deviation > 0.0), "{slopes:?}");
    }
}

proptest! {
    #[test]
    fn what_is_certain_gains_the_difference_of_hypervolumes(
        front in prop::collection::vec(prop::collection::vec(0_u8..7, 4), 0..10),
        new in prop::collection::vec(0_u8..7, 4),
        objectives in 1_usize..5,
    ) {
        let point = |point: &Vec<u8>| -> Vec<f64> { point[..objectives].iter().map(|at| f64::from(*at)).collect() };
        let (mut all, new): (Vec<Vec<f64>>, Vec<f64>) = (front.iter().map(point).collect(), point(&new));
        let (goals, reference) = (vec![Goal::Minimize; objectives], vec![5.5; objectives]);
        let region = Region::new(&all, &reference);
        let before = hypervolume(&all, &goals, &reference);
        all.push(new.clone());
        let gained = hypervolume(&all, &goals, &reference) - before;
        let result: Vec<(f64, f64)> = new.iter().map(|at| (*at, 1e-7)).collect();
        prop_assert!((region.log_expected_gain(&result).0.exp() - gained).abs() < 1e-3, "{}", gained);
    }
}
