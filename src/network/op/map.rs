//! Maps with their channels last in memory.

use std::borrow::Cow;

use burn::tensor::{Bytes, DType, Shape};
use burn_flex::{FlexTensor, Layout};
use rayon::prelude::*;

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
    let shape @ [_, channels, height, width] = dims(&map);
    let (area, size) = (height * width, channels * height * width);
    let from = self::plain_values(&map);
    let mut to = vec![0.0; from.len()];
    to.par_chunks_mut(size).zip(from.par_chunks(size)).for_each(|(to, from)| {
        for (channel, from) in from.chunks_exact(area).enumerate() {
            for (to, from) in to[channel..].iter_mut().step_by(channels).zip(from) {
                *to = *from;
            }
        }
    });
    tensor(to, shape)
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

/// Channels-last values of a map within a larger one of zeros: row `y` moves to `before + spread · y`, and so do columns.
pub fn padded(map: &FlexTensor, before: usize, spread: usize, [height, width]: [usize; 2]) -> Cow<'_, [f32]> {
    let [_, channels, old_height, old_width] = dims(map);
    let from = values(map);
    if [old_height, old_width] == [height, width] {
        return Cow::Borrowed(from);
    }
    let mut to = vec![0.0; from.len() / (old_height * old_width) * height * width];
    let pitch = width * channels;
    to.par_chunks_mut(height * pitch).zip(from.par_chunks(old_height * old_width * channels)).for_each(|(to, from)| {
        let rows = to.chunks_exact_mut(pitch).skip(before).step_by(spread);
        for (to, from) in rows.zip(from.chunks_exact(old_width * channels)) {
            if spread == 1 {
                to[before * channels..][..from.len()].copy_from_slice(from);
            } else {
                let to = to.chunks_exact_mut(channels).skip(before).step_by(spread);
                to.zip(from.chunks_exact(channels)).for_each(|(to, from)| to.copy_from_slice(from));
            }
        }
    });
    Cow::Owned(to)
}
