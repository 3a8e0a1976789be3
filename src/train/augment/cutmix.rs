//! A patch of each image replaced by that of another one, and as much of its label.
//!
//! Yun, Han, Oh, Chun, Choe and Yoo, "`CutMix`: Regularization Strategy to Train Strong Classifiers with Localizable
//! Features", 2019. As in its algorithm, a batch has one patch, whose area would be drawn from Beta(α, α), around a
//! pixel drawn with equal chances; what lies outside is cut off, and labels are shared by the area that is left.

use std::ops::Range;

use burn::Tensor;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::cutout::around;
use crate::train::mixup;
use crate::train::part::indices;

/// What the images of one batch give to each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Rows of the patch.
    pub rows: Range<usize>,
    /// Columns of the patch.
    pub columns: Range<usize>,
    /// The share of each image that stays, in [0, 1].
    pub share: f64,
    /// Whose patch comes in, by position in the batch.
    pub partners: Vec<usize>,
}

impl Patch {
    /// Draws the patch of a batch of `size` images of `height` by `width` pixels.
    pub fn draw([size, height, width]: [usize; 3], alpha: f64, rng: &mut impl Rng) -> Self {
        let mut partners: Vec<usize> = (0..size).collect();
        partners.shuffle(rng);
        let scale = (1.0 - mixup::share(alpha, rng)).sqrt();
        let mut draw = |length: usize| around(rng.random_range(0..length), (length as f64 * scale) as usize, length);
        let (rows, columns) = (draw(height), draw(width));
        let area = (rows.len() * columns.len()) as f64 / (height * width) as f64;
        Self { rows, columns, share: 1.0 - area, partners }
    }

    /// Puts the patches into the images of a batch, (N, C, H, W).
    pub fn images(&self, images: Tensor<4>) -> Tensor<4> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return images;
        }
        let [size, channels, ..] = images.dims();
        let patch = [0..size, 0..channels, self.rows.clone(), self.columns.clone()];
        let others = images.clone().slice(patch.clone()).select(0, indices(&self.partners, &images.device()));
        images.slice_assign(patch, others)
    }
}
