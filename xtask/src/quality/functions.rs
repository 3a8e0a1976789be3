//! Functions of real numbers whose optima are known.

use std::f64::consts::{E, PI, TAU};
use std::fmt::Write as _;

use kiln_search::candidate::Candidate;
use rand::Rng;

use super::problem::{Evaluation, Problem, number};

/// A function to be minimised over a box.
pub struct Function {
    name: &'static str,
    /// The ends of each coordinate.
    ends: Vec<(f64, f64)>,
    least: f64,
    of: fn(&[f64]) -> f64,
    /// Where good values are said to be, the same place on each coordinate.
    prior: Option<f64>,
}

impl Problem for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn space(&self) -> String {
        let text = space(&self.ends);
        let Some(prior) = self.prior else { return text };
        text.replace("] }", &format!("], prior = {prior:?} }}"))
    }

    fn evaluate(&self, candidate: &Candidate, _: &mut dyn Rng) -> Evaluation {
        let value = (self.of)(&coordinates(candidate, self.ends.len()));
        Evaluation { seen: vec![value], regret: value - self.least }
    }
}

/// The table [space] of a box.
pub fn space(ends: &[(f64, f64)]) -> String {
    let mut text = "[space]\n".to_owned();
    for (index, (low, high)) in ends.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "x{index} = {{ float = [{low:?}, {high:?}] }}");
    }
    text
}

/// The first `count` coordinates.
pub fn coordinates(candidate: &Candidate, count: usize) -> Vec<f64> {
    (0..count).map(|index| number(candidate, &format!("x{index}"))).collect()
}

/// The functions of one objective.
pub fn functions() -> Vec<Function> {
    vec![
        Function {
            name: "branin",
            ends: vec![(-5.0, 10.0), (0.0, 15.0)],
            least: 0.397_887_36,
            of: branin,
            prior: None,
        },
        Function { name: "hartmann6", ends: vec![(0.0, 1.0); 6], least: -3.322_368_01, of: hartmann6, prior: None },
        // The optimum is off the centre of the box.
        Function { name: "ackley10", ends: vec![(-10.0, 22.768); 10], least: 0.0, of: ackley, prior: None },
        // A twentieth of the box off the optimum, and half of it.
        Function {
            name: "ackley10-good-prior",
            ends: vec![(-10.0, 22.768); 10],
            least: 0.0,
            of: ackley,
            prior: Some(1.6),
        },
        Function {
            name: "ackley10-bad-prior",
            ends: vec![(-10.0, 22.768); 10],
            least: 0.0,
            of: ackley,
            prior: Some(16.0),
        },
        Function { name: "rosenbrock5", ends: vec![(-5.0, 10.0); 5], least: 0.0, of: rosenbrock, prior: None },
    ]
}

fn branin(x: &[f64]) -> f64 {
    let parabola = x[1] - 5.1 / (4.0 * PI * PI) * x[0] * x[0] + 5.0 / PI * x[0] - 6.0;
    parabola * parabola + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * x[0].cos() + 10.0
}

fn hartmann6(x: &[f64]) -> f64 {
    const WEIGHTS: [f64; 4] = [1.0, 1.2, 3.0, 3.2];
    const WIDTHS: [[f64; 6]; 4] = [
        [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    const CENTRES: [[f64; 6]; 4] = [
        [1312.0, 1696.0, 5569.0, 124.0, 8283.0, 5886.0],
        [2329.0, 4135.0, 8307.0, 3736.0, 1004.0, 9991.0],
        [2348.0, 1451.0, 3522.0, 2883.0, 3047.0, 6650.0],
        [4047.0, 8828.0, 8732.0, 5743.0, 1091.0, 381.0],
    ];
    let bump = |(widths, centres): (&[f64; 6], &[f64; 6])| {
        let far = x.iter().zip(widths).zip(centres).map(|((x, width), centre)| width * (x - 1e-4 * centre).powi(2));
        (-far.sum::<f64>()).exp()
    };
    -WIDTHS.iter().zip(&CENTRES).map(bump).zip(WEIGHTS).map(|(bump, weight)| weight * bump).sum::<f64>()
}

fn ackley(x: &[f64]) -> f64 {
    let mean = |of: fn(f64) -> f64| x.iter().map(|x| of(*x)).sum::<f64>() / x.len() as f64;
    -20.0 * (-0.2 * mean(|x| x * x).sqrt()).exp() - mean(|x| (TAU * x).cos()).exp() + 20.0 + E
}

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optima_are_where_they_are_known_to_be() {
        let hartmann6 = [0.201_69, 0.150_011, 0.476_874, 0.275_332, 0.311_652, 0.657_3];
        let optima: [&[f64]; 6] = [&[PI, 2.275], &hartmann6, &[0.0; 10], &[0.0; 10], &[0.0; 10], &[1.0; 5]];
        for (function, optimum) in functions().iter().zip(optima) {
            let regret = (function.of)(optimum) - function.least;
            assert!(regret.abs() < 1e-5, "{}: {regret}", function.name);
        }
    }
}
