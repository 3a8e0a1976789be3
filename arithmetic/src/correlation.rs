//! Where a convolution finds its values, and the convolution itself.
//!
//! Maps lie channels last and are padded already, so that the window of an output is a few stretches of values,
//! which the inner loop reads where they are: no matrix of windows is built. The outputs of a window are as many
//! sums beside each other in registers; see [`crate::kernels`].

use std::ops::Range;

use crate::instructions::Instructions;
use crate::kernels::{Tap, Tile};
use crate::{each, relu};

/// Tiles that one task makes, for which the values that they read stay in the cache of a core.
const TILES: usize = 16;

/// A convolution over padded maps.
#[derive(Debug, Clone, Copy)]
pub struct Correlation {
    /// Maps.
    pub batch: usize,
    /// Rows and columns, padding included.
    pub size: [usize; 2],
    /// The first row that holds values, and the first row of padding below them.
    pub within: [usize; 2],
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

    /// The rows of the kernel that see values in the windows of these rows of the result, counted through all maps; the
    /// others see zeros alone.
    pub fn seeing(&self, first: usize, last: usize) -> Range<usize> {
        let [rows, _] = self.result();
        if first / rows != last / rows {
            return 0..self.kernel;
        }
        let [top, bottom] = [first, last].map(|row| row % rows * self.stride);
        let [begin, end] = self.within;
        let until = end.saturating_sub(top).div_ceil(self.dilation).min(self.kernel);
        begin.saturating_sub(bottom).div_ceil(self.dilation).min(until)..until
    }

    /// Convolves `values` with the panels of all groups, each of `depth` rows, and adds a bias to each channel; where it
    /// is to be rectified, what is below zero becomes zero.
    ///
    /// M windows by N vectors of outputs are made at once.
    pub fn run<I: Instructions, const M: usize, const N: usize>(
        &self,
        instructions: I,
        values: &[f32],
        panels: &[f32],
        bias: &[f32],
        rectified: bool,
    ) -> Vec<f32> {
        let [rows, columns] = self.result();
        let (taps, after, windows) = (self.taps(), self.groups * self.outputs, self.batch * rows * columns);
        let start = |window: usize| {
            let window = window.min(windows - 1);
            self.row_start(window / columns) + window % columns * self.stride * self.pitch()
        };
        let most = N * I::LANES;
        let blocks = self.outputs.div_ceil(most);
        // The taps of a row of the kernel, and how many weights they have.
        let (of_row, weights) = (taps.len() / self.kernel, self.depth() / self.kernel * most);
        let tile = |first: usize| {
            let last = (first + M).min(windows) - 1;
            let starts: [usize; M] = std::array::from_fn(|row| start(first + row));
            (starts, self.seeing(first / columns, last / columns))
        };
        each::reduced(windows * after, TILES * M * after, self.depth(), |chunk, result| {
            let tiles = result.len().div_ceil(M * after);
            let tiles: Vec<_> = (0..tiles).map(|index| tile((chunk * TILES + index) * M)).collect();
            let (mut biases, mut sums) = (vec![0.0; most], vec![0.0; M * most]);
            for (index, panel) in panels.chunks_exact(self.depth() * most).enumerate() {
                let (group, block) = (index / blocks, index % blocks);
                let values = &values[group * self.inputs..];
                let width = most.min(self.outputs - block * most);
                let channel = group * self.outputs + block * most;
                biases[..width].copy_from_slice(&bias[channel..channel + width]);
                let bias = &biases[..];
                for ((starts, rows), result) in tiles.iter().zip(result.chunks_mut(M * after)) {
                    let taps = &taps[rows.start * of_row..rows.end * of_row];
                    let panel = &panel[rows.start * weights..];
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
            if rectified {
                relu::rectify(result);
            }
        })
    }
}
