//! One pass over the training images and one over the validation images.

use std::thread;
use std::time::Instant;

use burn::module::Module;
use kiln_search::rng::{Purpose, Stream};
use kiln_trials::chaos;
use kiln_trials::trial::Metrics;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::augment::{Draws, Palette};
use super::batches::Batches;
use super::mixing::Mixing;
use super::optimizer::Optimizer;
use super::part::Part;
use super::recipe::Recipe;
use super::tally::{NotFinite, Tally, Targets};
use super::{TrainError, clip, gradient};
use crate::network::Network;

/// Images a step when nothing is learned, so that the result does not depend on the recipe.
const VALIDATION_BATCH: usize = 256;

/// What goes into every epoch of one training.
pub struct Course<'a> {
    /// How to train.
    pub recipe: &'a Recipe,
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
    /// To its end, with these figures.
    Done(Metrics),
    /// Until the loss was not finite any more.
    Diverged(NotFinite),
}

impl Course<'_> {
    /// Trains `network` for one epoch, from 1, and measures it.
    ///
    /// All that is drawn at random depends on the study's seed, the trial and the epoch alone. `first` sees the
    /// gradients of the first batch. A loss that is not finite is noticed within 50 steps on the processor, and elsewhere
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

        let validation = measure(&network.valid(), self.validation, self.classes)?;
        let Ok(validation) = validation else {
            let end = NotFinite { step: tally.steps(), last: tally.last() };
            return Ok((network, Pass::Diverged(end)));
        };
        let metrics = [
            ("train_loss", tally.loss()),
            ("train_accuracy", tally.accuracy()),
            ("val_loss", validation.loss()),
            ("val_accuracy", validation.accuracy()),
            ("seconds", began.elapsed().as_secs_f64()),
            ("images_per_second", tally.images() as f64 / trained),
        ];
        let metrics = metrics.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        Ok((network, Pass::Done(metrics)))
    }

    /// A step for each of `batches`, until the loss is not finite any more.
    fn steps(
        &self,
        mut network: Network,
        optimizer: &mut Optimizer,
        epoch: u32,
        batches: Batches,
        tally: &mut Tally,
        mut first: impl FnMut(&[gradient::Gradient]) -> Result<(), TrainError>,
    ) -> Result<(Network, Option<NotFinite>), TrainError> {
        let mut mixing = Mixing::new(self.recipe, |purpose| self.stream(purpose, epoch));
        let rate = self.recipe.learning_rate * self.recipe.schedule.factor(epoch);
        let rate = chaos::sicken(self.trial, epoch, rate);
        for (step, (images, labels)) in batches.enumerate() {
            let (images, targets) = mixing.mix(images, labels, self.classes);
            let logits = network.forward(images.autodiff());
            let loss = targets.loss(logits.clone());
            let mut gradients = gradient::collect(&network, &mut loss.backward());
            if step == 0 {
                first(&gradients)?;
            }
            if let Some(limit) = self.recipe.gradient_clip {
                clip::by_global_norm(&mut gradients, limit);
            }
            network = optimizer.step(network, gradients, rate);
            if let Some(end) = tally.add(loss.inner(), logits.inner(), &targets)? {
                return Ok((network, Some(end)));
            }
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

/// Loss and accuracy of a network, in validation mode, on all images of a part.
pub fn measure(network: &Network, part: &Part, classes: usize) -> Result<Result<Tally, NotFinite>, TrainError> {
    let mut tally = Tally::default();
    let positions: Vec<usize> = (0..part.labels.len()).collect();
    for batch in positions.chunks(VALIDATION_BATCH) {
        let labels = batch.iter().map(|position| part.labels[*position]).collect();
        let targets = Targets::hard(labels, classes);
        let logits = network.forward(part.select(batch));
        if let Some(end) = tally.add(targets.loss(logits.clone()), logits, &targets)? {
            return Ok(Err(end));
        }
    }
    Ok(match tally.settle()? {
        Some(end) => Err(end),
        None => Ok(tally),
    })
}
