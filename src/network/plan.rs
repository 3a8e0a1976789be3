//! What is to be built, layer by layer with shapes, and what it costs: computed before anything touches a device.

use std::collections::BTreeMap;

use super::architecture::Architecture;

/// A network on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {}

impl Plan {
    /// Lays the architecture out over images of the shape for `classes` classes.
    ///
    /// The error says, for a person, which layer cannot be built and why.
    pub fn of(architecture: &Architecture, image: Shape, classes: usize) -> Result<Self, String> {
        todo!()
    }

    /// Trainable numbers.
    pub fn parameters(&self) -> u64 {
        todo!()
    }

    /// Multiply-accumulates of convolutions and dense layers for one image.
    pub fn macs(&self) -> u64 {
        todo!()
    }

    /// Bytes of the stored network.
    pub fn weight_bytes(&self) -> u64 {
        todo!()
    }

    /// Bytes kept for the backward pass of a batch.
    pub fn activation_bytes(&self, batch: usize) -> u64 {
        todo!()
    }

    /// All of these by their names in a space file.
    pub fn statics(&self, batch: usize) -> BTreeMap<String, f64> {
        todo!()
    }
}
