//! The gradient of a convolution's weights: sums of outer products of windows with the gradients of their outputs.

use std::ops::Range;

use rayon::prelude::*;

use crate::correlation::Correlation;
use crate::instructions::Instructions;
use crate::kernels::{Outer, Tap};

/// Windows that are summed in registers before their sums are added to memory; their gradients fit the first cache.
const WINDOWS: usize = 256;

impl Correlation {
    /// The gradients of the panels, as [`Correlation::run`] takes them, of the gradient of its result.
    pub fn weight_gradient<I: Instructions, const M: usize, const N: usize>(
        &self,
        instructions: I,
        values: &[f32],
        gradient: &[f32],
    ) -> Vec<f32> {
        let most = N * I::LANES;
        let (taps, depth, blocks) = (self.taps(), self.depth(), self.outputs.div_ceil(most));
        // With few blocks, each tap is a task of its own.
        let (per, parts) = if blocks * self.groups < 4 { (depth / taps.len(), taps.len()) } else { (depth, 1) };
        let mut panels = vec![0.0; self.groups * blocks * depth * most];
        panels.par_chunks_mut(per * most).enumerate().for_each(|(task, panel)| {
            let (index, part) = (task / parts, task % parts);
            let taps = if parts == 1 { &taps[..] } else { &taps[part..=part] };
            let (group, first) = (index / blocks, index % blocks * most);
            let channel = group * self.outputs + first;
            let channels = channel..channel + most.min(self.outputs - first);
            self.block::<I, M, N>(instructions, &values[group * self.inputs..], gradient, channels, taps, panel);
        });
        panels
    }

    fn block<I: Instructions, const M: usize, const N: usize>(
        &self,
        instructions: I,
        values: &[f32],
        gradient: &[f32],
        channels: Range<usize>,
        taps: &[Tap],
        panel: &mut [f32],
    ) {
        let most = N * I::LANES;
        let [rows, columns] = self.result();
        let (rows, after) = (self.batch * rows, self.groups * self.outputs);
        let band = (WINDOWS / columns).max(1);
        let step = self.stride * self.pitch();
        let mut others = vec![0.0; band * columns * most];
        let mut starts = Vec::with_capacity(band);
        let mut new = vec![0.0; M.max(SMALL) * most];
        for top in (0..rows).step_by(band) {
            let count = band.min(rows - top);
            let from = gradient[top * columns * after..].chunks_exact(after);
            for (to, from) in others.chunks_exact_mut(most).zip(from) {
                let from = &from[channels.clone()];
                // A length that is known when this is compiled spares a call.
                if from.len() == most {
                    to.copy_from_slice(&from[..most]);
                } else {
                    to[..from.len()].copy_from_slice(from);
                }
            }
            let others = &others[..count * columns * most];
            let mut panel = &mut panel[..];
            for &(offset, length) in taps {
                let (total, rest) = std::mem::take(&mut panel).split_at_mut(length * most);
                panel = rest;
                let mut done = 0;
                while done < length {
                    // A remainder is made by going back, or in small steps where there is nothing to go back to.
                    let many = [M, SMALL, 1].into_iter().find(|many| length >= *many).unwrap_or(1);
                    let first = done.min(length - many);
                    starts.clear();
                    starts.extend((top..top + count).map(|row| self.row_start(row) + offset + first));
                    let (starts, width) = (&starts[..], columns);
                    let sums = &mut new[..];
                    match many {
                        1 => instructions.call(Outer::<1, N> { values, starts, step, width, others, sums }),
                        SMALL => instructions.call(Outer::<SMALL, N> { values, starts, step, width, others, sums }),
                        _ => instructions.call(Outer::<M, N> { values, starts, step, width, others, sums }),
                    }
                    let new = &new[(done - first) * most..many * most];
                    for (sum, new) in total[done * most..].iter_mut().zip(new) {
                        *sum += new;
                    }
                    done = first + many;
                }
            }
        }
    }
}

/// Fewer values of a window at once, for maps with few channels.
const SMALL: usize = 3;
