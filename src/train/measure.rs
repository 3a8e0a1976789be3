//! What a network says of images that it does not learn from.
//!
//! A device is waited for once, at the end: what each image was taken for, how sure the network was and how many classes it
//! thought likelier than the right one are all that is read.

use burn::Tensor;
use burn::tensor::Int;
use burn::tensor::activation::log_softmax;

use super::TrainError;
use super::part::Part;
use super::tally::Targets;
use crate::network::{Network, op};

/// Images a step when nothing is learned, so that the result does not depend on the recipe.
pub const BATCH: usize = 256;
/// Intervals of equal width in which confidence and accuracy are compared.
const BINS: usize = 15;

/// What a network said of all images of a part.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Mean cross-entropy in nats.
    pub loss: f64,
    /// How many images there are.
    pub images: usize,
    /// How many of them were taken for their class.
    pub hits: usize,
    /// For each image, how many classes were thought likelier than its own.
    ahead: Vec<u32>,
    /// For each image, the probability of the class that it was taken for.
    confidence: Vec<f32>,
    /// For each class, how many of its images were taken for each class.
    pub confusion: Vec<Vec<u32>>,
}

/// Measures `network`, which is in validation mode, on all images of `part`; nothing if a loss is not finite.
pub fn measure(network: &Network, part: &Part, classes: usize) -> Result<Option<Measured>, TrainError> {
    let (mut losses, mut sizes, mut confidence, mut taken, mut ahead) = (vec![], vec![], vec![], vec![], vec![]);
    let positions: Vec<usize> = (0..part.labels.len()).collect();
    for batch in positions.chunks(BATCH) {
        let labels: Vec<u32> = batch.iter().map(|position| part.labels[*position]).collect();
        let images = part.select(batch);
        let logits = op::among_threads(op::on_cpu(&images), || network.forward(images));
        taken.push(logits.clone().argmax(1).reshape([-1]));
        ahead.push(likelier(logits.clone(), &labels));
        confidence.push(log_softmax(logits.clone(), 1).max_dim(1).exp().reshape([-1]));
        losses.push(Targets::hard(labels, classes).loss(logits));
        sizes.push(batch.len());
    }
    let batches = losses.len();
    let floats = Tensor::cat([losses, confidence].concat(), 0).try_into_vec_as::<f32>()?;
    let whole = Tensor::cat([taken, ahead].concat(), 0).try_into_vec_as::<i64>()?;
    let (losses, confidence) = floats.split_at(batches);
    if !losses.iter().all(|loss| loss.is_finite()) {
        return Ok(None);
    }
    let images = part.labels.len();
    let (taken, ahead) = whole.split_at(images);
    let mut loss = 0.0;
    for (mean, size) in losses.iter().zip(sizes) {
        loss += f64::from(*mean) * size as f64;
    }
    let mut confusion = vec![vec![0; classes]; classes];
    for (label, taken) in part.labels.iter().zip(taken) {
        confusion[*label as usize][*taken as usize] += 1;
    }
    Ok(Some(Measured {
        loss: loss / images as f64,
        images,
        hits: (0..classes).map(|class| confusion[class][class] as usize).sum(),
        ahead: ahead.iter().map(|ahead| *ahead as u32).collect(),
        confidence: confidence.to_vec(),
        confusion,
    }))
}

/// How many classes have a greater logit than an image's own, or the same and come first, as for the greatest of all.
fn likelier(logits: Tensor<2>, labels: &[u32]) -> Tensor<1, Int> {
    let device = logits.device();
    let classes = logits.dims()[1];
    let labels: Vec<i64> = labels.iter().map(|label| i64::from(*label)).collect();
    let labels = Tensor::<1, Int>::from_ints(labels.as_slice(), &device).reshape([-1, 1]);
    let own = logits.clone().gather(1, labels.clone());
    let order = Tensor::<1, Int>::arange(0..classes as i64, &device).reshape([1, -1]);
    let first = order.expand([labels.dims()[0], classes]).lower(labels.expand(logits.dims()));
    let own = own.expand(logits.dims());
    let ahead = logits.clone().greater(own.clone()).bool_or(logits.equal(own).bool_and(first));
    ahead.int().sum_dim(1).reshape([-1])
}

impl Measured {
    /// Share of the images that were taken for their class.
    pub fn accuracy(&self) -> f64 {
        self.hits as f64 / self.images as f64
    }

    /// Share of the images whose class is among the `k` that were thought likeliest; nothing where there are no more.
    pub fn top(&self, k: u32) -> Option<f64> {
        let hits = self.ahead.iter().filter(|ahead| **ahead < k).count();
        (self.confusion.len() > k as usize).then(|| hits as f64 / self.images as f64)
    }

    /// The mean over classes of the harmonic mean of precision and recall (macro F1); a class that no image has, and none
    /// was taken for, does not count.
    pub fn f1(&self) -> f64 {
        let taken = |class: usize| self.confusion.iter().map(|row| row[class]).sum::<u32>();
        let scores = self.confusion.iter().enumerate().filter_map(|(class, row)| {
            let all = row.iter().sum::<u32>() + taken(class);
            (all > 0).then(|| 2.0 * f64::from(row[class]) / f64::from(all))
        });
        let scores: Vec<f64> = scores.collect();
        scores.iter().sum::<f64>() / scores.len() as f64
    }

    /// How far the network's confidence is from its accuracy, on average (ECE with 15 intervals, of which each has its upper
    /// end): Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017, equation 3.
    pub fn calibration_error(&self) -> f64 {
        let mut excess = [0.0; BINS];
        for (confidence, ahead) in self.confidence.iter().zip(&self.ahead) {
            let confidence = f64::from(*confidence);
            let bin = ((confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
            excess[bin] += confidence - f64::from(u8::from(*ahead == 0));
        }
        excess.iter().map(|excess: &f64| excess.abs()).sum::<f64>() / self.images as f64
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn measured(confusion: &[[u32; 3]], seen: &[(u32, f32)]) -> Measured {
        let (ahead, confidence) = seen.iter().copied().unzip();
        let images = confusion.iter().flatten().sum::<u32>() as usize;
        let hits = (0..confusion.len()).map(|class| confusion[class][class] as usize).sum();
        let confusion = confusion.iter().map(|row| row.to_vec()).collect();
        Measured { loss: 0.0, images, hits, ahead, confidence, confusion }
    }

    #[test]
    fn f1_is_the_mean_over_the_classes_that_occur() {
        // By scikit-learn's definition: classes 0 and 1 have F1 2·2/(3+2) = 0.8 and 2·1/(1+2) = 2/3; class 2 is nowhere.
        let seen = measured(&[[2, 1, 0], [0, 1, 0], [0, 0, 0]], &[]);
        assert!((seen.f1() - f64::midpoint(0.8, 2.0 / 3.0)).abs() < 1e-15);
        assert!((seen.accuracy() - 0.75).abs() < 1e-15);
    }

    #[test]
    fn calibration_compares_confidence_and_accuracy_in_each_interval() {
        // Two images in (8/15, 9/15], one of them right: |0.56 + 0.58 - 1|; one alone at the end, right: |1 - 1|;
        // one alone, wrong: 0.7.
        let seen = [(0, 0.56), (1, 0.58), (0, 1.0), (2, 0.7)];
        let seen = measured(&[[2, 1, 1], [0, 0, 0], [0, 0, 0]], &seen);
        assert!((seen.calibration_error() - (0.14 + 0.7) / 4.0).abs() < 1e-6, "{}", seen.calibration_error());
    }

    #[test]
    fn the_right_class_is_among_the_first_of_so_many() {
        let logits = Tensor::from_floats([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0], [2.0, 2.0, 2.0]], &Device::flex());
        let ahead = likelier(logits, &[1, 0, 1]).try_into_vec_as::<i64>().expect("readable");
        assert_eq!(ahead, [0, 2, 1], "of equals the first is taken");
        let seen = measured(&[[1, 0, 0], [0, 1, 1], [0, 0, 0]], &[(0, 1.0), (2, 1.0), (1, 1.0)]);
        assert_eq!((seen.top(1), seen.top(2), seen.top(3)), (Some(1.0 / 3.0), Some(2.0 / 3.0), None));
    }
}
