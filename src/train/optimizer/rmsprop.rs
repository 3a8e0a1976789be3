//! Division by the root of a running mean of squares, as `torch.optim.RMSprop`.
//!
//! Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5, 2012.

use burn::Tensor;

use super::{Moments, Step, accumulate, average};

/// Decay of the running mean of squares.
const ALPHA: f64 = 0.99;
/// Added to the root of the mean of squares.
const EPSILON: f64 = 1e-8;

pub fn step(step: Step<'_>, moments: &mut Moments, momentum: f64) -> Tensor<1> {
    let Step { weights, slope, rate, .. } = step;
    let second = average(&mut moments.second, ALPHA, slope.clone().square());
    let mut slope = slope.div(second.sqrt().add_scalar(EPSILON));
    if momentum > 0.0 {
        slope = accumulate(&mut moments.first, momentum, slope);
    }
    weights - slope.mul_scalar(rate)
}
