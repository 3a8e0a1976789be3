//! Rounding to a number of decimals, then clipping: the relaxed quantization of a layer's input.

use burn::module::Module;
use burn::tensor::Tensor;

use super::straight_through;
use crate::network::architecture::Grid;

/// clip(round(x · 10^d) / 10^d, low, high), with halves to the even digit.
///
/// Hard rounding passes no gradient: its derivative is zero wherever it exists, so nothing before it learns.
/// Straight-through rounding takes the derivative of rounding as one, and leaves clipping its own: one where the
/// rounded value is within the clip range, zero outside.
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
        let scale = f64::from(10_u32.pow(decimals));
        let rounded = input.clone().detach().mul_scalar(scale).round().div_scalar(scale);
        let values = rounded.clone().clamp(low, high);
        if straight_through {
            let clipped = rounded.not_equal(values.clone());
            straight_through::pass_unless(input, values, clipped)
        } else {
            values
        }
    }
}
