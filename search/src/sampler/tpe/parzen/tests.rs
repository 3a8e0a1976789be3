use super::*;
use crate::fixture::{lists, numbers, rows};
use crate::rng::{Purpose, Stream};

const NUMBER: Axis = Axis::Continuum { prior: None };

#[test]
fn densities_agree_with_scipy() {
    for row in rows(include_str!("../../../fixtures/parzen.json")) {
        let points = lists(&row["points"]);
        let density = Parzen::new(&vec![&NUMBER; points[0].len()], &points);
        for (at, log) in lists(&row["at"]).iter().zip(numbers(&row["logs"])) {
            assert!((density.log_density(at) - log).abs() < 1e-9, "{log} {}", density.log_density(at));
        }
    }
}

#[test]
fn masses_add_up_to_one() {
    let levels = Axis::Levels { edges: vec![0.0, 0.5, 0.8, 1.0], weights: vec![0.2, 0.3, 0.5] };
    let names = Axis::Names { weights: vec![0.25, 0.75] };
    let missing = vec![f64::NAN, f64::NAN];
    let density = Parzen::new(&[&levels, &names], &[vec![0.65, 1.0], vec![0.25, f64::NAN], missing]);
    let cells = [0.25, 0.65, 0.9].into_iter().flat_map(|level| [[level, 0.0], [level, 1.0]]);
    let sum: f64 = cells.map(|cell| density.log_density(&cell).exp()).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
    let mut steps = 0.0;
    let prior = Parzen::new(&[&Axis::Continuum { prior: Some(Peak { at: 0.95, share: 0.5 }) }], &[vec![0.1]]);
    for step in 0..10_000 {
        steps += prior.log_density(&[(f64::from(step) + 0.5) / 1e4]).exp() / 1e4;
    }
    assert!((steps - 1.0).abs() < 1e-6, "{steps}");
}

#[test]
fn draws_follow_the_density() {
    let names = Axis::Names { weights: vec![0.5, 0.5] };
    let density = Parzen::new(&[&names], &[vec![1.0], vec![1.0], vec![1.0]]);
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let ones: f64 = (0..4000).map(|_| density.draw(&mut rng)[0]).sum();
    let expected = density.log_density(&[1.0]).exp();
    assert!((ones / 4000.0 - expected).abs() < 0.03, "{ones} {expected}");
}
