//! `model.toml`: what the network is and where it comes from.

use kiln_search::candidate::Candidate;
use kiln_trials::trial::Metrics;
use serde::Serialize;

use super::unwritable;
use crate::data::ImageShape;
use crate::failure::Failure;
use crate::network::plan::Planned;
use crate::trained::Trained;

#[derive(Serialize)]
struct Description<'a> {
    kiln: &'a str,
    study: &'a str,
    seed: u64,
    trial: u32,
    epoch: u32,
    /// Whether what the network says of an image depends on those beside it.
    mixes_images: bool,
    /// The names of the classes, in the order of the logits.
    classes: &'a [String],
    layers: Vec<String>,
    input: Input<'a>,
    data: Data<'a>,
    candidate: &'a Candidate,
    metrics: Metrics,
}

/// What an image has to be: (value from 0 to 1 − mean) ÷ deviation, channel by channel.
#[derive(Serialize)]
struct Input<'a> {
    channels: usize,
    height: usize,
    width: usize,
    mean: &'a [f32],
    deviation: &'a [f32],
}

#[derive(Serialize)]
struct Data<'a> {
    source: &'a str,
    digest: &'a str,
    validation: f64,
}

/// The text of `model.toml`.
pub fn text(trained: &Trained) -> Result<String, Failure> {
    let Trained { record, trial, epoch, data, scaling, .. } = trained;
    let ImageShape { channels, height, width } = trained.shape();
    let row = |layer: &Planned| format!("{layer}: {}", layer.output);
    let measured = trial.epochs.iter().find(|known| known.epoch == *epoch);
    let measured = measured.into_iter().flat_map(|known| known.metrics.iter());
    let description = Description {
        kiln: env!("CARGO_PKG_VERSION"),
        study: &record.name,
        seed: record.seed,
        trial: trial.number,
        epoch: *epoch,
        mixes_images: trained.plan.mixes_images(),
        classes: &data.classes,
        layers: trained.plan.layers().iter().map(row).collect(),
        input: Input { channels, height, width, mean: &scaling.mean, deviation: &scaling.deviation },
        data: Data {
            source: trained.study.data.source.name(),
            digest: &data.digest,
            validation: trained.study.data.validation,
        },
        candidate: &trial.candidate,
        metrics: trial
            .statics
            .clone()
            .into_iter()
            .chain(measured.map(|(name, figure)| (name.to_owned(), *figure)))
            .collect(),
    };
    toml::to_string_pretty(&description).map_err(unwritable("what the network is"))
}
