//! Dense layers.

use burn::module::{Module, Param};
use burn::tensor::{Tensor, TensorReadError, module};

use super::coder::Coder;
use crate::network::initialization::Weights;
use crate::network::precision::Coding;
use crate::network::shape::Shape;

/// A dense layer over all values of a sample.
#[derive(Module, Debug)]
pub struct Dense {
    /// `[inputs, units]`.
    weight: Param<Tensor<2>>,
    /// One number for each unit.
    bias: Param<Tensor<1>>,
    coder: Coder,
}

impl Dense {
    /// A layer from samples of the shape `input` to `units` values, with biases.
    pub fn new(input: Shape, units: usize, coding: Coding, weights: &mut Weights) -> Self {
        let inputs = input.elements() as usize;
        let weight = weights.draw([inputs, units], inputs, units);
        Self { coder: Coder::new(coding, weight.val(), 1), weight, bias: weights.constant(0.0, [units]) }
    }

    /// Maps `[batch, channels, height, width]` to `[batch, units, 1, 1]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        let weight = self.coder.apply(self.weight.val());
        let output = module::linear(input.reshape([batch, channels * height * width]), weight, Some(self.bias.val()));
        let [batch, units] = output.dims();
        output.reshape([batch, units, 1, 1])
    }

    /// The same with the weights that it computes with in place of those that are trained.
    #[must_use]
    pub fn coded(self) -> Self {
        let weight = self.weight.map(|weight| self.coder.apply(weight));
        Self { weight, ..self }
    }

    /// Assigns shared weights to clusters anew.
    pub fn regroup(&mut self) -> Result<(), TensorReadError> {
        self.coder.regroup(self.weight.val())
    }
}
