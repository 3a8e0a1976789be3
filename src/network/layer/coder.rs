//! What stands between the weights that are trained and those that a layer computes with.

use burn::module::Module;
use burn::tensor::{Tensor, TensorReadError};

use super::sharing::Sharing;
use super::weight_quantization::quantize;
use crate::network::precision::{Coding, QuantizationScope};

/// Maps the weights of a layer to what is left of them when they are stored. The gradient passes straight through, so
/// that the weights that are trained move by steps that are smaller than what can be stored.
#[derive(Module, Debug)]
pub struct Coder {
    #[module(skip)]
    coding: Coding,
    /// The dimension of output channels.
    axis: usize,
    sharing: Option<Sharing>,
}

impl Coder {
    /// For weights whose output channels are the dimension `axis`.
    pub fn new<const D: usize>(coding: Coding, weight: Tensor<D>, axis: usize) -> Self {
        let sharing = match coding {
            Coding::Shared { clusters } => Some(Sharing::new(clusters, weight)),
            Coding::Full | Coding::Quantized { .. } => None,
        };
        Self { coding, axis, sharing }
    }

    /// The weights to compute with.
    pub fn apply<const D: usize>(&self, weight: Tensor<D>) -> Tensor<D> {
        match (&self.sharing, self.coding) {
            (Some(sharing), _) => sharing.apply(weight),
            (None, Coding::Quantized { bits, scope }) => {
                quantize(weight, bits, (scope == QuantizationScope::PerChannel).then_some(self.axis))
            }
            (None, Coding::Full | Coding::Shared { .. }) => weight,
        }
    }

    /// Assigns shared weights to clusters anew; waits for the device.
    pub fn regroup<const D: usize>(&mut self, weight: Tensor<D>) -> Result<(), TensorReadError> {
        self.sharing.as_mut().map_or(Ok(()), |sharing| sharing.regroup(weight))
    }
}
