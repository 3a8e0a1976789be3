//! What Kiln computes on the CPU: layers over maps whose channels are last in memory, with their derivatives.
//!
//! Slices in, vectors out, on all of rayon's threads; no burn. It is a crate of its own so that it can be compiled as a
//! single unit, without which many of its loops take several times as long.
//!
//! How work is split among threads never decides in which order numbers are added up, so results do not depend on the
//! number of threads.

pub mod batch_norm;
mod convolution;
mod correlation;
mod depthwise;
mod each;
mod instructions;
mod kernels;
pub mod layout;
mod panels;
pub mod pool;
mod range;
pub mod relu;
mod weight_gradient;

pub use convolution::Convolution;
pub use range::{Range, Scope};

/// Batch, channels, height and width of a map.
pub type Dims = [usize; 4];

#[cfg(test)]
mod tests;
