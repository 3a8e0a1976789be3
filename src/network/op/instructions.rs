//! The two inner loops of a convolution, compiled for the vector instructions that a processor may have.
//!
//! Both keep sums of M rows of N vectors in registers; M and N are chosen such that they fit.

#![expect(clippy::inline_always, reason = "what is inlined is compiled for the instructions of its caller")]

/// A tap: how far a stretch of values lies behind the first value of a window, and how long it is.
pub type Tap = (usize, usize);

/// Vector instructions, by an object that is there only where the processor has them.
pub trait Instructions: Copy + Send + Sync {
    /// Numbers in a vector.
    const LANES: usize;

    /// M windows at `starts`, each times a panel, which has a row of N vectors of weights for each value of the taps.
    fn tile<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize; M],
        taps: &[Tap],
        panel: &[f32],
        bias: &[f32],
        sums: &mut [f32],
    );

    /// The sum of outer products of M values with N vectors: for each start, those at start, start + step, … with the
    /// next `width` rows of `others`.
    fn outer<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize],
        step: usize,
        width: usize,
        others: &[f32],
        sums: &mut [f32],
    );
}

/// A vector in a register.
trait Vector: Copy {
    const LANES: usize;

    fn splat(value: f32) -> Self;

    /// The first values of a slice.
    fn load(values: &[f32]) -> Self;

    fn store(self, to: &mut [f32]);

    /// self + one · other.
    fn add_product(self, one: Self, other: Self) -> Self;
}

#[inline(always)]
fn tile<V: Vector, const M: usize, const N: usize>(
    values: &[f32],
    starts: &[usize; M],
    taps: &[Tap],
    mut panel: &[f32],
    bias: &[f32],
    sums: &mut [f32],
) {
    let mut kept = [load::<V, N>(bias); M];
    for &(offset, length) in taps {
        let (weights, rest) = panel.split_at(length * N * V::LANES);
        panel = rest;
        let mut rows = [&values[..0]; M];
        for row in 0..M {
            rows[row] = &values[starts[row] + offset..][..length];
        }
        for (at, weights) in weights.chunks_exact(N * V::LANES).enumerate() {
            let weights = load::<V, N>(weights);
            for row in 0..M {
                let value = V::splat(rows[row][at]);
                for column in 0..N {
                    kept[row][column] = kept[row][column].add_product(value, weights[column]);
                }
            }
        }
    }
    keep(&kept, sums);
}

#[inline(always)]
fn outer<V: Vector, const M: usize, const N: usize>(
    values: &[f32],
    starts: &[usize],
    step: usize,
    width: usize,
    others: &[f32],
    sums: &mut [f32],
) {
    let mut kept = [[V::splat(0.0); N]; M];
    for (&start, others) in starts.iter().zip(others.chunks_exact(width * N * V::LANES)) {
        for (ones, others) in values[start..].windows(M).step_by(step).zip(others.chunks_exact(N * V::LANES)) {
            let others = load::<V, N>(others);
            for row in 0..M {
                let one = V::splat(ones[row]);
                for column in 0..N {
                    kept[row][column] = kept[row][column].add_product(one, others[column]);
                }
            }
        }
    }
    keep(&kept, sums);
}

// Loops rather than closures, which would not be compiled for the instructions of the caller.
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
fn keep<V: Vector, const M: usize, const N: usize>(kept: &[[V; N]; M], sums: &mut [f32]) {
    let sums = &mut sums[..M * N * V::LANES];
    for row in 0..M {
        for column in 0..N {
            kept[row][column].store(&mut sums[(row * N + column) * V::LANES..]);
        }
    }
}

/// What every processor of the architecture has.
#[derive(Debug, Clone, Copy)]
pub struct Common;

impl Instructions for Common {
    const LANES: usize = 4;

    fn tile<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize; M],
        taps: &[Tap],
        panel: &[f32],
        bias: &[f32],
        sums: &mut [f32],
    ) {
        tile::<[f32; 4], M, N>(values, starts, taps, panel, bias, sums);
    }

    fn outer<const M: usize, const N: usize>(
        self,
        values: &[f32],
        starts: &[usize],
        step: usize,
        width: usize,
        others: &[f32],
        sums: &mut [f32],
    ) {
        outer::<[f32; 4], M, N>(values, starts, step, width, others, sums);
    }
}

impl Vector for [f32; 4] {
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        [value; 4]
    }

    #[inline(always)]
    fn load(values: &[f32]) -> Self {
        [values[0], values[1], values[2], values[3]]
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..4].copy_from_slice(&self);
    }

    #[inline(always)]
    fn add_product(self, one: Self, other: Self) -> Self {
        // Fused where that is an instruction: elsewhere it is a slow function.
        let fused = cfg!(any(target_arch = "aarch64", target_feature = "fma"));
        let add = |sum: f32, one: f32, other| if fused { one.mul_add(other, sum) } else { one * other + sum };
        std::array::from_fn(|lane| add(self[lane], one[lane], other[lane]))
    }
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "an object of these types proves that the processor has their instructions")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps, _mm512_fmadd_ps,
        _mm512_loadu_ps, _mm512_set1_ps, _mm512_storeu_ps,
    };

    use super::{Instructions, Tap, Vector};

    macro_rules! instructions {
        (
            $name:ident, $what:literal, $features:literal, $($feature:tt)&&+,
            $vector:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add_product:ident
        ) => {
            #[doc = $what]
            #[derive(Debug, Clone, Copy)]
            pub struct $name(());

            impl $name {
                /// Where this processor has them.
                pub fn detect() -> Option<Self> {
                    ($(std::is_x86_feature_detected!($feature))&&+).then_some(Self(()))
                }
            }

            // SAFETY of all that follows: `detect` alone makes an object, and only its methods use the vectors; loads
            // and stores stay within slices that are long enough.
            impl Instructions for $name {
                const LANES: usize = $lanes;

                fn tile<const M: usize, const N: usize>(
                    self,
                    values: &[f32],
                    starts: &[usize; M],
                    taps: &[Tap],
                    panel: &[f32],
                    bias: &[f32],
                    sums: &mut [f32],
                ) {
                    #[target_feature(enable = $features)]
                    fn compiled<const M: usize, const N: usize>(
                        values: &[f32],
                        starts: &[usize; M],
                        taps: &[Tap],
                        panel: &[f32],
                        bias: &[f32],
                        sums: &mut [f32],
                    ) {
                        super::tile::<$vector, M, N>(values, starts, taps, panel, bias, sums);
                    }
                    unsafe { compiled::<M, N>(values, starts, taps, panel, bias, sums) }
                }

                fn outer<const M: usize, const N: usize>(
                    self,
                    values: &[f32],
                    starts: &[usize],
                    step: usize,
                    width: usize,
                    others: &[f32],
                    sums: &mut [f32],
                ) {
                    #[target_feature(enable = $features)]
                    fn compiled<const M: usize, const N: usize>(
                        values: &[f32],
                        starts: &[usize],
                        step: usize,
                        width: usize,
                        others: &[f32],
                        sums: &mut [f32],
                    ) {
                        super::outer::<$vector, M, N>(values, starts, step, width, others, sums);
                    }
                    unsafe { compiled::<M, N>(values, starts, step, width, others, sums) }
                }
            }

            impl Vector for $vector {
                const LANES: usize = $lanes;

                #[inline(always)]
                fn splat(value: f32) -> Self {
                    unsafe { $splat(value) }
                }

                #[inline(always)]
                fn load(values: &[f32]) -> Self {
                    unsafe { $load(values[..$lanes].as_ptr()) }
                }

                #[inline(always)]
                fn store(self, to: &mut [f32]) {
                    unsafe { $store(to[..$lanes].as_mut_ptr(), self) }
                }

                #[inline(always)]
                fn add_product(self, one: Self, other: Self) -> Self {
                    unsafe { $add_product(one, other, self) }
                }
            }
        };
    }

    instructions!(
        Avx512,
        "512-bit vectors.",
        "avx512f",
        "avx512f",
        __m512,
        16,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_fmadd_ps
    );
    instructions!(
        Avx2,
        "256-bit vectors with fused multiplication and addition.",
        "avx2,fma",
        "avx2" && "fma",
        __m256,
        8,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_fmadd_ps
    );
}
