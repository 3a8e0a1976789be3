//! A shift of all pixels of an image along the principal components of colours.
//!
//! Krizhevsky, Sutskever and Hinton, "`ImageNet` Classification with Deep Convolutional Neural Networks", 2012, section
//! 4.1: each pixel of an image gets p₁α₁λ₁ + p₂α₂λ₂ + p₃α₃λ₃, where p and λ are eigenvectors and eigenvalues of the
//! covariance of the colours of all training pixels, and each α is drawn once for an image, from a normal distribution
//! around zero. Its deviation is `rgb_shift`, 0.1 there. The unit in which the paper takes colours is not said: here the
//! source's largest value is 1.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::palette::{CHANNELS, Palette};

/// What is added to red, green and blue, in scaled numbers.
pub fn draw(deviation: f64, palette: &Palette, rng: &mut impl Rng) -> [f32; CHANNELS] {
    let mut shift = [0.0; CHANNELS];
    for component in palette.components() {
        let alpha: f64 = StandardNormal.sample(rng);
        for (sum, part) in shift.iter_mut().zip(component) {
            *sum += deviation * alpha * part;
        }
    }
    shift.map(|sum| sum as f32)
}

/// Adds `shift` to the pixels of an image.
pub fn apply(image: &mut [f32], shift: [f32; CHANNELS]) {
    let plane = image.len() / CHANNELS;
    for (values, part) in image.chunks_exact_mut(plane).zip(shift) {
        for value in values {
            *value += part;
        }
    }
}
