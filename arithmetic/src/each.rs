//! The same for every stretch of values, on all threads where there are many.

use std::mem::MaybeUninit;

use rayon::prelude::*;

/// Values of one task: fewer are not worth waking a thread for.
const CHUNK: usize = 1 << 14;

/// `count` values that `work` makes of zeros, by stretches that are `length` long, the last one perhaps shorter; it is
/// told the number of each.
///
/// A stretch is zeroed where it is made, so that it is still in the cache when it is written to.
pub fn made(count: usize, length: usize, work: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    reduced(count, length, 1, work)
}

/// The same for values that `depth` times as many are reduced to.
#[expect(unsafe_code, reason = "zeroing all of it first is another pass over memory")]
pub fn reduced(count: usize, length: usize, depth: usize, work: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let mut values = Vec::with_capacity(count);
    let room = &mut values.spare_capacity_mut()[..count];
    let make = |(index, stretch): (usize, &mut [MaybeUninit<f32>])| {
        stretch.fill(MaybeUninit::new(0.0));
        // SAFETY: all of it was just written to.
        work(index, unsafe { stretch.assume_init_mut() });
    };
    if count * depth <= CHUNK {
        room.chunks_mut(length).enumerate().for_each(make);
    } else {
        room.par_chunks_mut(length).enumerate().for_each(make);
    }
    // SAFETY: the stretches are all of these values.
    unsafe { values.set_len(count) };
    values
}

/// Calls `work` with every stretch of `values`.
pub fn change(values: &mut [f32], work: impl Fn(&mut [f32]) + Send + Sync) {
    if values.len() <= CHUNK { work(values) } else { values.par_chunks_mut(CHUNK).for_each(work) }
}

/// Calls `work` with every stretch of `to` and the one beside it in `from`, multiples of `unit` long.
pub fn beside(to: &mut [f32], from: &[f32], unit: usize, work: impl Fn(&mut [f32], &[f32]) + Sync) {
    let chunk = CHUNK.next_multiple_of(unit);
    if to.len() <= chunk {
        work(to, from);
    } else {
        to.par_chunks_mut(chunk).zip(from.par_chunks(chunk)).for_each(|(to, from)| work(to, from));
    }
}

/// Adds each of `rows`, which are as long as `sums`, to these.
pub fn add_rows(sums: &mut [f32], rows: &[f32]) {
    for row in rows.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
}

/// The sum of all rows, which are `length` long.
pub fn total(rows: &[f32], length: usize) -> Vec<f32> {
    let mut sums = vec![0.0; length];
    add_rows(&mut sums, rows);
    sums
}
