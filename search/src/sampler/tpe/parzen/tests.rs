use super::*;
use crate::fixture::{lists, numbers, rows};
use crate::rng::{Purpose, Stream};
use crate::space::domain::draw::Peak;

fn axis(described: &serde_json::Value) -> Axis {
    match described["kind"].as_str() {
        Some("levels") => Axis::Levels { edges: numbers(&described["edges"]), weights: numbers(&described["weights"]) },
        Some("names") => Axis::Names { weights: numbers(&described["weights"]) },
        _ => Axis::Continuum { prior: None },
    }
}

/// A density around points of equal weights, given for each axis.
fn even(axes: &[&Axis], columns: Vec<Vec<f64>>) -> Parzen {
    let weights = vec![1.0; columns[0].len()];
    Parzen::new(axes, columns, weights)
}

#[test]
fn densities_agree_with_scipy() {
    let cases = rows(include_str!("../../../fixtures/parzen.json"));
    assert_eq!(cases.len(), 5);
    for case in cases {
        let axes: Vec<Axis> = case["axes"].as_array().expect("a list").iter().map(axis).collect();
        let axes: Vec<&Axis> = axes.iter().collect();
        let density = Parzen::new(&axes, lists(&case["columns"]), numbers(&case["weights"]));
        for (at, log) in lists(&case["at"]).iter().zip(numbers(&case["logs"])) {
            let found = density.log_density(at, &mut Vec::new());
            assert!((found - log).abs() < 1e-9, "{log} {found}");
        }
    }
}

#[test]
fn masses_add_up_to_one() {
    let levels = Axis::Levels { edges: vec![0.0, 0.5, 0.8, 1.0], weights: vec![0.2, 0.3, 0.5] };
    let names = Axis::Names { weights: vec![0.25, 0.75] };
    let density = even(&[&levels, &names], vec![vec![0.65, 0.25, f64::NAN], vec![1.0, f64::NAN, f64::NAN]]);
    let cells = [0.25, 0.65, 0.9].into_iter().flat_map(|level| [[level, 0.0], [level, 1.0]]);
    let sum: f64 = cells.map(|cell| density.log_density(&cell, &mut Vec::new()).exp()).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    let mut steps = 0.0;
    let prior = Axis::Continuum { prior: Some(Peak { at: 0.95, share: 0.5 }) };
    let prior = even(&[&prior], vec![vec![0.1, f64::NAN, 0.97]]);
    for step in 0..10_000 {
        steps += prior.log_density(&[(f64::from(step) + 0.5) / 1e4], &mut Vec::new()).exp() / 1e4;
    }
    assert!((steps - 1.0).abs() < 1e-6, "{steps}");
}

#[test]
fn draws_follow_the_density() {
    let (number, names) = (Axis::Continuum { prior: None }, Axis::Names { weights: vec![0.5, 0.5] });
    let density = Parzen::new(&[&number, &names], vec![vec![0.2, 0.3, 0.9], vec![1.0, 1.0, 0.0]], vec![3.0, 2.0, 1.0]);
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let (mut point, mut ones, mut low) = (Vec::new(), 0, 0);
    for _ in 0..4000 {
        density.draw(&mut point, &mut rng);
        low += u32::from(point[0] < 0.5);
        ones += u32::from(point[0] < 0.5 && point[1] > 0.5);
    }
    let cells = (0..1000).map(|cell| (f64::from(cell) + 0.5) / 2000.0);
    let mass = |name: f64| cells.clone().map(|at| density.log_density(&[at, name], &mut Vec::new()).exp()).sum::<f64>();
    let (zeros, expected) = (mass(0.0) / 2000.0, mass(1.0) / 2000.0);
    assert!((f64::from(ones) / 4000.0 - expected).abs() < 0.03, "{ones} {expected}");
    assert!((f64::from(low) / 4000.0 - expected - zeros).abs() < 0.03, "{low} {expected} {zeros}");
}

#[test]
fn kernels_are_as_wide_as_their_neighbours_are_apart() {
    let found = bandwidth::deviations(&[0.5, f64::NAN, 0.1, 0.6, 0.101]);
    assert!(found[1].is_nan());
    let expected = [0.399, 1.0 / 6.0, 1.0 / 6.0, 0.399];
    for (found, expected) in [found[0], found[2], found[3], found[4]].iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    assert_eq!(bandwidth::deviations(&[0.7]), [0.7]);
}
