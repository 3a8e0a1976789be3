//! The best trial, and the layers of its network.

use std::collections::BTreeMap;

use kiln_search::candidate::Candidate;
use kiln_trials::trial::Trial;
use serde::Serialize;

use super::scope::{Scope, brief};
use crate::network::Plan;
use crate::network::plan::{Kind, Planned};

/// The best trial, or another of which as much is told.
#[derive(Debug, Serialize)]
pub struct Winner<'a> {
    /// Its number.
    pub trial: u32,
    /// What was trained.
    pub candidate: &'a Candidate,
    /// What it reached, and what was known before.
    pub figures: BTreeMap<&'a str, f64>,
    /// Its layers from the image to the classes, those of a skip inside of it.
    pub layers: Vec<Layer>,
    /// Why there are no layers.
    pub unknown: Option<String>,
}

/// A layer of a network.
#[derive(Debug, Serialize)]
pub struct Layer {
    /// What it does, in a word: `convolution`, `normalization`, …
    pub kind: &'static str,
    /// What it does, in full.
    pub name: String,
    /// Where it belongs: `stem`, `stage[0]`, …, `head`.
    pub place: String,
    /// Channels, height and width of what goes in.
    pub input: [usize; 3],
    /// Channels, height and width of what comes out.
    pub output: [usize; 3],
    /// Trainable numbers.
    pub parameters: u64,
    /// Multiply-accumulates for one image.
    pub macs: u64,
    /// Of a skip: the layers beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Layer>,
    /// Of a skip: the layers on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shortcut: Vec<Layer>,
}

impl<'a> Winner<'a> {
    /// Of the trials in `scope`, if one competes.
    pub fn of(scope: &Scope<'a>) -> Option<Self> {
        Some(Self::trial(scope.winner()?, scope.plan))
    }

    /// That of any `trial`, whose layers `plan` gives.
    pub fn trial(trial: &'a Trial, plan: &dyn Fn(&Candidate) -> Result<Plan, String>) -> Self {
        let statics = trial.statics.iter().map(|(name, value)| (name.as_str(), value));
        let all = statics.chain(trial.epochs.last().into_iter().flat_map(|epoch| epoch.metrics.iter()));
        let (layers, unknown) = match plan(&trial.candidate) {
            Ok(plan) => (plan.layers().iter().map(Layer::of).collect(), None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Self {
            trial: trial.number,
            candidate: &trial.candidate,
            figures: all.map(|(name, value)| (name, brief(*value))).collect(),
            layers,
            unknown,
        }
    }
}

impl Layer {
    fn of(planned: &Planned) -> Self {
        let shape = |shape: crate::network::Shape| [shape.channels, shape.height, shape.width];
        let (body, shortcut) = match &planned.kind {
            Kind::Residual { body, shortcut } => (&body[..], &shortcut[..]),
            _ => (&[][..], &[][..]),
        };
        Self {
            kind: word(&planned.kind),
            name: format!("{}{}", planned.kind, planned.coding),
            place: planned.place.to_string(),
            input: shape(planned.input),
            output: shape(planned.output),
            parameters: planned.parameters(),
            macs: planned.macs(),
            body: body.iter().map(Self::of).collect(),
            shortcut: shortcut.iter().map(Self::of).collect(),
        }
    }
}

fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Convolution { .. } => "convolution",
        Kind::BatchNorm | Kind::GroupNorm { .. } | Kind::MinMax { .. } => "normalization",
        Kind::Round(_) | Kind::Quantize(_) => "rounding",
        Kind::Activation(_) => "activation",
        Kind::MaxPool | Kind::AveragePool | Kind::Blur | Kind::GlobalAverage | Kind::GlobalMax => "pooling",
        Kind::SqueezeExcite { .. } => "attention",
        Kind::Residual { .. } => "skip",
        Kind::Dense => "dense",
        Kind::Dropout(_) | Kind::StochasticDepth(_) => "dropout",
    }
}
