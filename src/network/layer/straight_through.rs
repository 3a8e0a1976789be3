//! The straight-through estimator (Bengio, Léonard and Courville 2013): where a step function has a derivative of zero,
//! that of the identity stands in for it.

use burn::tensor::{Bool, Tensor};

/// `values`, with a derivative of one with respect to `input`.
pub fn pass<const D: usize>(input: Tensor<D>, values: Tensor<D>) -> Tensor<D> {
    if !input.is_autodiff() {
        return values;
    }
    values.detach().add(nought(input))
}

/// `values`, with a derivative of one with respect to `input`, but zero where they are `clipped`.
pub fn pass_unless<const D: usize>(input: Tensor<D>, values: Tensor<D>, clipped: Tensor<D, Bool>) -> Tensor<D> {
    if !input.is_autodiff() {
        return values;
    }
    values.detach().add(nought(input).mask_fill(clipped, 0.0))
}

/// An exact zero with the derivative of `input`: added to values, it keeps them as they are.
fn nought<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    input.clone().sub(input.detach())
}
