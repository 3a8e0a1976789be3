//! A square hole in each image.
//!
//! `DeVries` and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017. As there, the
//! centre is any pixel, so that a part of the square can lie outside, and the hole is zero.

use std::ops::Range;

use rand::{Rng, RngExt};

use crate::network::Shape;

/// The part of a square that lies within the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Rows without an image.
    pub rows: Range<usize>,
    /// Columns without an image.
    pub columns: Range<usize>,
}

impl Hole {
    /// A square of `side` pixels around any pixel of an image.
    pub fn draw(side: usize, image: Shape, rng: &mut impl Rng) -> Self {
        let mut draw = |length| around(rng.random_range(0..length), side, length);
        Self { rows: draw(image.height), columns: draw(image.width) }
    }

    /// Empties one channel whose rows have `width` numbers.
    pub fn apply(&self, plane: &mut [f32], width: usize) {
        for row in plane.chunks_exact_mut(width).take(self.rows.end).skip(self.rows.start) {
            row[self.columns.clone()].fill(0.0);
        }
    }
}

/// `side` pixels around `centre`, as far as they are among `length`.
pub(super) fn around(centre: usize, side: usize, length: usize) -> Range<usize> {
    let before = side / 2;
    centre.saturating_sub(before)..(centre + side - before).min(length)
}
