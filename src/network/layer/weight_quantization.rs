//! Fake quantization of weights (Jacob et al., "Quantization and training of neural networks for efficient
//! integer-arithmetic-only inference", 2018): they are rounded to what so many bits can say, and stay floating point.
//!
//! Of b bits, whole numbers q from −(2^(b−1) − 1) to 2^(b−1) − 1 are used, and a weight is s · q. The scale s is that of
//! the greatest magnitude, so that nothing is clipped and zero is exact; two bits leave −s, 0 and s. As in the paper
//! the lowest number is not used; unlike there the range is symmetric, and may be each channel's own, as Krishnamoorthi
//! ("Quantizing deep convolutional networks for efficient inference", 2018) recommends.

use burn::tensor::Tensor;

use super::straight_through;

/// Rounds weights to `bits`, 2 to 31, with a scale for each index of dimension `axis`, or one for all.
///
/// The derivative is one, the scale a constant.
pub fn quantize<const D: usize>(weight: Tensor<D>, bits: u32, axis: Option<usize>) -> Tensor<D> {
    let fixed = weight.clone().detach();
    let others = (0..D).rev().filter(|dim| Some(*dim) != axis);
    let greatest = others.fold(fixed.clone().abs(), Tensor::max_dim);
    let scale = scale(greatest, f64::from((1_u32 << (bits - 1)) - 1));
    let values = fixed.mul(scale.clone().recip()).round().mul(scale);
    straight_through::pass(weight, values)
}

/// The length of a step, of which `steps` make `width`; 1 where there is no width.
pub fn scale<const D: usize>(width: Tensor<D>, steps: f64) -> Tensor<D> {
    let empty = width.clone().equal_elem(0.0);
    width.div_scalar(steps).mask_fill(empty, 1.0)
}
