//! Min-max normalization: (x − min x) / (max x − min x).

use burn::module::Module;
use burn::tensor::Tensor;

use crate::network::architecture::MinMaxScope;

/// Maps values to [0, 1] by the minimum and maximum of their scope. It has no parameters and no running statistics:
/// validation takes the minimum and maximum of its own batches.
///
/// The derivative goes through minimum and maximum, each at the first place where it is attained. Where all values
/// of a scope are equal the output is 0.
#[derive(Module, Debug)]
pub struct MinMax {
    #[module(skip)]
    scope: MinMaxScope,
}

impl MinMax {
    /// Min-max normalization over `scope`.
    pub fn new(scope: MinMaxScope) -> Self {
        Self { scope }
    }

    /// Normalizes `[batch, channels, height, width]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        // One row for each minimum and maximum.
        let (rows, shape) = match self.scope {
            MinMaxScope::Batch => (input.clone().reshape([1, batch * channels * height * width]), [1, 1, 1, 1]),
            MinMaxScope::Sample => (input.clone().reshape([batch, channels * height * width]), [batch, 1, 1, 1]),
            MinMaxScope::Channel => {
                let rows = input.clone().swap_dims(0, 1).reshape([channels, batch * height * width]);
                (rows, [1, channels, 1, 1])
            }
        };
        let low = rows.clone().min_dim(1).reshape(shape);
        let range = rows.max_dim(1).reshape(shape).sub(low.clone());
        let empty = range.clone().equal_elem(0.0);
        input.sub(low).div(range.mask_fill(empty, 1.0))
    }
}
