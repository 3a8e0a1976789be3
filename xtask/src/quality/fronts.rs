//! Problems of two objectives: E. Zitzler, K. Deb, L. Thiele, "Comparison of multiobjective evolutionary algorithms:
//! empirical results", Evolutionary Computation 8(2), 2000.

use std::f64::consts::PI;

use kiln_search::candidate::Candidate;
use kiln_search::pareto::{Goal, hypervolume};
use rand::Rng;

use super::functions::{coordinates, space};
use super::problem::{Evaluation, Problem};

const DIMENSIONS: usize = 30;
/// Nothing in the box is worse than this in either objective.
const REFERENCE: [f64; 2] = [1.1, 11.0];
/// So many points of the best front measure its hypervolume.
const GRID: u32 = 10_000;

/// The second objective, of the first and of what the other coordinates come to (1 at best).
type Trade = fn(f64, f64) -> f64;

/// A problem whose regret is the share of the hypervolume of the best front that is missing.
pub struct Front {
    name: &'static str,
    trade: Trade,
    whole: f64,
}

/// ZDT1, ZDT2 and ZDT3.
pub fn fronts() -> Vec<Front> {
    let of = |name, trade: Trade| {
        let grid = (0..=GRID).map(|step| f64::from(step) / f64::from(GRID));
        let best: Vec<Vec<f64>> = grid.map(|first| vec![first, trade(first, 1.0)]).collect();
        Front { name, trade, whole: dominated(&best) }
    };
    vec![
        of("zdt1", |first, rest| rest * (1.0 - (first / rest).sqrt())),
        of("zdt2", |first, rest| rest * (1.0 - (first / rest).powi(2))),
        of("zdt3", |first, rest| rest * (1.0 - (first / rest).sqrt() - first / rest * (10.0 * PI * first).sin())),
    ]
}

fn dominated(points: &[Vec<f64>]) -> f64 {
    hypervolume(points, &[Goal::Minimize; 2], &REFERENCE)
}

impl Problem for Front {
    fn name(&self) -> &str {
        self.name
    }

    fn space(&self) -> String {
        space(&[(0.0, 1.0); DIMENSIONS])
    }

    fn objectives(&self) -> usize {
        2
    }

    fn evaluate(&self, candidate: &Candidate, _: &mut dyn Rng) -> Evaluation {
        let x = coordinates(candidate, DIMENSIONS);
        let rest = 1.0 + 9.0 * x[1..].iter().sum::<f64>() / (DIMENSIONS - 1) as f64;
        Evaluation { seen: vec![x[0], (self.trade)(x[0], rest)], regret: f64::NAN }
    }

    fn regret(&self, evaluations: &[Evaluation]) -> f64 {
        let points: Vec<Vec<f64>> = evaluations.iter().map(|evaluation| evaluation.seen.clone()).collect();
        1.0 - dominated(&points) / self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_fronts_measure_what_their_integrals_do() {
        let fronts = fronts();
        // The area above 1 − √x is 11 − 1/3, above 1 − x² it is 11 − 2/3; beyond 1 both go on at height 11.
        assert!((fronts[0].whole - (11.0 - 1.0 / 3.0 + 1.1)).abs() < 1e-3, "{}", fronts[0].whole);
        assert!((fronts[1].whole - (11.0 - 2.0 / 3.0 + 1.1)).abs() < 1e-3, "{}", fronts[1].whole);
    }
}
