//! Global average pooling (Lin, Chen and Yan 2013).

use burn::module::Module;
use burn::tensor::Tensor;

/// The mean of each channel.
#[derive(Module, Debug, Default)]
pub struct GlobalAverage {}

impl GlobalAverage {
    /// The layer.
    pub fn new() -> Self {
        Self {}
    }

    /// Maps `[batch, channels, height, width]` to `[batch, channels, 1, 1]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        input.reshape([batch, channels, height * width, 1]).mean_dim(2)
    }
}
