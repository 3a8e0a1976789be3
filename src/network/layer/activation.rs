//! Activation functions.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::network::architecture::Activation;
use crate::network::op::{self, relu::relu};

/// An activation function as a layer.
///
/// On the CPU all derivatives are exact. On other devices burn differentiates gelu by its tanh approximation, within
/// 1e-3.
#[derive(Module, Debug)]
pub struct Activated {
    #[module(skip)]
    function: Activation,
}

impl Activated {
    /// The layer of this function.
    pub fn new(function: Activation) -> Self {
        Self { function }
    }

    /// Whether the function is max(x, 0).
    pub fn rectifies(&self) -> bool {
        self.function == Activation::Relu
    }

    /// Applies the function to each value.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self.function {
            Activation::Relu if op::on_cpu(&input) => relu(input),
            Activation::Relu => activation::relu(input),
            Activation::Gelu => activation::gelu(input),
            Activation::Silu => activation::silu(input),
            Activation::Tanh => activation::tanh(input),
        }
    }
}
