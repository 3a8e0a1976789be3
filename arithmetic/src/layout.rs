//! How maps lie in memory.

use std::borrow::Cow;

use crate::{Dims, each};

/// A map whose channels come first, with its channels last.
pub fn channels_last(from: &[f32], [_, channels, height, width]: Dims) -> Vec<f32> {
    let (area, size) = (height * width, channels * height * width);
    each::made(from.len(), size, |sample, to| {
        for (channel, from) in from[sample * size..][..size].chunks_exact(area).enumerate() {
            for (to, from) in to[channel..].iter_mut().step_by(channels).zip(from) {
                *to = *from;
            }
        }
    })
}

/// A map within a larger one of zeros: row `y` moves to `before + spread · y`, and so do columns.
pub fn padded(
    from: &[f32],
    [batch, channels, old_height, old_width]: Dims,
    before: usize,
    spread: usize,
    [height, width]: [usize; 2],
) -> Cow<'_, [f32]> {
    if [old_height, old_width] == [height, width] {
        return Cow::Borrowed(from);
    }
    let (pitch, size) = (width * channels, old_height * old_width * channels);
    Cow::Owned(each::made(batch * height * pitch, height * pitch, |sample, to| {
        let rows = to.chunks_exact_mut(pitch).skip(before).step_by(spread);
        for (to, from) in rows.zip(from[sample * size..][..size].chunks_exact(old_width * channels)) {
            if spread == 1 {
                to[before * channels..][..from.len()].copy_from_slice(from);
            } else {
                let to = to.chunks_exact_mut(channels).skip(before).step_by(spread);
                to.zip(from.chunks_exact(channels)).for_each(|(to, from)| to.copy_from_slice(from));
            }
        }
    }))
}
