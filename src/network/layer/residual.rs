//! Layers beside a skip (He et al. 2016).

use burn::module::Module;
use burn::tensor::{Tensor, TensorReadError};

use super::{Layer, run};
use crate::network::initialization::Weights;
use crate::network::plan::Planned;

/// Adds what the body and the shortcut make of the input; a shortcut without layers is the input itself.
#[derive(Module, Debug)]
pub struct Residual {
    body: Vec<Layer>,
    shortcut: Vec<Layer>,
}

impl Residual {
    /// Builds the body and then the shortcut.
    pub fn build(body: &[Planned], shortcut: &[Planned], weights: &mut Weights) -> Self {
        let mut build = |layers: &[Planned]| layers.iter().map(|planned| Layer::build(planned, weights)).collect();
        Self { body: build(body), shortcut: build(shortcut) }
    }

    /// Maps `[batch, channels, height, width]` to the shape of the body's output.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let body = run(&self.body, input.clone());
        body.add(run(&self.shortcut, input))
    }

    /// The same with the weights that all layers compute with in place of those that are trained.
    #[must_use]
    pub fn coded(self) -> Self {
        let coded = |layers: Vec<Layer>| layers.into_iter().map(Layer::coded).collect();
        Self { body: coded(self.body), shortcut: coded(self.shortcut) }
    }

    /// Assigns shared weights of all layers to clusters anew.
    pub fn regroup(&mut self) -> Result<(), TensorReadError> {
        self.body.iter_mut().chain(&mut self.shortcut).try_for_each(Layer::regroup)
    }
}
