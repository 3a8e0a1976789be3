//! Weights in the order in which the inner loop reads them.

use rayon::prelude::*;

/// Blocks of `width` columns, each a run of `rows` rows, of a matrix whose elements `at(row, column)` tells; zeros fill
/// the last block.
pub fn pack(rows: usize, columns: usize, width: usize, at: impl Fn(usize, usize) -> f32 + Sync) -> Vec<f32> {
    let mut panels = vec![0.0; columns.div_ceil(width) * rows * width];
    panels.par_chunks_mut(rows * width).enumerate().for_each(|(block, panel)| {
        let first = block * width;
        for (row, to) in panel.chunks_exact_mut(width).enumerate() {
            for (column, to) in to[..width.min(columns - first)].iter_mut().enumerate() {
                *to = at(row, first + column);
            }
        }
    });
    panels
}
