//! Convolutions: of any stride, dilation and number of groups.

use burn::module::{Module, Param};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, TensorReadError, activation, module};

use super::coder::Coder;
use crate::network::initialization::Weights;
use crate::network::op::{self, convolution::convolution};
use crate::network::plan::Window;
use crate::network::precision::Coding;

/// A two-dimensional convolution over a map padded with zeros.
///
/// burn's own layer pads `same` by stride and map as Keras does; this one as PyTorch, by the kernel alone.
#[derive(Module, Debug)]
pub struct Convolution {
    /// `[outputs, inputs / groups, kernel, kernel]`.
    weight: Param<Tensor<4>>,
    /// One number for each output channel.
    bias: Option<Param<Tensor<1>>>,
    coder: Coder,
    #[module(skip)]
    window: Window,
    groups: usize,
}

impl Convolution {
    /// A convolution from `inputs` to `outputs` channels, both multiples of `groups`.
    pub fn new(
        [inputs, outputs]: [usize; 2],
        window: Window,
        groups: usize,
        bias: bool,
        coding: Coding,
        weights: &mut Weights,
    ) -> Self {
        let (kernel, area) = (window.kernel, window.kernel * window.kernel);
        let shape = [outputs, inputs / groups, kernel, kernel];
        let weight = weights.draw(shape, inputs / groups * area, outputs / groups * area);
        Self {
            coder: Coder::new(coding, weight.val(), 0),
            weight,
            bias: bias.then(|| weights.constant(0.0, [outputs])),
            window,
            groups,
        }
    }

    /// Maps `[batch, inputs, height, width]` to `[batch, outputs, …]`, with what the window makes of height and width;
    /// where it is to be rectified, what is below 0 becomes 0.
    pub fn forward(&self, input: Tensor<4>, rectified: bool) -> Tensor<4> {
        let (weight, bias) = (self.coder.apply(self.weight.val()), self.bias.as_ref().map(Param::val));
        if op::on_cpu(&input) {
            return convolution(input, weight, bias, self.window, self.groups, rectified);
        }
        let Window { stride, dilation, .. } = self.window;
        let options = ConvOptions::new_with_padding([stride; 2], [self.window.padded(); 2], [dilation; 2], self.groups);
        let output = module::conv2d(input, weight, bias, options);
        if rectified { activation::relu(output) } else { output }
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
