//! How maps lie in memory.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::{Dims, each};

/// A map whose channels come first, with its channels last.
pub fn channels_last(from: &[f32], [_, channels, height, width]: Dims) -> Vec<f32> {
    let (area, size) = (height * width, channels * height * width);
    let mut to = each::zeros(from.len());
    to.par_chunks_mut(size).zip(from.par_chunks(size)).for_each(|(to, from)| {
        for (channel, from) in from.chunks_exact(area).enumerate() {
            for (to, from) in to[channel..].iter_mut().step_by(channels).zip(from) {
                *to = *from;
            }
        }
    });
    to
}

/// A map within a larger one of zeros: row `y` moves to `before + spread · y`, and so do columns.
pub fn padded(
    from: &[f32],
    [_, channels, old_height, old_width]: Dims,
    before: usize,
    spread: usize,
    [height, width]: [usize; 2],
) -> Cow<'_, [f32]> {
    if [old_height, old_width] == [height, width] {
        return Cow::Borrowed(from);
    }
    let mut to = each::zeros(from.len() / (old_height * old_width) * height * width);
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
