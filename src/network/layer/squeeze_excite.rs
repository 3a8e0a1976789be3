//! Squeeze and excitation (Hu et al. 2018).

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use super::dense::Dense;
use crate::network::initialization::Weights;
use crate::network::precision::Coding;
use crate::network::shape::Shape;

/// Scales each channel by σ(W₂ relu(W₁ m)), where m are the means of all channels. Both dense layers have biases.
#[derive(Module, Debug)]
pub struct SqueezeExcite {
    squeeze: Dense,
    excite: Dense,
}

impl SqueezeExcite {
    /// For so many `channels`, with `units` between the two dense layers.
    pub fn new(channels: usize, units: usize, weights: &mut Weights) -> Self {
        Self {
            squeeze: Dense::new(Shape::flat(channels), units, Coding::Full, weights),
            excite: Dense::new(Shape::flat(units), channels, Coding::Full, weights),
        }
    }

    /// Maps `[batch, channels, height, width]` to the same shape.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let means = input.clone().mean_dims(&[2, 3]);
        let inside = activation::relu(self.squeeze.forward(means));
        input.mul(activation::sigmoid(self.excite.forward(inside)))
    }
}
