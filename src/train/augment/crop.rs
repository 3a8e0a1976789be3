//! Random crops of padded images: a shift by up to `crop` pixels each way, with zeros moving in.
//!
//! He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", 2016, section 4.2, where it is 4 pixels for
//! images of 32×32.

use rand::{Rng, RngExt};

/// Where a crop lies from where the image was, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    /// Positive: the upper rows are lost.
    pub down: isize,
    /// Positive: the left columns are lost.
    pub right: isize,
}

impl Offset {
    /// Both from −`padding` to `padding`, all with equal chances.
    pub fn draw(padding: usize, rng: &mut impl Rng) -> Self {
        let mut draw = || rng.random_range(0..=2 * padding) as isize - padding as isize;
        Self { down: draw(), right: draw() }
    }

    /// Crops one channel whose rows have `width` numbers; there are more of both than the offset has pixels.
    pub fn apply(self, plane: &mut [f32], width: usize) {
        slide(plane, self.down * width as isize);
        for row in plane.chunks_exact_mut(width) {
            slide(row, self.right);
        }
    }
}

/// Moves the numbers by so many places to the front, or to the back where it is negative.
fn slide(numbers: &mut [f32], places: isize) {
    let (lost, length) = (places.unsigned_abs(), numbers.len());
    if places >= 0 {
        numbers.copy_within(lost.., 0);
        numbers[length - lost..].fill(0.0);
    } else {
        numbers.copy_within(..length - lost, lost);
        numbers[..lost].fill(0.0);
    }
}
