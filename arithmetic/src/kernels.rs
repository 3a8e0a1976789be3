//! The two inner loops of a convolution: both keep sums of M rows of N vectors in registers, which they must fit.

#![expect(clippy::inline_always, reason = "what is inlined is compiled for the instructions of its caller")]

use crate::instructions::{Kernel, Vector};

/// A tap: how far a stretch of values lies behind the first value of a window, and how long it is.
pub type Tap = (usize, usize);

/// M windows, each times a panel of N vectors of outputs, plus the bias of these.
pub struct Tile<'a, const M: usize, const N: usize> {
    /// All values.
    pub values: &'a [f32],
    /// Where each window begins.
    pub starts: &'a [usize; M],
    /// What belongs to a window.
    pub taps: &'a [Tap],
    /// A row of N vectors of weights for each value of the taps.
    pub panel: &'a [f32],
    /// N vectors.
    pub bias: &'a [f32],
    /// M rows that begin with N vectors.
    pub sums: &'a mut [f32],
    /// How far apart these rows are.
    pub pitch: usize,
}

impl<const M: usize, const N: usize> Kernel for Tile<'_, M, N> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let mut kept = [load::<V, N>(self.bias); M];
        let mut panel = self.panel;
        for &(offset, length) in self.taps {
            let (weights, rest) = panel.split_at(length * N * V::LANES);
            panel = rest;
            let mut rows = [&self.values[..0]; M];
            for (row, start) in rows.iter_mut().zip(self.starts) {
                *row = &self.values[start + offset..][..length];
            }
            for (at, weights) in weights.chunks_exact(N * V::LANES).enumerate() {
                let weights = load::<V, N>(weights);
                for row in 0..M {
                    #[expect(unsafe_code, reason = "a check for each value costs a fifth of the time")]
                    // SAFETY: rows are as long as the tap, which has this many rows of weights.
                    let value = V::splat(unsafe { *rows[row].get_unchecked(at) });
                    for column in 0..N {
                        kept[row][column] = kept[row][column].add_product(value, weights[column]);
                    }
                }
            }
        }
        keep(&kept, self.sums, self.pitch);
    }
}

/// The sum of outer products of M values with N vectors: for each start, of the values at start, start + step, … with
/// the next `width` rows of `others`.
pub struct Outer<'a, const M: usize, const N: usize> {
    /// All values.
    pub values: &'a [f32],
    /// Where rows begin.
    pub starts: &'a [usize],
    /// How far it is to the next M values.
    pub step: usize,
    /// How many there are.
    pub width: usize,
    /// `width` rows of N vectors for each start.
    pub others: &'a [f32],
    /// M rows of N vectors.
    pub sums: &'a mut [f32],
}

impl<const M: usize, const N: usize> Kernel for Outer<'_, M, N> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let mut kept = [[V::splat(0.0); N]; M];
        for (&start, others) in self.starts.iter().zip(self.others.chunks_exact(self.width * N * V::LANES)) {
            let ones = self.values[start..].windows(M).step_by(self.step);
            for (ones, others) in ones.zip(others.chunks_exact(N * V::LANES)) {
                let others = load::<V, N>(others);
                for row in 0..M {
                    let one = V::splat(ones[row]);
                    for column in 0..N {
                        kept[row][column] = kept[row][column].add_product(one, others[column]);
                    }
                }
            }
        }
        keep(&kept, self.sums, N * V::LANES);
    }
}

#[inline(always)]
fn load<V: Vector, const N: usize>(values: &[f32]) -> [V; N] {
    let values = &values[..N * V::LANES];
    let mut vectors = [V::splat(0.0); N];
    for column in 0..N {
        vectors[column] = V::load(&values[column * V::LANES..]);
    }
    vectors
}

#[inline(always)]
fn keep<V: Vector, const M: usize, const N: usize>(kept: &[[V; N]; M], sums: &mut [f32], pitch: usize) {
    // By constant indices alone do the sums stay in registers.
    for row in 0..M {
        let sums = &mut sums[row * pitch..][..N * V::LANES];
        for column in 0..N {
            kept[row][column].store(&mut sums[column * V::LANES..]);
        }
    }
}
