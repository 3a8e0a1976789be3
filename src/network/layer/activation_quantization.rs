//! Fake quantization of what goes into a layer (Jacob et al., "Quantization and training of neural networks for
//! efficient integer-arithmetic-only inference", 2018): values are rounded to what so many bits can say, and stay
//! floating point.
//!
//! Of b bits, whole numbers q from 0 to 2^b − 1 stand for s · (q − z), where scale s and zero point z are such that they
//! cover the range of the values and have zero among them, which padding needs. Training takes the range of the batch
//! and keeps a moving average of it, by which the network predicts. Deviations: the paper trains by the moving average
//! too, and leaves activations alone in the first steps.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::running::RunningRange;
use super::straight_through;
use super::weight_quantization::scale;

/// Rounds activations to so many bits.
#[derive(Module, Debug)]
pub struct ActivationQuantizer {
    /// 2^bits − 1: the steps between the least and the greatest value.
    steps: f64,
    range: RunningRange,
}

impl ActivationQuantizer {
    /// A quantizer to `bits`, 2 to 31.
    pub fn new(bits: u32, device: &Device) -> Self {
        Self { steps: f64::from((1_u32 << bits) - 1), range: RunningRange::new(1, device) }
    }

    /// Rounds `[batch, channels, height, width]`; on a device with autodiff this is training and renews the running
    /// range.
    ///
    /// The derivative is one, and zero where a value lies outside the range; the range itself is a constant.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let fixed = input.clone().detach();
        let (low, high) = if input.is_autodiff() {
            let (low, high) = (fixed.clone().min().clamp_max(0.0), fixed.clone().max().clamp_min(0.0));
            self.range.renew(low.clone(), high.clone());
            (low, high)
        } else {
            self.range.ends()
        };
        let scale = scale(high.sub(low.clone()), self.steps);
        let inverse = scale.clone().recip();
        let zero = low.neg().mul(inverse.clone()).round().reshape([1; 4]);
        let number = fixed.mul(inverse.reshape([1; 4])).round().add(zero.clone());
        let nearest = number.clone().clamp(0.0, self.steps);
        let clipped = number.not_equal(nearest.clone());
        let values = nearest.sub(zero).mul(scale.reshape([1; 4]));
        straight_through::pass_unless(input, values, clipped)
    }
}
