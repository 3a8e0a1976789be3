//! One pass over the training images and one over the validation images.

use std::thread;
use std::time::Instant;

use burn::Tensor;
use burn::tensor::GradientCheckpointingStrategy;
use kiln_search::rng::{Purpose, Stream};
use kiln_trials::chaos;
use kiln_trials::trial::Measured;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::augment::{Draws, Palette};
use super::batches::Batches;
use super::loss::Loss;
use super::measure::measure;
use super::mixing::Mixing;
use super::optimizer::Optimizer;
use super::part::Part;
use super::recipe::Recipe;
use super::schedule::Position;
use super::tally::{NotFinite, Tally};
use super::{TOP, TrainError, clip, gradient};
use crate::network::{Network, op};

/// What goes into every epoch of one training.
pub struct Course<'a> {
    /// How to train.
    pub recipe: &'a Recipe,
    /// What is to become small.
    pub loss: Loss,
    /// On what.
    pub training: &'a Part,
    /// On what to look whether it helped.
    pub validation: &'a Part,
    /// The colours of the images, where they have any.
    pub palette: Option<&'a Palette>,
    /// Number of classes.
    pub classes: usize,
    /// The study's seed.
    pub seed: u64,
    /// The trial's number.
    pub trial: u64,
}

/// How an epoch went.
pub enum Pass {
    /// To its end, with these figures, and for each class how many of its validation images were taken for each.
    Done(Measured, Vec<Vec<u32>>),
    /// Until the loss was not finite any more.
    Diverged(NotFinite),
}

impl Course<'_> {
    /// Trains `network` for one epoch, from 1, and measures it.
    ///
    /// All that is drawn at random depends on the study's seed, the trial and the epoch alone. `first` sees the
    /// gradients of the first step. A loss that is not finite is noticed within 50 batches on the processor, and elsewhere
    /// at the end of the epoch, since a look waits for the device.
    pub fn run(
        &self,
        mut network: Network,
        optimizer: &mut Optimizer,
        epoch: u32,
        first: impl FnMut(&[gradient::Gradient]) -> Result<(), TrainError>,
    ) -> Result<(Network, Pass), TrainError> {
        let began = Instant::now();
        self.seed_device(epoch);
        network.regroup()?;
        let mut order: Vec<usize> = (0..self.training.labels.len()).collect();
        order.shuffle(&mut self.stream(Purpose::Shuffle, epoch));
        let mut tally = Tally::default();
        let (network, end) = thread::scope(|scope| {
            let batches = Batches::new(scope, self.training, &order, self.recipe.batch_size, self.draws(epoch));
            self.steps(network, optimizer, epoch, batches, &mut tally, first)
        })?;
        if let Some(end) = end {
            return Ok((network, Pass::Diverged(end)));
        }
        let trained = began.elapsed().as_secs_f64();

        let Some(measured) = measure(&optimizer.predictor(&network), self.validation, self.classes)? else {
            let end = NotFinite { step: tally.steps(), last: tally.last() };
            return Ok((network, Pass::Diverged(end)));
        };
        let figures = [
            ("train_loss", tally.loss()),
            ("train_accuracy", tally.accuracy()),
            ("val_loss", measured.loss),
            ("val_accuracy", measured.accuracy()),
            ("val_f1", measured.f1()),
            ("val_calibration_error", measured.calibration_error()),
            ("generalization_gap", tally.accuracy() - measured.accuracy()),
            ("seconds", began.elapsed().as_secs_f64()),
            ("images_per_second", tally.images() as f64 / trained),
        ];
        let top = TOP.into_iter().filter_map(|(name, k)| Some((name, measured.top(k)?)));
        let metrics = figures.into_iter().chain(top).collect();
        Ok((network, Pass::Done(metrics, measured.confusion)))
    }

    /// Images of which the backward pass is to know, and how it gets at activations.
    fn watched(&self, images: Tensor<4>) -> Tensor<4> {
        let images = images.autodiff();
        if self.recipe.activation_checkpointing {
            images.with_gradient_checkpointing_strategy(GradientCheckpointingStrategy::Balanced)
        } else {
            images
        }
    }

    /// A step for every so many of `batches`, until the loss is not finite any more.
    fn steps(
        &self,
        mut network: Network,
        optimizer: &mut Optimizer,
        epoch: u32,
        mut batches: Batches,
        tally: &mut Tally,
        mut first: impl FnMut(&[gradient::Gradient]) -> Result<(), TrainError>,
    ) -> Result<(Network, Option<NotFinite>), TrainError> {
        let mut mixing = Mixing::new(self.recipe, |purpose| self.stream(purpose, epoch));
        let sickness = chaos::sicken(self.trial, epoch, 1.0);
        let (mut left, size) = (self.training.labels.len(), self.recipe.step_size());
        let steps = left.div_ceil(size);
        for step in 0..steps {
            let images_of_step = size.min(left);
            left -= images_of_step;
            let mut gradients = Vec::new();
            for (images, labels) in batches.by_ref().take(self.recipe.accumulation) {
                let share = labels.len() as f64 / images_of_step as f64;
                let (images, targets) = mixing.mix(images, labels, self.classes);
                let (logits, loss, of_batch) = op::among_threads(op::on_cpu(&images), || {
                    let logits = network.forward(self.watched(images));
                    let loss = self.loss.of(logits.clone(), &targets);
                    let gradients = gradient::collect(&network, &mut loss.backward());
                    (logits, loss, gradients)
                });
                gradient::add(&mut gradients, of_batch, share);
                if let Some(end) = tally.add(loss.inner(), logits.inner(), &targets)? {
                    return Ok((network, Some(end)));
                }
            }
            if step == 0 {
                first(&gradients)?;
            }
            if let Some(limit) = self.recipe.gradient_clip {
                clip::by_global_norm(&mut gradients, limit);
            }
            let rate = self.recipe.rate(Position { epoch, step, steps });
            network = optimizer.step(network, gradients, rate * sickness);
        }
        let end = tally.settle()?;
        Ok((network, end))
    }

    /// What changes the images of an epoch, if anything does.
    fn draws(&self, epoch: u32) -> Option<Draws<'_>> {
        let augmentation = self.recipe.augmentation;
        let draws =
            || Draws::new(augmentation, self.training.shape, self.palette, |purpose| self.stream(purpose, epoch));
        (!augmentation.is_none()).then(draws)
    }

    fn stream(&self, purpose: Purpose, epoch: u32) -> Pcg64 {
        Stream::new(self.seed, self.trial, purpose).at(u64::from(epoch))
    }

    fn seed_device(&self, epoch: u32) {
        self.training.device.seed(self.stream(Purpose::Device, epoch).next_u64());
    }
}
