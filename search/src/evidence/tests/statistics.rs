//! What scipy says (see `fixtures/generate.py`), and what follows from definitions.

use super::*;

#[derive(serde::Deserialize)]
struct Fixture {
    one: Vec<One>,
    groups: Vec<Groups>,
    quantiles: Vec<[f64; 3]>,
    signs: Vec<(u64, u64, f64)>,
    power: Vec<(u32, f64, f64, f64)>,
}

#[derive(serde::Deserialize)]
struct One {
    values: Vec<f64>,
    mean: f64,
    p: f64,
    low: f64,
    high: f64,
    bca: Option<[f64; 2]>,
}

#[derive(serde::Deserialize)]
struct Groups {
    values: Vec<Vec<f64>>,
    mean: f64,
    p: f64,
    low: f64,
    high: f64,
    between: f64,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/statistics.json")).expect("a committed fixture")
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}

/// The contrast of pairs whose gains are `groups`.
fn of_gains(groups: &[Vec<f64>]) -> Contrast {
    let pair = |gain: &f64| [Training::Value(70.0 + gain), Training::Value(70.0)];
    let pairs: Vec<Vec<_>> = groups.iter().map(|group| group.iter().map(pair).collect()).collect();
    contrast([0, 1], &pairs, Maximize, 1)
}

#[test]
fn means_paired_tests_and_bootstrap_are_those_of_scipy() {
    for One { values, mean, p, low, high, bca } in fixture().one {
        let (own, interval) = mean_interval(&values, ALPHA).expect("values");
        let interval = interval.expect("several values");
        near(own, mean, 1e-9);
        near(interval.low, low, 1e-7);
        near(interval.high, high, 1e-7);
        let width = high - low;
        let found = of_gains(&[values]);
        near(found.gain.expect("pairs"), mean, 1e-9);
        near(found.p, p, 1e-8);
        assert_eq!((found.interval, found.joint, found.test), (found.joint, found.interval, Test::PairedT));
        if let Some([low, high]) = bca {
            let found = found.bootstrap.expect("values differ");
            near(found.low, low, 0.04 * width);
            near(found.high, high, 0.04 * width);
        }
    }
}

#[test]
fn groups_of_networks_are_weighed_alike() {
    for Groups { values, mean, p, low, high, between } in fixture().groups {
        let found = of_gains(&values);
        near(found.gain.expect("pairs"), mean, 1e-9);
        let interval = found.interval.expect("several pairs");
        near(interval.low, low, 1e-7);
        near(interval.high, high, 1e-7);
        assert_eq!(found.divided, between <= super::super::student::DIVIDED, "{between}");
        if !found.divided {
            near(found.p, p, 1e-8);
        }
    }
}

#[test]
fn a_divided_contrast_holds_only_if_it_holds_in_each_group() {
    let about = |centre: f64| [-0.5, -0.25, 0.0, 0.25, 0.5].map(|away| centre + away).to_vec();
    let opposed = of_gains(&[about(3.0), about(-2.0)]);
    assert!(opposed.divided && opposed.p >= 1.0, "{opposed:?}");
    let unlike = of_gains(&[about(3.0), about(0.2)]);
    assert!(unlike.divided && unlike.p > 0.1, "{unlike:?}");
    let both = of_gains(&[about(3.0), about(1.0)]);
    assert!(both.divided && both.p < 1e-3, "{both:?}");
}

#[test]
fn quantiles_signs_and_power_are_those_of_scipy() {
    let Fixture { quantiles, signs, power: powers, .. } = fixture();
    for [mass, freedom, expected] in quantiles {
        near(quantile(mass, freedom) / expected, 1.0, 1e-8);
        near(two_sided(expected, freedom), 2.0 * mass.min(1.0 - mass), 1e-9);
    }
    for (more, less, expected) in signs {
        near(sign_test(more, less), expected, 1e-12);
    }
    near(sign_test(0, 0), 1.0, 0.0);
    for (pairs, effect, alpha, expected) in powers {
        near(power(pairs, effect, alpha), expected, 2e-4);
    }
}

#[test]
fn so_many_pairs_have_the_power_and_one_less_has_not() {
    for (effect, alpha) in [(3.0, 0.05), (1.0, 0.01), (0.7, 0.05), (-0.2, 0.025)] {
        let pairs = pairs_for(effect, alpha, POWER).expect("not too many");
        assert!(power(pairs, effect, alpha) >= POWER && power(pairs - 1, effect, alpha) < POWER, "{pairs}");
    }
    assert_eq!(pairs_for(f64::INFINITY, ALPHA, POWER), Some(2));
    assert_eq!([0.0, 1e-3, f64::NAN].map(|effect| pairs_for(effect, ALPHA, POWER)), [None; 3]);
}

#[test]
fn holm_steps_down() {
    // Holm by hand: 0.01 · 4, 0.02 · 3, then no less than the one before.
    assert_eq!(holm(&[0.02, 0.01, 0.03, 0.9]), [0.06, 0.04, 0.06, 0.9]);
    assert_eq!(holm(&[0.6, 0.7]), [1.0, 1.0]);
    assert!(holm(&[]).is_empty());
}

#[test]
fn estimates_of_hardly_anything_say_hardly_anything() {
    assert_eq!(mean_interval(&[], ALPHA), None);
    assert_eq!(mean_interval(&[2.5], ALPHA), Some((2.5, None)));
    assert_eq!(bootstrap(&[vec![1.0, 1.0]], ALPHA), None);
    assert_eq!(bootstrap(&[], ALPHA), None);
    let single = Estimate::of(&[vec![1.0], vec![3.0]]);
    assert!(single.mean.total_cmp(&2.0).is_eq() && !single.varies(), "{single:?}");
}
