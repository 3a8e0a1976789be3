//! Squeeze and excitation (Hu et al. 2018).

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Device, Tensor};

/// Scales each channel by what two dense layers make of the means of all.
#[derive(Module, Debug)]
pub struct SqueezeExcite {
    squeeze: Linear,
    excite: Linear,
}

impl SqueezeExcite {
    pub fn new(channels: usize, units: usize, device: &Device) -> Self {
        Self {
            squeeze: LinearConfig::new(channels, units).init(device),
            excite: LinearConfig::new(units, channels).init(device),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, channels, _, _] = x.dims();
        let means = x.clone().mean_dims(&[2, 3]).reshape([batch, channels]);
        let scales = sigmoid(self.excite.forward(relu(self.squeeze.forward(means))));
        x.mul(scales.reshape([batch, channels, 1, 1]))
    }
}
