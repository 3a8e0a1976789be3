//! Rounding to a number of decimals, then clipping: the relaxed quantization of a layer's input.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::network::architecture::Grid;

/// clip(round(x · 10^d) / 10^d, low, high), with halves to the even digit.
///
/// Hard rounding passes no gradient: its derivative is zero wherever it exists, so nothing before it learns.
/// Straight-through rounding (Bengio, Léonard and Courville 2013) takes the derivative of rounding as one, and leaves
/// clipping its own: one where the rounded value is within the clip range, zero outside.
#[derive(Module, Debug)]
pub struct Rounding {
    #[module(skip)]
    grid: Grid,
}

impl Rounding {
    /// Rounding on this grid.
    pub fn new(grid: Grid) -> Self {
        Self { grid }
    }

    /// Rounds and clips each value.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let Grid { straight_through, decimals, low, high } = self.grid;
        let scale = 10.0_f64.powi(decimals as i32);
        let value = input.clone().detach();
        let rounded = value.clone().mul_scalar(scale).round().div_scalar(scale);
        if straight_through {
            // Adding an exact zero keeps the rounded values as they are and gives them the derivative of the input.
            rounded.add(input.sub(value)).clamp(low, high)
        } else {
            rounded.clamp(low, high)
        }
    }
}
