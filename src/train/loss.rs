//! The loss that is trained: cross-entropy with smoothed labels and weighted classes, as `PyTorch`'s
//! `CrossEntropyLoss(weight, label_smoothing)` with shares of classes as targets.
//!
//! Label smoothing: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture for computer
//! vision", 2016, section 7. Balanced weights: King and Zeng, "Logistic regression in rare events data", 2001; a class of
//! which `n` of `N` images are has the weight `N / (classes · n)`, so that an image has the weight 1 on average. As with
//! shares in `PyTorch`, and unlike with hard labels there, the mean is over images and not over weights: so batches that
//! are accumulated are one larger batch.

use burn::Tensor;
use burn::tensor::Device;

use super::recipe::{ClassWeights, Recipe};
use super::tally::{Targets, cross_entropy};

/// The loss of a training.
#[derive(Debug)]
pub struct Loss {
    smoothing: f64,
    /// The weight of each class, (1, classes).
    weights: Option<Tensor<2>>,
    classes: usize,
}

impl Loss {
    /// The loss of `recipe` for images with these labels, of so many classes.
    pub fn new(recipe: &Recipe, labels: &[u32], classes: usize, device: &Device) -> Self {
        let weights = match recipe.class_weights {
            ClassWeights::None => None,
            ClassWeights::Balanced => {
                let weights = balanced(labels, classes);
                Some(Tensor::<1>::from_floats(weights.as_slice(), device).unsqueeze())
            }
        };
        Self { smoothing: recipe.label_smoothing, weights, classes }
    }

    /// The mean loss of the images of a batch in nats, as a tensor of one element.
    pub fn of(&self, logits: Tensor<2>, targets: &Targets) -> Tensor<1> {
        let mut shares = targets.shares(&logits.device());
        if self.smoothing > 0.0 {
            shares = shares.mul_scalar(1.0 - self.smoothing).add_scalar(self.smoothing / self.classes as f64);
        }
        if let Some(weights) = &self.weights {
            shares = shares.mul(weights.clone());
        }
        cross_entropy(logits, shares)
    }
}

/// The weight of each class. A class without images counts as one with a single image, which no loss ever sees.
fn balanced(labels: &[u32], classes: usize) -> Vec<f32> {
    let mut counts = vec![0_u32; classes];
    for label in labels {
        counts[*label as usize] += 1;
    }
    let all = labels.len() as f64;
    counts.into_iter().map(|count| (all / (classes as f64 * f64::from(count.max(1)))) as f32).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;
    use kiln_search::candidate::Candidate;

    use super::*;
    use crate::train::fixtures::{close, fixture, floats};

    #[test]
    fn agrees_with_pytorch_for_hard_and_blended_labels() {
        let cases = fixture()["losses"].as_array().expect("a list").clone();
        assert_eq!(cases.len(), 6);
        let device = Device::flex();
        for case in cases {
            let integers = |key: &str| -> Vec<u32> { floats(&case[key]).iter().map(|value| *value as u32).collect() };
            let (labels, partners) = (integers("labels"), integers("partners"));
            let class_weights =
                if case["balanced"].as_bool() == Some(true) { ClassWeights::Balanced } else { ClassWeights::None };
            let number = |key: &str| case[key].as_f64().expect("a number");
            let recipe = Recipe::read(&Candidate::default(), 1).expect("valid");
            let recipe = Recipe { class_weights, label_smoothing: number("smoothing"), ..recipe };
            let logits = Tensor::from_data(TensorData::new(floats(&case["logits"]), [labels.len(), 3]), &device);
            let targets = Targets::blended(&labels, &partners, number("share"), 3);
            let loss = Loss::new(&recipe, &labels, 3, &device).of(logits, &targets);
            close(
                f64::from(loss.try_into_scalar::<f32>().expect("readable")),
                number("loss"),
                &format!("{:?} {}", recipe.class_weights, recipe.label_smoothing),
            );
        }
    }
}
