//! Activations that are rounded to what so many bits can say.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

/// Rounds values to whole steps of the range that was averaged in training, and clips them to it.
#[derive(Module, Debug)]
pub struct Quantize {
    low: Param<Tensor<1>>,
    high: Param<Tensor<1>>,
    steps: f64,
}

impl Quantize {
    pub fn new(bits: u32, device: &Device) -> Self {
        let zero = || Initializer::Zeros.init([1], device);
        Self { low: zero(), high: zero(), steps: f64::from((1_u32 << bits) - 1) }
    }

    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let (low, high) = (self.low.val(), self.high.val());
        let width = high.sub(low.clone());
        let empty = width.clone().equal_elem(0.0);
        let step = width.div_scalar(self.steps).mask_fill(empty, 1.0);
        let inverse = step.clone().recip();
        // The number that stands for zero, so that zero stays what it is.
        let zero = low.neg().mul(inverse.clone()).round().reshape([1; D]);
        let number = x.mul(inverse.reshape([1; D])).round().add(zero.clone());
        number.clamp(0.0, self.steps).sub(zero).mul(step.reshape([1; D]))
    }
}
