use super::*;
use crate::fixture::{lists, numbers, rows};

#[test]
fn the_first_generations_are_those_of_the_cmaes_package() {
    for row in rows(include_str!("../../../fixtures/cma-es.json")) {
        let size = row["size"].as_u64().expect("a number") as usize;
        let d = row["dimension"].as_u64().expect("a number") as usize;
        let mut distribution = Distribution::new(vec![0.5; d], 0.1, size, vec![None; d]);
        for (generation, step) in row["steps"].as_array().expect("a list").iter().enumerate() {
            distribution.update(&lists(&step["points"]));
            let found = (0..d).flat_map(|row| distribution.covariance.row(row)).chain(&distribution.mean);
            let expected = [numbers(&step["covariance"]), numbers(&step["mean"])].concat();
            for (found, expected) in found
                .chain([&distribution.sigma])
                .zip(expected.iter().chain(&[step["sigma"].as_f64().expect("a number")]))
            {
                assert!((found - expected).abs() < 1e-9, "{d} dimensions, generation {generation}: {found} {expected}");
            }
        }
    }
}

#[test]
fn a_step_that_nothing_would_have_drawn_is_shortened() {
    let mut distribution = Distribution::new(vec![0.5; 2], 1e-3, 6, vec![None; 2]);
    let mut points = vec![vec![0.5, 0.5]; 6];
    points[0] = vec![1.0, 1.0];
    distribution.update(&points);
    assert!(distribution.is_sound());
    assert!(distribution.mean.iter().all(|mean| (mean - 0.5).abs() < 5e-3), "{:?}", distribution.mean);
}
