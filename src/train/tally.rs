//! Loss and accuracy over many batches, read back from the device in one piece.

use burn::Tensor;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, TensorData};

use super::TrainError;

/// Steps between two looks at the losses on the processor, where a look costs nothing. On another device it waits for all
/// the steps before: there the only look is that at the end.
const WINDOW: usize = 50;

/// Labels of a batch as shares of the classes.
///
/// A batch of (n, classes) shares makes a loss; `labels` are the classes that count as right.
#[derive(Debug, Clone)]
pub struct Targets {
    shares: Vec<f32>,
    labels: Vec<u32>,
    classes: usize,
}

impl Targets {
    /// The whole share of each image to its label.
    pub fn hard(labels: Vec<u32>, classes: usize) -> Self {
        let mut shares = vec![0.0; labels.len() * classes];
        for (row, label) in shares.chunks_exact_mut(classes).zip(&labels) {
            row[*label as usize] = 1.0;
        }
        Self { shares, labels, classes }
    }

    /// `share` to the own label and the rest to that of each image's partner; the larger share counts as right.
    pub fn blended(own: &[u32], partners: &[u32], share: f64, classes: usize) -> Self {
        let mut shares = vec![0.0; own.len() * classes];
        for (row, (own, partner)) in shares.chunks_exact_mut(classes).zip(own.iter().zip(partners)) {
            row[*own as usize] += share as f32;
            row[*partner as usize] += (1.0 - share) as f32;
        }
        let labels = if share >= 0.5 { own } else { partners };
        Self { shares, labels: labels.to_vec(), classes }
    }

    /// The shares as (n, classes) on a device.
    pub fn shares(&self, device: &Device) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.shares.clone(), [self.labels.len(), self.classes]), device)
    }

    /// Mean cross-entropy of the batch in nats, as a tensor of one element.
    pub fn loss(&self, logits: Tensor<2>) -> Tensor<1> {
        let shares = self.shares(&logits.device());
        cross_entropy(logits, shares)
    }

    fn hits(&self, logits: Tensor<2>) -> Tensor<1, Int> {
        let labels: Vec<i64> = self.labels.iter().map(|label| i64::from(*label)).collect();
        let labels = Tensor::<1, Int>::from_ints(labels.as_slice(), &logits.device());
        logits.argmax(1).reshape([-1]).equal(labels).int().sum()
    }
}

/// Mean cross-entropy in nats of the images of a batch with these (n, classes) shares, as a tensor of one element.
pub fn cross_entropy(logits: Tensor<2>, shares: Tensor<2>) -> Tensor<1> {
    let images = logits.dims()[0];
    (log_softmax(logits, 1) * shares).sum().div_scalar(images as f64).neg()
}

/// What was seen of some batches.
#[derive(Debug, Default)]
pub struct Tally {
    waiting: Vec<(Tensor<1>, Tensor<1, Int>, usize)>,
    loss: f64,
    hits: u64,
    images: usize,
    steps: u32,
    last: Option<f64>,
}

/// The first loss that was NaN or infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NotFinite {
    /// The batch, from 1.
    pub step: u32,
    /// The loss of the batch before.
    pub last: Option<f64>,
}

impl Tally {
    /// Adds a batch, given its logits without autodiff and its mean loss; on the processor looks at the losses from time
    /// to time.
    pub fn add(
        &mut self,
        loss: Tensor<1>,
        logits: Tensor<2>,
        targets: &Targets,
    ) -> Result<Option<NotFinite>, TrainError> {
        let looks = loss.device() == Device::flex();
        self.waiting.push((loss, targets.hits(logits), targets.labels.len()));
        if looks && self.waiting.len() >= WINDOW { self.settle() } else { Ok(None) }
    }

    /// Reads what waits on the device; the first loss that is not finite ends the counting.
    pub fn settle(&mut self) -> Result<Option<NotFinite>, TrainError> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let (mut losses, mut hits, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
        for (loss, hit, size) in self.waiting.drain(..) {
            losses.push(loss);
            hits.push(hit);
            sizes.push(size);
        }
        // Counts up to 2²⁴ are exact as floats.
        let figures = vec![Tensor::cat(losses, 0), Tensor::cat(hits, 0).float()];
        let figures = Tensor::cat(figures, 0).try_into_vec_as::<f32>()?;
        let (losses, hits) = figures.split_at(sizes.len());
        for ((&loss, &hits), size) in losses.iter().zip(hits).zip(sizes) {
            self.steps += 1;
            if !loss.is_finite() {
                return Ok(Some(NotFinite { step: self.steps, last: self.last }));
            }
            self.last = Some(f64::from(loss));
            self.loss += f64::from(loss) * size as f64;
            self.hits += hits as u64;
            self.images += size;
        }
        Ok(None)
    }

    /// Mean loss of an image, of all that is settled.
    pub fn loss(&self) -> f64 {
        self.loss / self.images as f64
    }

    /// Share of the images whose class was right, of all that is settled.
    pub fn accuracy(&self) -> f64 {
        self.hits as f64 / self.images as f64
    }

    /// Number of images whose class was right, of all that is settled.
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// Number of images, of all that is settled.
    pub fn images(&self) -> usize {
        self.images
    }

    /// The last finite loss, of all that is settled.
    pub fn last(&self) -> Option<f64> {
        self.last
    }

    /// Number of batches, of all that is settled.
    pub fn steps(&self) -> u32 {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(values: &[[f32; 2]]) -> Tensor<2> {
        let flat: Vec<f32> = values.iter().flatten().copied().collect();
        Tensor::from_data(TensorData::new(flat, [values.len(), 2]), &Device::flex())
    }

    #[test]
    fn hard_and_blended_labels_give_the_cross_entropy() {
        let logits = logits(&[[2.0, 1.0], [0.0, 3.0]]);
        // -log softmax: 0.31326 and 1.31326 for the first image, 3.04859 and 0.04859 for the second.
        for (targets, expected) in [
            (Targets::hard(vec![0, 1], 2), f64::midpoint(0.313_261_7, 0.048_587_4)),
            (Targets::blended(&[0, 1], &[1, 0], 0.75, 2), f64::midpoint(0.563_261_7, 0.798_587_4)),
        ] {
            let loss = targets.loss(logits.clone()).try_into_scalar::<f32>().expect("readable");
            assert!((f64::from(loss) - expected).abs() < 1e-6, "{loss} is not {expected}");
        }
    }

    #[test]
    fn the_larger_share_counts_as_right() {
        let mut tally = Tally::default();
        for share in [0.75, 0.25] {
            let targets = Targets::blended(&[0, 1], &[1, 1], share, 2);
            let logits = logits(&[[2.0, 1.0], [0.0, 3.0]]);
            assert_eq!(tally.add(targets.loss(logits.clone()), logits, &targets).expect("readable"), None);
        }
        tally.settle().expect("readable");
        assert_eq!((tally.accuracy(), tally.images(), tally.steps()), (0.75, 4, 2));
    }

    #[test]
    fn the_first_loss_that_is_not_finite_is_found_with_the_last_that_was() {
        let mut tally = Tally::default();
        let targets = Targets::hard(vec![0], 2);
        let mut seen = None;
        for step in 1..=WINDOW as u32 {
            let loss = if step < 7 { step as f32 } else { f32::INFINITY };
            let loss = Tensor::from_floats([loss], &Device::flex());
            assert_eq!(seen, None);
            seen = tally.add(loss, logits(&[[1.0, 0.0]]), &targets).expect("readable");
        }
        assert_eq!(seen, Some(NotFinite { step: 7, last: Some(6.0) }));
    }
}
