//! Maps with their channels last in memory.

use burn::tensor::{Bytes, DType, Shape};
use burn_flex::{FlexTensor, Layout};
use kiln_arithmetic::layout;

/// From `[batch, channels, height, width]` to the order in which values lie in memory.
const LAST: [usize; 4] = [0, 2, 3, 1];
/// And back.
const FIRST: [usize; 4] = [0, 3, 1, 2];

/// `[batch, channels, height, width]` of a tensor of rank 4.
pub fn dims(tensor: &FlexTensor) -> [usize; 4] {
    let shape = tensor.layout().shape();
    std::array::from_fn(|axis| shape[axis])
}

/// A tensor `[batch, channels, height, width]` of values that lie channels last.
pub fn tensor(values: Vec<f32>, [batch, channels, height, width]: [usize; 4]) -> FlexTensor {
    let layout = Layout::contiguous(Shape::new([batch, height, width, channels])).permute(&FIRST);
    FlexTensor::new(Bytes::from_elems(values), layout, DType::F32)
}

/// A tensor of rank 1, or of any other in the usual order.
pub fn plain(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::new(Bytes::from_elems(values), Layout::contiguous(shape), DType::F32)
}

/// The same tensor of rank 4 with its channels last in memory.
pub fn channels_last(map: FlexTensor) -> FlexTensor {
    if map.layout().permute(&LAST).is_contiguous() {
        return map;
    }
    let map = map.to_contiguous();
    let shape = dims(&map);
    tensor(layout::channels_last(plain_values(&map), shape), shape)
}

/// The values of a tensor whose channels are last in memory.
pub fn values(map: &FlexTensor) -> &[f32] {
    let (start, end) = map.layout().permute(&LAST).contiguous_offsets().expect("channels are last");
    &map.storage()[start..end]
}

/// The same, to change; a copy is made where others see the values.
pub fn values_mut(map: &mut FlexTensor) -> &mut [f32] {
    let (start, end) = map.layout().permute(&LAST).contiguous_offsets().expect("channels are last");
    &mut map.storage_mut()[start..end]
}

/// The values of a tensor in the usual order.
pub fn plain_values(tensor: &FlexTensor) -> &[f32] {
    let (start, end) = tensor.layout().contiguous_offsets().expect("the tensor is contiguous");
    &tensor.storage()[start..end]
}
