//! Activation functions.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::network::architecture::Activation;

/// An activation function as a layer.
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

    /// Applies the function to each value.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self.function {
            Activation::Relu => activation::relu(input),
            Activation::Gelu => activation::gelu(input),
            Activation::Silu => activation::silu(input),
            Activation::Tanh => activation::tanh(input),
        }
    }
}
