//! Group normalization; with one group, layer normalization.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

/// Normalizes each group of channels of each image by its own mean and variance.
#[derive(Module, Debug)]
pub struct GroupNorm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
    groups: usize,
}

impl GroupNorm {
    pub fn new(channels: usize, groups: usize, device: &Device) -> Self {
        let gamma = Initializer::Ones.init([channels], device);
        Self { gamma, beta: Initializer::Zeros.init([channels], device), groups }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let shape = x.dims();
        let [batch, channels, height, width] = shape;
        let rows = x.reshape([batch, self.groups, channels / self.groups * height * width]);
        let centred = rows.clone().sub(rows.mean_dim(2));
        let deviation = centred.clone().square().mean_dim(2).add_scalar(1e-5).sqrt();
        let gamma = self.gamma.val().reshape([1, channels, 1, 1]);
        let beta = self.beta.val().reshape([1, channels, 1, 1]);
        centred.div(deviation).reshape(shape).mul(gamma).add(beta)
    }
}
