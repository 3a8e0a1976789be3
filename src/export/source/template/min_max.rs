//! Min-max normalization by the least and the greatest value of what is normalized.

use burn::tensor::Tensor;

/// (x − min x) / (max x − min x), the extremes taken over `dims`; 0 where there is no range.
///
/// Over dimension 0, which is the images of the batch, an image comes out differently beside others.
pub fn min_max(x: Tensor<4>, dims: &[usize]) -> Tensor<4> {
    let low = dims.iter().fold(x.clone(), |x, dim| x.min_dim(*dim));
    let high = dims.iter().fold(x.clone(), |x, dim| x.max_dim(*dim));
    let range = high.sub(low.clone());
    let empty = range.clone().equal_elem(0.0);
    x.sub(low).div(range.mask_fill(empty, 1.0))
}
