//! What a layer remembers of its training batches, for when it predicts.

use burn::module::{Module, RunningState};
use burn::tensor::{Device, Tensor};

/// The weight of the newest batch, as in PyTorch's batch normalization.
const MOMENTUM: f64 = 0.1;

/// Moves an exponential moving average towards the figures of the newest batch.
pub fn renew(running: &RunningState<Tensor<1>>, newest: Tensor<1>) {
    set(running, blend(running.value(), newest));
}

fn blend(old: Tensor<1>, newest: Tensor<1>) -> Tensor<1> {
    old.mul_scalar(1.0 - MOMENTUM).add(newest.mul_scalar(MOMENTUM))
}

fn set(running: &RunningState<Tensor<1>>, value: Tensor<1>) {
    running.update(value.detach());
    // An update waits for the next reading; a record must not miss it.
    running.value_sync();
}

/// Moving averages of the least and greatest values of the training batches.
///
/// A range without width, as it is at the start, says nothing: the newest batch takes its place.
#[derive(Module, Debug)]
pub struct RunningRange {
    low: RunningState<Tensor<1>>,
    high: RunningState<Tensor<1>>,
}

impl RunningRange {
    /// So many ranges, each from 0 to 0.
    pub fn new(count: usize, device: &Device) -> Self {
        let zeros = || RunningState::new(Tensor::zeros([count], device));
        Self { low: zeros(), high: zeros() }
    }

    /// Moves the ranges towards those of the newest batch.
    pub fn renew(&self, low: Tensor<1>, high: Tensor<1>) {
        let (old_low, old_high) = self.ends();
        let empty = old_low.clone().equal(old_high.clone());
        set(&self.low, blend(old_low, low.clone()).mask_where(empty.clone(), low));
        set(&self.high, blend(old_high, high.clone()).mask_where(empty, high));
    }

    /// The lower and the upper ends.
    pub fn ends(&self) -> (Tensor<1>, Tensor<1>) {
        (self.low.value(), self.high.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_begins_with_the_first_batch_that_has_one_and_then_averages() {
        let device = Device::flex();
        let ends = |values: [f32; 2]| Tensor::<1>::from_floats(values, &device);
        let range = RunningRange::new(2, &device);
        // The second range has no width yet.
        range.renew(ends([-1.0, 3.0]), ends([1.0, 3.0]));
        range.renew(ends([-2.0, -4.0]), ends([2.0, 5.0]));
        range.renew(ends([-2.0, -4.0]), ends([2.0, 5.0]));
        let (low, high) = range.ends();
        let read = |tensor: Tensor<1>| tensor.try_into_vec_as::<f32>().expect("readable");
        for (value, expected) in read(low).into_iter().chain(read(high)).zip([-1.19, -4.0, 1.19, 5.0]) {
            assert!((value - expected).abs() < 1e-6, "{value} for {expected}");
        }
    }
}
