//! Division by the root of the sum of all squares so far, as `torch.optim.Adagrad` without `lr_decay`: a schedule does
//! that.
//!
//! Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.

use burn::Tensor;

use super::{Moments, Step, accumulate};

/// Added to the root of the sum of squares.
const EPSILON: f64 = 1e-10;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let Step { weights, slope, rate, .. } = step;
    let second = accumulate(&mut moments.second, 1.0, slope.clone().square());
    weights - slope.div(second.sqrt().add_scalar(EPSILON)).mul_scalar(rate)
}
