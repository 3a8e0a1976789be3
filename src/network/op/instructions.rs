//! The two inner loops of a convolution, compiled for the vector instructions that a processor may have.
//!
//! Both keep M × N sums in registers. They are plain loops over arrays of fixed size, which the compiler turns into
//! vector instructions; M and N are chosen such that the sums fit the registers.

#![expect(clippy::inline_always, reason = "what is inlined is compiled for the instructions of its caller")]

/// A tap: how far a stretch of values lies behind the first value of a window, and how long it is.
pub type Tap = (usize, usize);

/// Vector instructions, by an object that is there only where the processor has them.
pub trait Instructions: Copy + Send + Sync {
    /// M windows at `starts`, each times a panel: `panel[i]` has the N weights of the i-th value of the taps.
    fn tile<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize; M],
        taps: &[Tap],
        panel: &[[f32; N]],
        bias: &[f32; N],
    ) -> [[f32; N]; M];

    /// The sum of outer products of M values with N: for each start, those at start, start + step, … with the next
    /// `width` rows of `others`.
    fn outer<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize],
        step: usize,
        width: usize,
        others: &[[f32; N]],
    ) -> [[f32; N]; M];
}

#[inline(always)]
fn add<const FUSED: bool>(sum: f32, one: f32, other: f32) -> f32 {
    if FUSED { one.mul_add(other, sum) } else { one * other + sum }
}

#[inline(always)]
fn tile<const FUSED: bool, const M: usize, const N: usize>(
    values: &[f32],
    starts: &[usize; M],
    taps: &[Tap],
    mut panel: &[[f32; N]],
    bias: &[f32; N],
) -> [[f32; N]; M] {
    let mut sums = [*bias; M];
    for &(offset, length) in taps {
        let (weights, rest) = panel.split_at(length);
        panel = rest;
        let rows: [&[f32]; M] = std::array::from_fn(|row| &values[starts[row] + offset..][..length]);
        for (at, weights) in weights.iter().enumerate() {
            for row in 0..M {
                let value = rows[row][at];
                for column in 0..N {
                    sums[row][column] = add::<FUSED>(sums[row][column], value, weights[column]);
                }
            }
        }
    }
    sums
}

#[inline(always)]
fn outer<const FUSED: bool, const M: usize, const N: usize>(
    values: &[f32],
    starts: &[usize],
    step: usize,
    width: usize,
    others: &[[f32; N]],
) -> [[f32; N]; M] {
    let mut sums = [[0.0; N]; M];
    for (&start, others) in starts.iter().zip(others.chunks_exact(width)) {
        for (ones, others) in values[start..].windows(M).step_by(step).zip(others) {
            let Some(ones) = ones.first_chunk::<M>() else { break };
            for row in 0..M {
                for column in 0..N {
                    sums[row][column] = add::<FUSED>(sums[row][column], ones[row], others[column]);
                }
            }
        }
    }
    sums
}

/// What every processor of the architecture has.
#[derive(Debug, Clone, Copy)]
pub struct Common;

/// Whether multiplication and addition are one instruction there: elsewhere, the fused ones call a slow function.
const FUSED: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Instructions for Common {
    fn tile<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize; M],
        taps: &[Tap],
        panel: &[[f32; N]],
        bias: &[f32; N],
    ) -> [[f32; N]; M] {
        tile::<FUSED, M, N>(values, starts, taps, panel, bias)
    }

    fn outer<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize],
        step: usize,
        width: usize,
        others: &[[f32; N]],
    ) -> [[f32; N]; M] {
        outer::<FUSED, M, N>(values, starts, step, width, others)
    }
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Instructions, Tap};

    macro_rules! instructions {
        ($name:ident, $what:literal, $features:literal, $($feature:tt)&&+) => {
            #[doc = $what]
            #[derive(Debug, Clone, Copy)]
            pub struct $name(());

            impl $name {
                /// Where this processor has them.
                pub fn detect() -> Option<Self> {
                    ($(std::is_x86_feature_detected!($feature))&&+).then_some(Self(()))
                }
            }

            #[expect(unsafe_code, reason = "the object proves that the processor has what the functions are compiled for")]
            impl Instructions for $name {
                fn tile<const M: usize, const N: usize>(
                    self,
                    values: &[f32],
                    starts: &[usize; M],
                    taps: &[Tap],
                    panel: &[[f32; N]],
                    bias: &[f32; N],
                ) -> [[f32; N]; M] {
                    #[target_feature(enable = $features)]
                    fn compiled<const M: usize, const N: usize>(
                        values: &[f32],
                        starts: &[usize; M],
                        taps: &[Tap],
                        panel: &[[f32; N]],
                        bias: &[f32; N],
                    ) -> [[f32; N]; M] {
                        super::tile::<true, M, N>(values, starts, taps, panel, bias)
                    }
                    // SAFETY: `detect` alone makes a `Self`.
                    unsafe { compiled(values, starts, taps, panel, bias) }
                }

                fn outer<const M: usize, const N: usize>(
                    self,
                    values: &[f32],
                    starts: &[usize],
                    step: usize,
                    width: usize,
                    others: &[[f32; N]],
                ) -> [[f32; N]; M] {
                    #[target_feature(enable = $features)]
                    fn compiled<const M: usize, const N: usize>(
                        values: &[f32],
                        starts: &[usize],
                        step: usize,
                        width: usize,
                        others: &[[f32; N]],
                    ) -> [[f32; N]; M] {
                        super::outer::<true, M, N>(values, starts, step, width, others)
                    }
                    // SAFETY: `detect` alone makes a `Self`.
                    unsafe { compiled(values, starts, step, width, others) }
                }
            }
        };
    }

    instructions!(Avx512, "512-bit vectors.", "avx512f", "avx512f");
    instructions!(Avx2, "256-bit vectors with fused multiplication and addition.", "avx2,fma", "avx2" && "fma");
}
