//! Min-max normalization by extremes that were averaged in training.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

/// (x − low) / (high − low): for all channels together, or each by its own range.
#[derive(Module, Debug)]
pub struct RunningMinMax {
    low: Param<Tensor<1>>,
    high: Param<Tensor<1>>,
}

impl RunningMinMax {
    pub fn new(ranges: usize, device: &Device) -> Self {
        let zeros = || Initializer::Zeros.init([ranges], device);
        Self { low: zeros(), high: zeros() }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let low = self.low.val().reshape([1, -1, 1, 1]);
        let high = self.high.val().reshape([1, -1, 1, 1]);
        let range = high.sub(low.clone());
        let empty = range.clone().equal_elem(0.0);
        x.sub(low).div(range.mask_fill(empty, 1.0))
    }
}
