//! Adam without a mean of gradients, and with the mean of squares of a matrix as the product of those of its rows and
//! columns; as `torch.optim.Adafactor`.
//!
//! Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018. A tensor of more than two
//! dimensions is a stack of matrices, of its last two; of a vector, all squares are kept. `second` has the rows, `third`
//! the columns. The learning rate is relative to the size of the weights, and at most 1 / √step.

use burn::Tensor;

use super::{Moments, Step, accumulate};

/// By this power of the step the newest squares count less.
const DECAY: f64 = -0.8;
/// The least root of a mean of squares.
const EPSILON_1: f64 = f32::EPSILON as f64;
/// The least size of weights.
const EPSILON_2: f64 = 1e-3;

pub fn step(step: Step<'_>, moments: &mut Moments) -> Tensor<1> {
    let share = step.number.powf(DECAY);
    let squares = step.slope.clone().square();
    let follow = |past: &mut Option<Tensor<1>>, news: Tensor<1>| accumulate(past, 1.0 - share, news.mul_scalar(share));
    let squares = match *step.shape {
        [.., rows, columns] => {
            let squares = squares.reshape([-1, rows as i64, columns as i64]);
            let row = follow(&mut moments.second, squares.clone().mean_dim(2).reshape([-1]));
            let column = follow(&mut moments.third, squares.mean_dim(1).reshape([-1]));
            let row: Tensor<3> = row.reshape([-1, rows as i64, 1]);
            let column: Tensor<3> = column.reshape([-1, 1, columns as i64]);
            let mean = row.clone().mean_dim(1).clamp_min(EPSILON_1);
            row.mul(column).div(mean).reshape([-1])
        }
        _ => follow(&mut moments.second, squares),
    };
    let Step { weights, slope, .. } = &step;
    let way = slope.clone().div(squares.clamp_min(EPSILON_1 * EPSILON_1).sqrt());
    let clipped = way.clone().div(size(&way).clamp_min(1.0));
    let length = size(weights).clamp_min(EPSILON_2).mul_scalar(step.rate.min(step.number.sqrt().recip()));
    step.shrunk().weights - clipped.mul(length)
}

/// The root of the mean of squares, a tensor of one element.
fn size(values: &Tensor<1>) -> Tensor<1> {
    values.clone().square().mean().sqrt()
}
