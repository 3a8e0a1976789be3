//! Momentum whose step is made orthogonal, as `torch.optim.Muon` with `adjust_lr_fn = "match_rms_adamw"`.
//!
//! Jordan, "Muon: an optimizer for hidden layers in neural networks", 2024; Liu et al., "Muon is scalable for LLM training",
//! 2025, for the length of the step, by which one learning rate serves both this and `AdamW`. `PyTorch` iterates in
//! bfloat16, this in 32 bits. A convolution is a matrix of its output channels by all else, as Jordan has it. What is no
//! matrix follows `AdamW`; Jordan has the output layer follow it, too, here it is a matrix like the others.

use burn::Tensor;

use super::{Moments, Step, average};

/// Decay of the running mean of gradients.
const MOMENTUM: f64 = 0.95;
/// The coefficients of the iteration.
const COEFFICIENTS: [f64; 3] = [3.4445, -4.775, 2.0315];
/// So often it is done.
const ITERATIONS: usize = 5;
/// The least norm that is divided by.
const EPSILON: f64 = 1e-7;
/// What `AdamW` moves a weight by, of the learning rate.
const LENGTH: f64 = 0.2;

/// One step of a tensor of at least two dimensions.
pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let Step { weights, slope, shape, rate, .. } = step;
    let sum = average(&mut moments.first, MOMENTUM, slope.clone());
    let slope = slope.mul_scalar(1.0 - MOMENTUM) + sum.mul_scalar(MOMENTUM);
    let rows = shape[0];
    let columns = shape[1..].iter().product::<usize>();
    let way = orthogonal(slope.reshape([rows, columns]));
    let length = LENGTH * (rows.max(columns) as f64).sqrt();
    weights - way.reshape([-1]).mul_scalar(rate * length)
}

/// The nearest orthogonal matrix, about: singular values become 0.7 to 1.2 (Newton-Schulz).
fn orthogonal(matrix: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = matrix.dims();
    let is_tall = rows > columns;
    let matrix = if is_tall { matrix.transpose() } else { matrix };
    let norm = matrix.clone().square().sum().sqrt().clamp_min(EPSILON);
    let mut way = matrix.div(norm.unsqueeze());
    let [a, b, c] = COEFFICIENTS;
    for _ in 0..ITERATIONS {
        let gram = way.clone().matmul(way.clone().transpose());
        let gram = gram.clone().mul_scalar(b) + gram.clone().matmul(gram).mul_scalar(c);
        way = way.clone().mul_scalar(a) + gram.matmul(way);
    }
    if is_tall { way.transpose() } else { way }
}
