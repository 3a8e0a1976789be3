//! Inner loops, compiled for the vector instructions that a processor may have.

#![expect(clippy::inline_always, reason = "what is inlined is compiled for the instructions of its caller")]

/// An inner loop over vectors.
///
/// `run` must be inlined into its caller, and with it all that it calls. Closures are not: they would be compiled for
/// what every processor has.
pub trait Kernel {
    /// Runs the loop with vectors of this kind.
    fn run<V: Vector>(self);
}

/// A vector in a register.
pub trait Vector: Copy {
    /// Numbers in it.
    const LANES: usize;

    /// The same number throughout.
    fn splat(value: f32) -> Self;

    /// The first values of a slice.
    fn load(values: &[f32]) -> Self;

    /// Writes to the beginning of a slice.
    fn store(self, to: &mut [f32]);

    /// self + one · other.
    fn add_product(self, one: Self, other: Self) -> Self;
}

/// Vector instructions, by an object that is there only where the processor has them.
pub trait Instructions: Copy + Send + Sync {
    /// Numbers in a vector.
    const LANES: usize;

    /// Runs an inner loop that is compiled for these instructions.
    fn call(self, kernel: impl Kernel);
}

/// What every processor of the architecture has.
#[derive(Debug, Clone, Copy)]
pub struct Common;

impl Instructions for Common {
    const LANES: usize = 4;

    fn call(self, kernel: impl Kernel) {
        kernel.run::<[f32; 4]>();
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

    use super::{Instructions, Kernel, Vector};

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

            // SAFETY of all that follows: `detect` alone makes an object, and only `call` uses the vectors; loads and
            // stores stay within slices, whose length they check.
            impl Instructions for $name {
                const LANES: usize = $lanes;

                fn call(self, kernel: impl Kernel) {
                    #[target_feature(enable = $features)]
                    fn compiled<K: Kernel>(kernel: K) {
                        kernel.run::<$vector>();
                    }
                    unsafe { compiled(kernel) }
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
