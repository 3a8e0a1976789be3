//! Mirroring of images from left to right, each with a chance of one half.
//!
//! Krizhevsky, Sutskever and Hinton, "`ImageNet` Classification with Deep Convolutional Neural Networks", 2012, section
//! 4.1.

use rand::{Rng, RngExt};

/// Whether the next image is mirrored.
pub fn draw(rng: &mut impl Rng) -> bool {
    rng.random_bool(0.5)
}

/// Mirrors an image whose rows have `width` numbers.
pub fn apply(image: &mut [f32], width: usize) {
    image.chunks_exact_mut(width).for_each(<[f32]>::reverse);
}
