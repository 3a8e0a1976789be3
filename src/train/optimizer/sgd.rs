//! Stochastic gradient descent with momentum, as `torch.optim.SGD`.
//!
//! Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", 2013.

use burn::Tensor;

use super::{Moments, Step, accumulate};

pub fn step(step: Step<'_>, moments: &mut Moments, momentum: f64, nesterov: bool) -> Tensor<1> {
    let Step { weights, slope, rate, .. } = step;
    let slope = if momentum > 0.0 {
        let sum = accumulate(&mut moments.first, momentum, slope.clone());
        if nesterov { slope + sum.mul_scalar(momentum) } else { sum }
    } else {
        slope
    };
    weights - slope.mul_scalar(rate)
}
