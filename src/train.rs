//! Training of a candidate's network, epoch by epoch, on one device.
//!
//! All randomness comes from (study seed, trial, purpose, epoch), so a training that continues from a checkpoint does
//! what it would have done without the break; on the CPU bit by bit. Burn's generator, which dropout uses, belongs to
//! the whole process: train one trial at a time.

pub mod augment;
mod average;
mod batches;
pub mod checkpoint;
mod clip;
mod epoch;
mod examination;
#[cfg(test)]
mod fixtures;
pub mod gradient;
mod latency;
mod loss;
pub mod measure;
mod mixing;
mod mixup;
pub mod optimizer;
pub mod parameters;
mod part;
pub mod recipe;
pub mod schedule;
pub mod tally;
#[cfg(test)]
mod tests;
mod weights;

use burn::tensor::{Device, ExecutionError, TensorReadError};
use kiln_search::candidate::{Candidate, Value};
use kiln_search::rng::{Purpose, Stream};
use kiln_trials::trial::{Confusion, Epoch};

pub use examination::{examine, restore};
pub use measure::Measured;
pub use recipe::Recipe;

use crate::data::{DataError, DataSpec, Dataset, ImageShape, Scaling};
use crate::network::{Architecture, Network, Plan, Shape};
use augment::Palette;
use checkpoint::Done;
use epoch::{Course, Pass};
use loss::Loss;
use optimizer::Optimizer;
use part::Part;
use recipe::MixupStyle;

/// The figures of an epoch: losses in nats; shares in [0, 1], those of [`TOP`] where there are more classes; the
/// [timings](TIMINGS).
pub const METRICS: [&str; 13] = [
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    TOP[0].0,
    TOP[1].0,
    "val_f1",
    "val_calibration_error",
    "generalization_gap",
    TIMINGS[0],
    TIMINGS[1],
    TIMINGS[2],
    TIMINGS[3],
];

/// Shares of the images whose class is among the so many likeliest.
pub const TOP: [(&str, u32); 2] = [("val_top3", 3), ("val_top5", 5)];

/// Figures of the machine rather than of the network: the seconds of an epoch with its validation, the images a second of
/// its training alone, and the milliseconds of a forward pass of one image and of a batch of the training. The last two are
/// measured once each time that a training begins or continues, after its first epoch.
pub const TIMINGS: [&str; 4] = ["seconds", "images_per_second", "latency_ms", "batch_latency_ms"];

/// Why a training could not go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The candidate cannot be built or trained at all.
    #[error("{0}")]
    Candidate(String),
    /// The checkpoint does not fit.
    #[error("the checkpoint cannot be used: {cause}; an earlier one, or none, will do")]
    Checkpoint {
        /// What is wrong with it.
        cause: String,
    },
    /// What a checkpoint consists of cannot be written down.
    #[error("the state of training cannot be written down: {cause}")]
    State {
        /// What the writer said.
        cause: String,
    },
    /// The images are not those that they were.
    #[error("{0}")]
    Data(String),
    /// A network that was trained fails on images that it has not seen.
    #[error("the loss on the test images is not finite")]
    NotFinite,
    /// The device failed or ran out of memory.
    #[error("the device failed: {0}; another --device may do")]
    Device(String),
}

impl From<ExecutionError> for TrainError {
    fn from(error: ExecutionError) -> Self {
        Self::Device(error.to_string())
    }
}

impl From<TensorReadError> for TrainError {
    fn from(error: TensorReadError) -> Self {
        Self::Device(error.to_string())
    }
}

/// What happens during a training.
#[derive(Debug)]
pub enum Progress {
    /// Something that a person should know.
    Warning(String),
    /// An epoch has the greatest `val_accuracy` so far; what follows next is that it is over.
    Best(Confusion),
    /// An epoch is over.
    Epoch {
        /// Its number and figures.
        epoch: Epoch,
        /// The content of a checkpoint from which the training continues after this epoch.
        files: Vec<(&'static str, Vec<u8>)>,
    },
}

/// Whether to go on after an epoch; ignored after anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Train the next epoch.
    Continue,
    /// Stop here, to continue some time from the checkpoint.
    Pause,
}

/// How a training ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ended {
    /// With its last epoch.
    Complete,
    /// Where it was told to pause.
    Paused,
    /// With a loss that was NaN or infinite.
    Diverged {
        /// From 1.
        epoch: u32,
        /// Step in the epoch, from 1; the last one where only the validation loss was not finite.
        step: u32,
        /// The last finite training loss of the epoch, if there was one.
        last_loss: Option<f64>,
    },
}

/// How a candidate is trained on images of the shape `image` that are of so many `classes`, and its network; or why it cannot be,
/// in a sentence. `epochs` are those of a candidate that does not say how long it trains.
pub fn read(candidate: &Candidate, epochs: u32, image: Shape, classes: usize) -> Result<(Recipe, Plan), String> {
    let recipe = Recipe::read(candidate, epochs)?;
    recipe.augmentation.admit(image)?;
    let plan = Plan::of(&Architecture::read(candidate)?, image, classes)?;
    Ok((recipe, plan))
}

/// A device with a study's training and validation images on it.
pub struct Trainer {
    device: Device,
    training: Part,
    validation: Part,
    palette: Option<Palette>,
    shape: Shape,
    classes: usize,
    seed: u64,
    epochs: u32,
}

impl Trainer {
    /// Puts the training images of `dataset` on `device`, split and scaled as `spec` says.
    ///
    /// `seed` is the study's; `epochs` count for candidates that do not say how long they train.
    pub fn new(dataset: &Dataset, spec: &DataSpec, device: &Device, seed: u64, epochs: u32) -> Result<Self, DataError> {
        let split = dataset.split(spec.validation, seed)?;
        let scaling = Scaling::fit(dataset, &split.train, spec.scale);
        let part = |positions: &[usize]| Part::new(&dataset.train, positions, &scaling, device);
        let ImageShape { channels, height, width } = dataset.shape;
        Ok(Self {
            device: device.clone(),
            training: part(&split.train),
            validation: part(&split.validation),
            palette: Palette::fit(&dataset.train, &split.train, &scaling),
            shape: Shape { channels, height, width },
            classes: dataset.classes.len(),
            seed,
            epochs,
        })
    }

    /// How many images there are to train on and to validate on.
    pub fn images(&self) -> [usize; 2] {
        [&self.training, &self.validation].map(|part| part.labels.len())
    }

    /// Trains a candidate from the start, or from the files of a checkpoint, until it is complete, paused or diverged.
    ///
    /// `trial` stands for the trial in the addresses of its random streams. `on` hears of each event as it happens and
    /// decides after each epoch whether to go on.
    pub fn train(
        &self,
        trial: u64,
        candidate: &Candidate,
        resume: Option<Vec<(String, Vec<u8>)>>,
        on: &mut dyn FnMut(Progress) -> Control,
    ) -> Result<Ended, TrainError> {
        let (recipe, plan) = self.read(candidate).map_err(TrainError::Candidate)?;
        let stream = |purpose| Stream::new(self.seed, trial, purpose);

        let mut device = self.device.clone().autodiff();
        if recipe.activation_checkpointing {
            device = device.gradient_checkpointing();
        }
        let mut network = Network::build(&plan, &device, &mut stream(Purpose::Weights).rng());
        let mut optimizer = Optimizer::new(&recipe);
        let mut done = Done::default();
        if let Some(files) = resume {
            (network, optimizer, done) = checkpoint::load(network, optimizer, files, &self.device)?;
        }
        let enlarged = match recipe.mixup {
            Some((alpha, MixupStyle::Enlarge)) => {
                Some(mixup::enlarge(&self.training, alpha, &mut stream(Purpose::Mixup).rng()))
            }
            _ => None,
        };
        let training = enlarged.as_ref().unwrap_or(&self.training);
        let course = Course {
            recipe: &recipe,
            loss: Loss::new(&recipe, &training.labels, self.classes, &self.device),
            training,
            validation: &self.validation,
            palette: self.palette.as_ref(),
            classes: self.classes,
            seed: self.seed,
            trial,
        };
        let mut latencies = None;
        for number in done.epochs + 1..=recipe.epochs {
            let first = |gradients: &[gradient::Gradient]| {
                if number == 1 {
                    let silent = gradient::silent(gradients)?;
                    let silent: Vec<String> = silent.iter().map(|name| gradient::readable(name, &plan)).collect();
                    let warning = gradient::warning(&silent, gradients.len(), rounding(candidate));
                    warning.map(|text| on(Progress::Warning(text)));
                }
                Ok(())
            };
            let pass;
            (network, pass) = course.run(network, &mut optimizer, number, first)?;
            let (mut metrics, counts) = match pass {
                Pass::Done(metrics, counts) => (metrics, counts),
                Pass::Diverged(end) => {
                    return Ok(Ended::Diverged { epoch: number, step: end.step, last_loss: end.last });
                }
            };
            let measured = match latencies {
                Some(measured) => measured,
                None => *latencies.insert(self.latencies(&optimizer.predictor(&network), recipe.batch_size)?),
            };
            metrics.extend(measured);
            done.epochs = number;
            let accuracy = metrics["val_accuracy"];
            if done.best.is_none_or(|best| accuracy > best) {
                done.best = Some(accuracy);
                on(Progress::Best(Confusion { epoch: number, counts }));
            }
            let files = checkpoint::save(&network, &optimizer, done)?;
            let control = on(Progress::Epoch { epoch: Epoch { epoch: number, metrics }, files });
            if control == Control::Pause && number < recipe.epochs {
                return Ok(Ended::Paused);
            }
        }
        Ok(Ended::Complete)
    }

    /// What a candidate is, or why it cannot be trained on these images.
    fn read(&self, candidate: &Candidate) -> Result<(Recipe, Plan), String> {
        read(candidate, self.epochs, self.shape, self.classes)
    }

    /// Milliseconds of a forward pass, of one image and of a batch.
    fn latencies(&self, network: &Network, batch: usize) -> Result<[(&'static str, f64); 2], TrainError> {
        let one = latency::milliseconds(network, &self.training, 1)?;
        let many = latency::milliseconds(network, &self.training, batch)?;
        Ok([(TIMINGS[2], one), (TIMINGS[3], many)])
    }
}

fn rounding(candidate: &Candidate) -> &str {
    match candidate.get("rounding") {
        Some(Value::Text(name)) => name,
        _ => "none",
    }
}
