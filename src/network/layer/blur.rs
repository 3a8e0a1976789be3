//! Pooling without aliasing (Zhang 2019): the map is smoothed before every other place of it is taken.

use burn::module::Module;
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig};
use burn::tensor::Tensor;
use burn::tensor::ops::PadMode;

/// The binomial filter 1 2 1 in both directions with stride 2 over a map that is mirrored at its edges, as in the
/// paper: its `Tri-3`. Two means of 2×2 one after the other are this filter.
#[derive(Module, Debug)]
pub struct Blur {
    first: AvgPool2d,
    second: AvgPool2d,
}

impl Blur {
    /// The only blur that there is.
    pub fn new() -> Self {
        let mean = |stride| AvgPool2dConfig::new([2, 2]).with_strides([stride; 2]).init();
        Self { first: mean(1), second: mean(2) }
    }

    /// Maps `[batch, channels, height, width]`, at least 2×2, to half of height and width, rounded up.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        self.second.forward(self.first.forward(input.pad((1, 1, 1, 1), PadMode::Reflect)))
    }
}
