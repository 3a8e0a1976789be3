//! Steps of the same length in every weight: only the sign of a mean of gradients counts.
//!
//! Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu and Le, "Symbolic discovery of optimization
//! algorithms", 2023, algorithm 2.

use burn::Tensor;

use super::{Moments, Step, average};

/// What the mean counts beside the gradient.
const BETA_1: f64 = 0.9;
/// Decay of the running mean of gradients.
const BETA_2: f64 = 0.99;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let Step { weights, slope, rate, .. } = step;
    let way = average(&mut moments.first.clone(), BETA_1, slope.clone()).sign();
    average(&mut moments.first, BETA_2, slope);
    weights - way.mul_scalar(rate)
}
