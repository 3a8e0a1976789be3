//! Blending of pairs of images.
//!
//! Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", 2018.

use burn::Tensor;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution};

use super::part::{Part, indices};

/// One new image for so many that are there.
const ENLARGEMENT: usize = 5;

/// How one batch is blended with itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Blend {
    /// What each image keeps of itself, in [0, 1].
    pub share: f64,
    /// Whose image and label make up the rest, by position in the batch.
    pub partners: Vec<usize>,
}

impl Blend {
    /// Draws the blend of a batch of `size` images, the share from Beta(`alpha`, `alpha`).
    pub fn draw(size: usize, alpha: f64, rng: &mut impl Rng) -> Self {
        let mut partners: Vec<usize> = (0..size).collect();
        partners.shuffle(rng);
        Self { share: share(alpha, rng), partners }
    }

    /// Blends the images of a batch, (N, C, H, W).
    pub fn images(&self, images: Tensor<4>) -> Tensor<4> {
        let others = images.clone().select(0, indices(&self.partners, &images.device()));
        images.mul_scalar(self.share) + others.mul_scalar(1.0 - self.share)
    }
}

/// The images of `part` and a fifth more: each a blend of two images that are drawn with equal chances, its share
/// from Beta(`alpha`, `alpha`), with the label of the one that has the larger share.
pub fn enlarge(part: &Part, alpha: f64, rng: &mut impl Rng) -> Part {
    let old = part.labels.len();
    let mut labels = part.labels.clone();
    let mut numbers = part.numbers().to_vec();
    for _ in 0..old / ENLARGEMENT {
        let (one, other, share) = (rng.random_range(0..old), rng.random_range(0..old), share(alpha, rng));
        labels.push(part.labels[if share >= 0.5 { one } else { other }]);
        let share = share as f32;
        let pairs = part.image(one).iter().zip(part.image(other));
        numbers.extend(pairs.map(|(one, other)| one * share + other * (1.0 - share)));
    }
    Part::of(numbers, labels, part.shape, &part.device)
}

/// What one of two images keeps, from Beta(`alpha`, `alpha`).
pub(super) fn share(alpha: f64, rng: &mut impl Rng) -> f64 {
    // For a tiny alpha the algorithm can divide infinity by itself; the limit is then one image or the other.
    let share = Beta::new(alpha, alpha).map_or(f64::NAN, |beta| beta.sample(rng));
    if share.is_finite() { share } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use kiln_search::rng::{Purpose, Stream};

    use super::*;
    use crate::network::Shape;

    fn part(count: usize) -> Part {
        let values: Vec<f32> = (0..count).map(|value| value as f32).collect();
        let pixel = Shape { channels: 1, height: 1, width: 1 };
        Part::of(values, (0..count as u32).collect(), pixel, &Device::flex())
    }

    #[test]
    fn a_fifth_more_images_have_the_label_of_the_larger_share() {
        let mut rng = Stream::new(1, 2, Purpose::Mixup).rng();
        let old = part(103);
        let new = enlarge(&old, 0.2, &mut rng);
        let values = new.numbers();
        assert_eq!((values.len(), new.labels.len()), (123, 123));
        assert_eq!(new.labels[..103], old.labels);
        for (value, label) in values.iter().zip(&new.labels) {
            // Each image's only pixel is its number. A blend is at most half the way from its label's number to the
            // other's, and no two numbers are further apart than 102.
            assert!((0.0..=102.0).contains(value));
            assert!((value - *label as f32).abs() <= 51.0, "{value} is labelled {label}");
        }
    }

    #[test]
    fn too_few_images_are_left_alone() {
        let new = enlarge(&part(4), 0.2, &mut Stream::new(1, 2, Purpose::Mixup).rng());
        assert_eq!(new.labels.len(), 4);
    }

    #[test]
    fn a_batch_is_blended_with_each_of_its_images_once() {
        let mut rng = Stream::new(1, 2, Purpose::Mixup).at(3);
        let blend = Blend::draw(8, 0.4, &mut rng);
        let images =
            blend.images(part(8).select(&[0, 1, 2, 3, 4, 5, 6, 7])).try_into_vec_as::<f32>().expect("readable");
        for (own, (other, image)) in blend.partners.iter().zip(&images).enumerate() {
            let expected = own as f64 * blend.share + *other as f64 * (1.0 - blend.share);
            assert!((f64::from(*image) - expected).abs() < 1e-5);
        }
        let mut partners = blend.partners;
        partners.sort_unstable();
        assert_eq!(partners, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn shares_are_within_bounds_and_follow_alpha() {
        let mut rng = Stream::new(1, 2, Purpose::Mixup).rng();
        for (alpha, low, high) in [(1e-9, 0.24, 0.26), (0.2, 0.15, 0.21), (1.0, 0.07, 0.095), (1e6, 0.0, 1e-5)] {
            let shares: Vec<f64> = (0..4000).map(|_| share(alpha, &mut rng)).collect();
            assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "alpha {alpha}");
            // Var Beta(a, a) = 1 / (4 (2a + 1)); the mean is a half.
            let variance = shares.iter().map(|share| (share - 0.5).powi(2)).sum::<f64>() / 4000.0;
            assert!((low..=high).contains(&variance), "alpha {alpha}: variance {variance}");
        }
    }
}
