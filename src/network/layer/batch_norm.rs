//! Batch normalization (Ioffe and Szegedy 2015), with the running statistics of PyTorch.
//!
//! burn's own layer keeps the biased variance as running variance, and what it stores in a record lags one update
//! behind; both would show in validation after a resume.

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Tensor, module};

use super::EPSILON;
use super::running::renew;
use crate::network::initialization::Weights;
use crate::network::op;

/// Normalizes each channel: by the batch's own mean and variance while training, by running ones otherwise.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// The scale of each channel.
    gamma: Param<Tensor<1>>,
    /// The shift of each channel.
    beta: Param<Tensor<1>>,
    /// The running mean of each channel.
    mean: RunningState<Tensor<1>>,
    /// The running unbiased variance of each channel.
    variance: RunningState<Tensor<1>>,
}

impl BatchNorm {
    /// Scales of one, shifts of zero, running means of zero and variances of one.
    pub fn new(channels: usize, weights: &Weights) -> Self {
        Self {
            gamma: weights.constant(1.0, [channels]),
            beta: weights.constant(0.0, [channels]),
            mean: RunningState::new(Tensor::zeros([channels], weights.device())),
            variance: RunningState::new(Tensor::ones([channels], weights.device())),
        }
    }

    /// Normalizes `[batch, channels, height, width]`; on a device with autodiff this is training and updates the
    /// running statistics.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        if !input.device().is_autodiff() {
            return module::batch_norm(input, gamma, beta, self.mean.value(), self.variance.value(), EPSILON);
        }
        let [batch, _, height, width] = input.dims();
        let count = (batch * height * width) as f64;
        let (output, mean, variance) = if op::on_cpu(&input) {
            op::batch_norm::batch_norm(input, gamma, beta, EPSILON)
        } else {
            let normalized = module::batch_norm_train(input, gamma, beta, EPSILON);
            (normalized.output, normalized.mean, normalized.variance)
        };
        // The mean of squared deviations, made unbiased; a single value has no deviation to correct.
        let correction = count / (count - 1.0).max(1.0);
        renew(&self.mean, mean);
        renew(&self.variance, variance.mul_scalar(correction));
        output
    }
}
