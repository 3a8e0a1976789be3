//! Weights in the order in which the inner loop reads them.

use rayon::prelude::*;

/// Blocks of N columns, each a run of `rows` rows, of a matrix whose elements `at(row, column)` tells; zeros fill the
/// last block.
pub fn pack<const N: usize>(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f32 + Sync) -> Vec<[f32; N]> {
    let mut panels = vec![[0.0; N]; columns.div_ceil(N) * rows];
    panels.par_chunks_mut(rows).enumerate().for_each(|(block, panel)| {
        let first = block * N;
        for (row, to) in panel.iter_mut().enumerate() {
            for (column, to) in to[..N.min(columns - first)].iter_mut().enumerate() {
                *to = at(row, first + column);
            }
        }
    });
    panels
}
