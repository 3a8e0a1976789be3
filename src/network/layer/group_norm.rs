//! Group normalization (Wu and He 2018), and with one group layer normalization.
//!
//! burn's own layer panics over two numbers or fewer, which a last batch of one sample can have.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::EPSILON;
use crate::network::initialization::Weights;

/// Normalizes each group of channels of each sample by its own mean and variance.
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// The scale of each channel.
    gamma: Param<Tensor<1>>,
    /// The shift of each channel.
    beta: Param<Tensor<1>>,
    groups: usize,
}

impl GroupNorm {
    /// Scales of one and shifts of zero; `groups` divides `channels`.
    pub fn new(channels: usize, groups: usize, weights: &Weights) -> Self {
        Self { gamma: weights.constant(1.0, [channels]), beta: weights.constant(0.0, [channels]), groups }
    }

    /// Normalizes `[batch, channels, height, width]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let shape = input.dims();
        let [batch, channels, height, width] = shape;
        let rows = input.reshape([batch, self.groups, channels / self.groups * height * width]);
        let centred = rows.clone().sub(rows.mean_dim(2));
        let deviation = centred.clone().square().mean_dim(2).add_scalar(EPSILON).sqrt();
        let scale = self.gamma.val().reshape([1, channels, 1, 1]);
        let shift = self.beta.val().reshape([1, channels, 1, 1]);
        centred.div(deviation).reshape(shape).mul(scale).add(shift)
    }
}
