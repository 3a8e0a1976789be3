//! A trained network: from its checkpoint, with all that it takes to show it an image.
//!
//! It is on the processor, where what it says can be said again bit for bit.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use kiln_trials::checkpoint::{Checkpoints, Sound};
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::Trial;

use crate::data::{self, Dataset, ImageShape, Images, Scaling, Split};
use crate::failure::Failure;
use crate::network::{Architecture, Network, Plan, Shape};
use crate::runner::DATA;
use crate::study::{self, Study};
use crate::train::{self, Measured, Recipe, TrainError};
use crate::vocabulary::BuiltIn;

/// A network that predicts, and where it comes from.
#[derive(Debug)]
pub struct Trained {
    /// The study that it was found by.
    pub record: StudyRecord,
    /// The study's file.
    pub study: Study,
    /// The trial that trained it.
    pub trial: Trial,
    /// The epoch after which its weights were written down.
    pub epoch: u32,
    /// Its layers.
    pub plan: Plan,
    /// The network, without autodiff.
    pub network: Network,
    /// The images of the study.
    pub data: Dataset,
    /// Which of them it was trained on.
    pub split: Split,
    /// How their values are scaled.
    pub scaling: Scaling,
}

impl Trained {
    /// The network of the newest sound one of the `checkpoints` of `trial`, which is one of the study of `record`.
    pub fn load(record: StudyRecord, trial: Trial, checkpoints: &Checkpoints) -> Result<Self, Failure> {
        let Sound { checkpoint, refused } = checkpoints.newest_sound(&trial)?;
        let Some((epoch, name)) = checkpoint.map(|found| (found.epoch, found.name.clone())) else {
            return Err(without_weights(&record, &trial, refused.is_empty()));
        };
        let files = checkpoints.read(&name)?;
        let study = study::recorded(&record, &BuiltIn).map_err(Box::new)?;
        let data = data::load(&study.data, Path::new(DATA))?;
        if data.digest != record.data_digest {
            return Err(Failure::DataChanged { study: record.name, expected: record.data_digest, found: data.digest });
        }
        let split = data.split(study.data.validation, study.seed)?;
        let scaling = Scaling::fit(&data, &split.train, study.data.scale);
        let ImageShape { channels, height, width } = data.shape;
        let shape = Shape { channels, height, width };
        let read = || {
            let plan = Plan::of(&Architecture::read(&trial.candidate)?, shape, data.classes.len())?;
            Ok((plan, Recipe::read(&trial.candidate, study.fidelity.epochs)?))
        };
        let (plan, recipe) = read().map_err(|cause| failed(TrainError::Candidate(cause)))?;
        let network = train::restore(&plan, &recipe, files, &Device::flex());
        let network = network.map_err(failed)?;
        Ok(Self { record, study, trial, epoch, plan, network, data, split, scaling })
    }

    /// Its name in a sentence: `trial 3 of study small-net`.
    pub fn name(&self) -> String {
        format!("trial {} of study {}", self.trial.number, self.record.name)
    }

    /// The shape of the images that it takes.
    pub fn shape(&self) -> ImageShape {
        self.data.shape
    }

    /// The scaling of images whose values go up to 255, as those of files do.
    pub fn scaling_of_files(&self) -> Scaling {
        Scaling { peak: u8::MAX, ..self.scaling.clone() }
    }

    /// What it makes of `images`, scaled by `scaling`: figures of all of them.
    pub fn examine(&self, images: &Images, scaling: &Scaling) -> Result<Measured, Failure> {
        let classes = self.data.classes.len();
        train::examine(&self.network, images, scaling, classes, &Device::flex()).map_err(failed)
    }

    /// The logits of images that are seen together, one after the other; their scaled `numbers` are in the order (image,
    /// channel, row, column).
    pub fn logits(&self, numbers: Vec<f32>) -> Result<Vec<f32>, Failure> {
        let ImageShape { channels, height, width } = self.shape();
        let shape = [numbers.len() / self.shape().len(), channels, height, width];
        let images = Tensor::<4>::from_data(TensorData::new(numbers, shape), &Device::flex());
        self.network.forward(images).try_into_vec_as::<f32>().map_err(failed)
    }
}

fn failed(error: impl Into<TrainError>) -> Failure {
    Failure::Worker { input: false, message: error.into().to_string(), help: None }
}

/// That nothing is left of what `trial` has learned; its checkpoints are damaged if they are not `gone`.
fn without_weights(record: &StudyRecord, trial: &Trial, gone: bool) -> Failure {
    let (study, number) = (&record.name, trial.number);
    Failure::Refused {
        message: format!(
            "trial {number} of study `{study}` has no checkpoint that can be read: its weights are not known"
        ),
        help: if trial.is_over() || !gone {
            "the best trials keep theirs, as many as [checkpoints] says: name one of them, or have the candidate tried \
             again"
                .to_owned()
        } else {
            "it gets one with its first epoch: wait, or name another trial".to_owned()
        },
    }
}
