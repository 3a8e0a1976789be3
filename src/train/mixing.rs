//! Batches mixed with themselves: [`mixup`](super::mixup), [`cutmix`](super::augment::cutmix), or one of the two.

use burn::Tensor;
use kiln_search::rng::Purpose;
use rand::RngExt;
use rand_pcg::Pcg64;

use super::augment::cutmix::Patch;
use super::mixup::Blend;
use super::recipe::{MixupStyle, Recipe};
use super::tally::Targets;

/// What is drawn for the batches of one epoch. Where both are wanted, each batch gets one of them, with equal chances.
#[derive(Debug)]
pub struct Mixing {
    /// The parameter of the Beta distribution.
    mixup: Option<f64>,
    cutmix: Option<f64>,
    blends: Pcg64,
    patches: Pcg64,
}

impl Mixing {
    /// As `recipe` says, from the streams of an epoch.
    pub fn new(recipe: &Recipe, stream: impl Fn(Purpose) -> Pcg64) -> Self {
        let mixup = recipe.mixup.filter(|(_, style)| *style == MixupStyle::Soft).map(|(alpha, _)| alpha);
        Self { mixup, cutmix: recipe.cutmix, blends: stream(Purpose::Mixup), patches: stream(Purpose::Cutmix) }
    }

    /// Mixes the images of a batch, (N, C, H, W), and their labels.
    pub fn mix(&mut self, images: Tensor<4>, labels: Vec<u32>, classes: usize) -> (Tensor<4>, Targets) {
        let [size, _, height, width] = images.dims();
        // Both are drawn where both are wanted, so that neither stream depends on the choice.
        let blend = self.mixup.map(|alpha| Blend::draw(size, alpha, &mut self.blends));
        let patch = self.cutmix.map(|alpha| Patch::draw([size, height, width], alpha, &mut self.patches));
        let cuts = patch.is_some() && (blend.is_none() || self.patches.random_bool(0.5));
        let (images, share, partners) = match (blend, patch) {
            (_, Some(patch)) if cuts => (patch.images(images), patch.share, patch.partners),
            (Some(blend), _) => (blend.images(images), blend.share, blend.partners),
            _ => return (images, Targets::hard(labels, classes)),
        };
        let partners: Vec<u32> = partners.iter().map(|partner| labels[*partner]).collect();
        (images, Targets::blended(&labels, &partners, share, classes))
    }
}
