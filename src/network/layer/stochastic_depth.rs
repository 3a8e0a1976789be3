//! Stochastic depth (Huang et al. 2016): what stands beside a skip is left out for some samples.

use burn::module::Module;
use burn::tensor::{Distribution, Tensor};

/// While training, sets each sample to zero with a probability, and divides the others by that of staying.
///
/// The paper draws once for a batch and scales in inference instead, and lets the probability grow with depth; here it
/// is a parameter of each stage. The draws are those of burn's generator, as for dropout, so that they repeat after a
/// resume.
#[derive(Module, Debug)]
pub struct StochasticDepth {
    share: f64,
}

impl StochasticDepth {
    /// Leaves out this share of the samples, below 1.
    pub fn new(share: f64) -> Self {
        Self { share }
    }

    /// Maps `[batch, channels, height, width]` to the same shape; on a device without autodiff it changes nothing.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        if !input.device().is_autodiff() {
            return input;
        }
        let stays = 1.0 - self.share;
        let mask = Tensor::random([input.dims()[0], 1, 1, 1], Distribution::Bernoulli(stays), &input.device());
        input.mul(mask.div_scalar(stays))
    }
}
