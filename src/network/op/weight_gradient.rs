//! The gradient of a convolution's weights: sums of outer products of windows with the gradients of their outputs.

use rayon::prelude::*;

use super::correlation::Correlation;
use super::instructions::{Instructions, Tap};

/// Windows that are summed in registers before their sums are added to memory; their gradients fit the first cache.
const WINDOWS: usize = 256;

impl Correlation {
    /// The gradients of the panels, as [`Correlation::run`] takes them, of the gradient of its result.
    pub fn weight_gradient<const M: usize, const N: usize>(
        &self,
        instructions: impl Instructions,
        values: &[f32],
        gradient: &[f32],
    ) -> Vec<[f32; N]> {
        let (taps, depth, blocks) = (self.taps(), self.depth(), self.outputs.div_ceil(N));
        // With few blocks, each tap is a task of its own.
        let (per, parts) = if blocks * self.groups < 4 { (depth / taps.len(), taps.len()) } else { (depth, 1) };
        let mut panels = vec![[0.0; N]; self.groups * blocks * depth];
        panels.par_chunks_mut(per).enumerate().for_each(|(task, panel)| {
            let (index, part) = (task / parts, task % parts);
            let taps = if parts == 1 { &taps[..] } else { &taps[part..=part] };
            let (group, first) = (index / blocks, index % blocks * N);
            let width = N.min(self.outputs - first);
            let values = &values[group * self.inputs..];
            let channels = group * self.outputs + first..group * self.outputs + first + width;
            self.block::<M, N>(instructions, values, gradient, channels, taps, panel);
        });
        panels
    }

    fn block<const M: usize, const N: usize>(
        &self,
        instructions: impl Instructions,
        values: &[f32],
        gradient: &[f32],
        channels: std::ops::Range<usize>,
        taps: &[Tap],
        panel: &mut [[f32; N]],
    ) {
        let [rows, columns] = self.result();
        let (rows, after) = (self.batch * rows, self.groups * self.outputs);
        let band = (WINDOWS / columns).max(1);
        let step = self.stride * self.pitch();
        let mut others = vec![[0.0; N]; band * columns];
        let mut starts = Vec::with_capacity(band);
        for top in (0..rows).step_by(band) {
            let count = band.min(rows - top);
            let from = gradient[top * columns * after..].chunks_exact(after);
            for (to, from) in others.iter_mut().zip(from) {
                to[..channels.len()].copy_from_slice(&from[channels.clone()]);
            }
            let others = &others[..count * columns];
            let mut panel = &mut panel[..];
            for &(offset, length) in taps {
                let (sums, rest) = std::mem::take(&mut panel).split_at_mut(length);
                panel = rest;
                let mut done = 0;
                while done < length {
                    // A remainder is made by going back, or in small steps where there is nothing to go back to.
                    let many = if length >= M {
                        M
                    } else if length - done >= 3 {
                        3
                    } else {
                        1
                    };
                    let first = done.min(length - many);
                    starts.clear();
                    starts.extend((top..top + count).map(|row| self.row_start(row) + offset + first));
                    let new = &mut sums[done..];
                    let skipped = done - first;
                    match many {
                        3 => add(new, skipped, &instructions.outer::<3, N>(values, &starts, step, columns, others)),
                        1 => add(new, skipped, &instructions.outer::<1, N>(values, &starts, step, columns, others)),
                        _ => add(new, skipped, &instructions.outer::<M, N>(values, &starts, step, columns, others)),
                    }
                    done = first + many;
                }
            }
        }
    }
}

fn add<const M: usize, const N: usize>(to: &mut [[f32; N]], skipped: usize, from: &[[f32; N]; M]) {
    for (to, from) in to.iter_mut().zip(&from[skipped..]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    }
}
