//! From a candidate to a network: what can be chosen, what is to be built, what it costs, and the layers themselves.
//!
//! [`parameters`] is the table of names that a study may use; [`architecture`] reads a candidate into types;
//! [`plan`] turns those, the image shape and the number of classes into a list of layers with shapes and costs,
//! without touching a device; [`Network`] is that list built as burn modules.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorReadError};
use rand_pcg::Pcg64;

pub mod architecture;
mod choice;
mod initialization;
mod layer;
pub(crate) mod op;
pub mod parameters;
pub mod plan;
pub mod precision;
pub mod settings;
mod shape;

pub use architecture::Architecture;
pub(crate) use choice::{Named, choice};
pub use layer::Layer;
pub use plan::Plan;
pub use shape::Shape;

use initialization::Weights;

/// A plan built on a device.
#[derive(Module, Debug)]
pub struct Network {
    layers: Vec<Layer>,
}

impl Network {
    /// Builds every layer of the plan on `device` (with autodiff, to be trained), the weights drawn from `rng` in the
    /// order of the layers and the biases zero.
    pub fn build(plan: &Plan, device: &Device, rng: &mut Pcg64) -> Self {
        let mut weights = Weights::new(plan.initialization(), device, rng);
        Self { layers: plan.layers().iter().map(|planned| Layer::build(planned, &mut weights)).collect() }
    }

    /// Assigns the weights that layers share to clusters anew, as the start of an epoch does; waits for the device where
    /// there are any.
    pub fn regroup(&mut self) -> Result<(), TensorReadError> {
        self.layers.iter_mut().try_for_each(Layer::regroup)
    }

    /// The same network with the weights that it computes with in place of those that are trained: what it is to be stored
    /// as when it is trained no more.
    #[must_use]
    pub fn coded(self) -> Self {
        Self { layers: self.layers.into_iter().map(Layer::coded).collect() }
    }

    /// Maps images `[batch, channels, height, width]` to logits `[batch, classes]`.
    ///
    /// On a device with autodiff this is a step of training: dropout drops, and what depends on statistics of a batch
    /// takes those of this one and remembers them. On a plain device (after `valid()`) dropout does nothing and
    /// remembered statistics count.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let output = layer::run(&self.layers, images);
        let [batch, classes, _, _] = output.dims();
        output.reshape([batch, classes])
    }
}

#[cfg(test)]
mod tests;
