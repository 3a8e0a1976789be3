//! Dense layers.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use crate::network::initialization::Weights;
use crate::network::shape::Shape;

/// A dense layer over all values of a sample.
#[derive(Module, Debug)]
pub struct Dense {
    linear: Linear,
}

impl Dense {
    /// A layer from samples of the shape `input` to `units` values, with biases.
    pub fn new(input: Shape, units: usize, weights: &mut Weights) -> Self {
        let inputs = input.elements() as usize;
        let weight = weights.draw([inputs, units], inputs, units);
        Self { linear: Linear { weight, bias: Some(weights.constant(0.0, [units])) } }
    }

    /// Maps `[batch, channels, height, width]` to `[batch, units, 1, 1]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        let output = self.linear.forward(input.reshape([batch, channels * height * width]));
        let [batch, units] = output.dims();
        output.reshape([batch, units, 1, 1])
    }
}
