//! Min-max normalization: (x − min x) / (max x − min x).

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::running::RunningRange;
use crate::network::architecture::{MinMaxRange, MinMaxScope};
use crate::network::op;

/// Maps values to [0, 1] by the minimum and maximum of their scope.
///
/// With batch extremes it remembers nothing: validation takes the minimum and maximum of its own batches. With running
/// ones it trains in the same way, and predicts by their moving averages over the training batches: what it makes of an
/// image does not depend on the others, and a value outside the range comes out outside [0, 1].
///
/// The derivative goes through minimum and maximum, each at the first place where it is attained. Where all values
/// of a scope are equal the output is 0.
#[derive(Module, Debug)]
pub struct MinMax {
    #[module(skip)]
    scope: MinMaxScope,
    running: Option<RunningRange>,
}

impl MinMax {
    /// Min-max normalization of maps with so many channels.
    pub fn new(scope: MinMaxScope, range: MinMaxRange, channels: usize, device: &Device) -> Self {
        Self { scope, running: range.kept(scope, channels).map(|count| RunningRange::new(count, device)) }
    }

    /// Normalizes `[batch, channels, height, width]`; on a device with autodiff this is training and renews the running
    /// range.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let predicting = self.running.as_ref().filter(|_| !input.is_autodiff());
        if predicting.is_none() && op::on_cpu(&input) {
            let (output, low, high) = op::range::min_max(input, self.scope);
            self.renew(low, high);
            return output;
        }
        let (low, high) = match predicting {
            Some(running) => {
                let (low, high) = running.ends();
                let shape = [1, low.dims()[0], 1, 1];
                (low.reshape(shape), high.reshape(shape))
            }
            None => self.extremes(input.clone()),
        };
        if predicting.is_none() {
            self.renew(low.clone().detach().reshape([-1]), high.clone().detach().reshape([-1]));
        }
        let range = high.sub(low.clone());
        let empty = range.clone().equal_elem(0.0);
        input.sub(low).div(range.mask_fill(empty, 1.0))
    }

    fn renew(&self, low: Tensor<1>, high: Tensor<1>) {
        if let Some(running) = &self.running {
            running.renew(low, high);
        }
    }

    /// Minimum and maximum of each scope, in a shape that broadcasts over the map.
    fn extremes(&self, input: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
        let [batch, channels, height, width] = input.dims();
        // One row for each minimum and maximum.
        let (rows, shape) = match self.scope {
            MinMaxScope::Batch => (input.reshape([1, batch * channels * height * width]), [1, 1, 1, 1]),
            MinMaxScope::Sample => (input.reshape([batch, channels * height * width]), [batch, 1, 1, 1]),
            MinMaxScope::Channel => {
                let rows = input.swap_dims(0, 1).reshape([channels, batch * height * width]);
                (rows, [1, channels, 1, 1])
            }
        };
        (rows.clone().min_dim(1).reshape(shape), rows.max_dim(1).reshape(shape))
    }
}
