//! The same for every stretch of values, on all threads where there are many.

use rayon::prelude::*;

/// Values of one task: fewer are not worth waking a thread for.
const CHUNK: usize = 1 << 14;

/// So many zeros, which all threads write where there are many.
pub fn zeros(count: usize) -> Vec<f32> {
    if count <= CHUNK {
        return vec![0.0; count];
    }
    (0..count).into_par_iter().with_min_len(CHUNK).map(|_| 0.0).collect()
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

/// Calls `work` with each row of `to`, which are `length` long, and its number.
pub fn row(to: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    reduced(to, length, 1, work);
}

/// The same for rows that `depth` times as many values are reduced to.
pub fn reduced(to: &mut [f32], length: usize, depth: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    if to.len() * depth <= CHUNK {
        to.chunks_exact_mut(length).enumerate().for_each(|(index, row)| work(index, row));
    } else {
        to.par_chunks_exact_mut(length).enumerate().for_each(|(index, row)| work(index, row));
    }
}
