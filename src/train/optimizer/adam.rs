//! Adam, as `torch.optim.Adam`, also with `amsgrad`.
//!
//! Kingma and Ba, "Adam: a method for stochastic optimization", 2015; Reddi, Kale and Kumar, "On the convergence of Adam
//! and beyond", 2018, where the greatest mean of squares so far divides.

use burn::Tensor;

use super::{Moments, Step, average};

/// Decay of the running mean of gradients.
const BETA_1: f64 = 0.9;
/// Decay of the running mean of squares.
const BETA_2: f64 = 0.999;
/// Added to the root of the mean of squares.
const EPSILON: f64 = 1e-8;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let second = average(&mut moments.second, BETA_2, step.slope.clone().square());
    follow(step, &mut moments.first, second)
}

/// `AMSGrad`: `third` is the greatest mean of squares.
pub fn step_with_greatest(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let second = average(&mut moments.second, BETA_2, step.slope.clone().square());
    let greatest = match moments.third.take() {
        Some(greatest) => greatest.max_pair(second),
        None => second,
    };
    follow(step, &mut moments.first, moments.third.insert(greatest).clone())
}

fn follow(step: Step<'_>, first: &mut Option<Tensor<1>>, second: Tensor<1>) -> Tensor<1> {
    let Step { weights, slope, rate, number, .. } = step;
    let first = average(first, BETA_1, slope);
    let correction_1 = 1.0 - BETA_1.powf(number);
    let correction_2 = 1.0 - BETA_2.powf(number);
    let root = second.sqrt().div_scalar(correction_2.sqrt()).add_scalar(EPSILON);
    weights - first.div(root).mul_scalar(rate / correction_1)
}
