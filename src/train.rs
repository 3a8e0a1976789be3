//! Training of a candidate's network, epoch by epoch, on one device.
//!
//! All randomness comes from (study seed, trial, purpose, epoch), so a training that continues from a checkpoint does
//! what it would have done without the break; on the CPU bit by bit. Burn's generator, which dropout uses, belongs to
//! the whole process: train one trial at a time.

pub mod augment;
mod batches;
pub mod checkpoint;
mod clip;
mod epoch;
mod examination;
#[cfg(test)]
mod fixtures;
pub mod gradient;
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

use burn::module::Module;
use burn::tensor::{Device, ExecutionError, TensorReadError};
use kiln_search::candidate::{Candidate, Value};
use kiln_search::rng::{Purpose, Stream};
use kiln_trials::trial::Epoch;

pub use recipe::Recipe;

use crate::data::{DataError, DataSpec, Dataset, ImageShape, Scaling};
use crate::network::{Architecture, Network, Plan, Shape};
use augment::Palette;
use epoch::{Course, Pass};
use optimizer::Optimizer;
use part::Part;
use recipe::MixupStyle;

/// The figures that every epoch has: losses in nats, accuracies in [0, 1], the seconds of the epoch with its
/// validation, and images a second of its training alone.
pub const METRICS: [&str; 6] =
    ["train_loss", "train_accuracy", "val_loss", "val_accuracy", "seconds", "images_per_second"];

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
    /// An epoch is over.
    Epoch {
        /// Its number and figures.
        epoch: Epoch,
        /// The content of a checkpoint from which the training continues after this epoch.
        files: Vec<(&'static str, Vec<u8>)>,
    },
}

/// Whether to go on after an epoch; ignored after a warning.
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
        let recipe = Recipe::read(candidate, self.epochs).map_err(TrainError::Candidate)?;
        recipe.augmentation.admit(self.shape).map_err(TrainError::Candidate)?;
        let architecture = Architecture::read(candidate).map_err(TrainError::Candidate)?;
        let plan = Plan::of(&architecture, self.shape, self.classes).map_err(TrainError::Candidate)?;
        let stream = |purpose| Stream::new(self.seed, trial, purpose);

        let mut network = Network::build(&plan, &self.device.clone().autodiff(), &mut stream(Purpose::Weights).rng());
        let mut optimizer = Optimizer::new(&recipe);
        let mut done = 0;
        if let Some(files) = resume {
            (network, optimizer, done) = checkpoint::load(network, optimizer, files, &self.device)?;
        }
        let enlarged = match recipe.mixup {
            Some((alpha, MixupStyle::Enlarge)) => {
                Some(mixup::enlarge(&self.training, alpha, &mut stream(Purpose::Mixup).rng()))
            }
            _ => None,
        };
        let course = Course {
            recipe: &recipe,
            training: enlarged.as_ref().unwrap_or(&self.training),
            validation: &self.validation,
            palette: self.palette.as_ref(),
            classes: self.classes,
            seed: self.seed,
            trial,
        };
        for number in done + 1..=recipe.epochs {
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
            let metrics = match pass {
                Pass::Done(metrics) => metrics,
                Pass::Diverged(end) => {
                    return Ok(Ended::Diverged { epoch: number, step: end.step, last_loss: end.last });
                }
            };
            let files = checkpoint::save(network.valid(), &optimizer, number)?;
            let control = on(Progress::Epoch { epoch: Epoch { epoch: number, metrics }, files });
            if control == Control::Pause && number < recipe.epochs {
                return Ok(Ended::Paused);
            }
        }
        Ok(Ended::Complete)
    }
}

fn rounding(candidate: &Candidate) -> &str {
    match candidate.get("rounding") {
        Some(Value::Text(name)) => name,
        _ => "none",
    }
}
