//! The exponential moving average of the weights.
//!
//! Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992; with an exponential window as
//! `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn`: after the first step the average is the weights, and
//! running statistics are those of the network that is trained.

use burn::Tensor;
use burn::module::Module;

use super::weights;

/// The average of the weights of a network.
#[derive(Debug, Clone)]
pub struct Average {
    decay: f64,
    /// The averaged weights of each parameter, flattened, in the order of the network; empty before the first step.
    pub weights: Vec<Tensor<1>>,
}

impl Average {
    /// An average of nothing; at each step, `decay` of it is kept.
    pub fn new(decay: f64) -> Self {
        Self { decay, weights: Vec::new() }
    }

    /// Takes in the weights of `network` after a step.
    pub fn follow<M: Module>(&mut self, network: &M) {
        let newest = weights::of(network).into_iter().map(|(_, newest)| newest);
        self.weights = if self.weights.is_empty() {
            newest.collect()
        } else {
            let past = self.weights.drain(..);
            past.zip(newest).map(|(past, newest)| past.clone() + (newest - past).mul_scalar(1.0 - self.decay)).collect()
        };
    }

    /// `network` with the averaged weights.
    pub fn of<M: Module>(&self, network: M) -> M {
        if self.weights.is_empty() { network } else { weights::replace(network, self.weights.clone()) }
    }
}
