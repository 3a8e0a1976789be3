//! Adam whose step is as long, in each tensor, as the tensor's weights.
//!
//! You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer and Hsieh, "Large batch optimization for deep
//! learning: training BERT in 76 minutes", 2020, algorithm 2 with φ the identity; where weights or step are zero, the
//! ratio is one.

use burn::Tensor;

use super::{Moments, Step, average};

/// Decay of the running mean of gradients.
const BETA_1: f64 = 0.9;
/// Decay of the running mean of squares.
const BETA_2: f64 = 0.999;
/// Added to the root of the mean of squares.
const EPSILON: f64 = 1e-6;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let Step { weights, slope, rate, decay, number, .. } = step;
    let second = average(&mut moments.second, BETA_2, slope.clone().square());
    let first = average(&mut moments.first, BETA_1, slope);
    let root = second.div_scalar(1.0 - BETA_2.powf(number)).sqrt().add_scalar(EPSILON);
    let way = first.div_scalar(1.0 - BETA_1.powf(number)).div(root) + weights.clone().mul_scalar(decay);
    let (norm, length) = (norm(&weights), norm(&way));
    let known = norm.clone().greater_scalar(0.0).bool_and(length.clone().greater_scalar(0.0));
    // What is masked out is not to be 0 / 0.
    let ratio = norm.div(length.clamp_min(f32::MIN_POSITIVE));
    let ratio = ratio.ones_like().mask_where(known, ratio);
    weights - way.mul(ratio).mul_scalar(rate)
}

/// The Euclidean norm, a tensor of one element.
fn norm(values: &Tensor<1>) -> Tensor<1> {
    values.clone().square().sum().sqrt()
}
