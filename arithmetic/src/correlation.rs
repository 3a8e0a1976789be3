//! Where a convolution finds its values, and the convolution itself.
//!
//! Maps lie channels last and are padded already, so that the window of an output is a few stretches of values,
//! which the inner loop reads where they are: no matrix of windows is built. The outputs of a window are as many
//! sums beside each other in registers; see [`crate::kernels`].

use rayon::prelude::*;

use crate::each;
use crate::instructions::Instructions;
use crate::kernels::{Tap, Tile};

/// Tiles that one task makes, for which the values that they read stay in the cache of a core.
const TILES: usize = 16;

/// A convolution over padded maps.
#[derive(Debug, Clone, Copy)]
pub struct Correlation {
    /// Maps.
    pub batch: usize,
    /// Rows and columns, padding included.
    pub size: [usize; 2],
    /// Groups of channels.
    pub groups: usize,
    /// Channels of a group before.
    pub inputs: usize,
    /// Channels of a group after.
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: usize,
    /// How far the window moves.
    pub stride: usize,
    /// How far apart its places are.
    pub dilation: usize,
}

impl Correlation {
    /// Rows and columns of the result.
    pub fn result(&self) -> [usize; 2] {
        let extent = self.dilation * (self.kernel - 1) + 1;
        self.size.map(|size| (size - extent) / self.stride + 1)
    }

    /// The channels of a place before.
    pub fn pitch(&self) -> usize {
        self.groups * self.inputs
    }

    /// The weights of an output, all taps together.
    pub fn depth(&self) -> usize {
        self.kernel * self.kernel * self.inputs
    }

    /// The stretches of a window: whole rows of it where neighbours lie beside each other.
    pub fn taps(&self) -> Vec<Tap> {
        let (place, kernel) = (self.pitch(), self.kernel);
        let row = self.size[1] * place;
        if self.dilation == 1 && self.groups == 1 {
            return (0..kernel).map(|y| (y * row, kernel * place)).collect();
        }
        let offset = |tap| self.dilation * (tap / kernel * row + tap % kernel * place);
        (0..kernel * kernel).map(|tap| (offset(tap), self.inputs)).collect()
    }

    /// Where the window of column 0 begins, by the row of the result, counted through all maps.
    pub fn row_start(&self, row: usize) -> usize {
        let [rows, _] = self.result();
        (row / rows * self.size[0] + row % rows * self.stride) * self.size[1] * self.pitch()
    }

    /// Convolves `values` with the panels of all groups, each of `depth` rows, and adds a bias to each channel.
    ///
    /// M windows by N vectors of outputs are made at once.
    pub fn run<I: Instructions, const M: usize, const N: usize>(
        &self,
        instructions: I,
        values: &[f32],
        panels: &[f32],
        bias: &[f32],
    ) -> Vec<f32> {
        let [rows, columns] = self.result();
        let (taps, after, windows) = (self.taps(), self.groups * self.outputs, self.batch * rows * columns);
        let start = |window: usize| {
            let window = window.min(windows - 1);
            self.row_start(window / columns) + window % columns * self.stride * self.pitch()
        };
        let most = N * I::LANES;
        let blocks = self.outputs.div_ceil(most);
        let mut result = each::zeros(windows * after);
        result.par_chunks_mut(TILES * M * after).enumerate().for_each(|(chunk, result)| {
            let tiles = result.len().div_ceil(M * after);
            let first = chunk * TILES * M;
            let starts: Vec<[usize; M]> =
                (0..tiles).map(|tile| std::array::from_fn(|row| start(first + tile * M + row))).collect();
            let (mut biases, mut sums) = (vec![0.0; most], vec![0.0; M * most]);
            for (index, panel) in panels.chunks_exact(self.depth() * most).enumerate() {
                let (group, block) = (index / blocks, index % blocks);
                let values = &values[group * self.inputs..];
                let width = most.min(self.outputs - block * most);
                let channel = group * self.outputs + block * most;
                biases[..width].copy_from_slice(&bias[channel..channel + width]);
                let (taps, bias) = (&taps[..], &biases[..]);
                for (starts, result) in starts.iter().zip(result.chunks_mut(M * after)) {
                    if width == most && result.len() == M * after {
                        let (sums, pitch) = (&mut result[channel..], after);
                        instructions.call(Tile::<M, N> { values, starts, taps, panel, bias, sums, pitch });
                        continue;
                    }
                    let (sums, pitch) = (&mut sums[..], most);
                    instructions.call(Tile::<M, N> { values, starts, taps, panel, bias, sums, pitch });
                    for (to, from) in result.chunks_exact_mut(after).zip(sums.chunks_exact(most)) {
                        to[channel..channel + width].copy_from_slice(&from[..width]);
                    }
                }
            }
        });
        result
    }
}
