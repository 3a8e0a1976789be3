//! Adaptive Nesterov momentum.
//!
//! Xie, Zhou, Li, Lin and Yan, "Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models", 2022,
//! algorithm 1 with the constants of the paper (which writes 1 − β), the corrections of the means as in Adam, and proximal
//! weight decay. `third` is the mean of the differences of gradients, `fourth` the gradient before.

use burn::Tensor;

use super::{Moments, Step, average};

/// Decay of the running mean of gradients.
const BETA_1: f64 = 0.98;
/// Decay of the running mean of their differences.
const BETA_2: f64 = 0.92;
/// Decay of the running mean of squares.
const BETA_3: f64 = 0.99;
/// Added to the root of the mean of squares.
const EPSILON: f64 = 1e-8;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let Step { weights, slope, rate, decay, number, .. } = step;
    let difference = match moments.fourth.replace(slope.clone()) {
        Some(before) => slope.clone() - before,
        None => slope.zeros_like(),
    };
    let ahead = slope.clone() + difference.clone().mul_scalar(BETA_2);
    let first = average(&mut moments.first, BETA_1, slope);
    let third = average(&mut moments.third, BETA_2, difference);
    let second = average(&mut moments.second, BETA_3, ahead.square());
    let corrected = |beta: f64| 1.0 - beta.powf(number);
    let root = second.sqrt().div_scalar(corrected(BETA_3).sqrt()).add_scalar(EPSILON);
    let way = first.div_scalar(corrected(BETA_1)) + third.mul_scalar(BETA_2 / corrected(BETA_2));
    (weights - way.div(root).mul_scalar(rate)).div_scalar(1.0 + rate * decay)
}
