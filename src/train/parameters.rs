//! The parameters of the built-in trainer that say how a network is trained.

use super::recipe::{Method, MixupStyle, Pace};
use crate::network::parameters::{Bound, Kind, Preset, Row, Scope};

/// The rows of the training parameters, in the order in which a person reads them.
pub const TABLE: &[Row] = &[
    Row {
        name: "optimizer",
        kind: Kind::OneOf(Method::NAMES),
        default: Preset::Text("adam"),
        meaning: "how the weights follow the gradient; everything else about it is as in PyTorch",
        scope: Scope::Global,
    },
    Row {
        name: "learning_rate",
        kind: Kind::Float { low: Bound::Open(0.0), high: None },
        default: Preset::Float(0.001),
        meaning: "length of a step in the first epoch",
        scope: Scope::Global,
    },
    Row {
        name: "momentum",
        kind: Kind::Float { low: Bound::Closed(0.0), high: Some(Bound::Open(1.0)) },
        default: Preset::Float(0.0),
        meaning: "share of the last step that the next one keeps; for sgd and rmsprop",
        scope: Scope::Global,
    },
    Row {
        name: "nesterov",
        kind: Kind::Bool,
        default: Preset::Bool(false),
        meaning: "look ahead along the momentum; for sgd, without effect where momentum is 0",
        scope: Scope::Global,
    },
    Row {
        name: "weight_decay",
        kind: Kind::Float { low: Bound::Closed(0.0), high: None },
        default: Preset::Float(0.0),
        meaning: "pull of all weights towards zero: part of the gradient, but apart from it for adamw",
        scope: Scope::Global,
    },
    Row {
        name: "schedule",
        kind: Kind::OneOf(Pace::NAMES),
        default: Preset::Text("constant"),
        meaning: "learning rate over the epochs: constant, a half cosine down to 0, or steps",
        scope: Scope::Global,
    },
    Row {
        name: "schedule_every",
        kind: Kind::Int { low: 1, high: 1_000_000 },
        default: Preset::Int(5),
        meaning: "epochs between two steps of the step schedule",
        scope: Scope::Global,
    },
    Row {
        name: "schedule_factor",
        kind: Kind::Float { low: Bound::Open(0.0), high: Some(Bound::Closed(1.0)) },
        default: Preset::Float(0.1),
        meaning: "what a step of the step schedule multiplies the learning rate by",
        scope: Scope::Global,
    },
    Row {
        name: "gradient_clip",
        kind: Kind::Float { low: Bound::Closed(0.0), high: None },
        default: Preset::Float(0.0),
        meaning: "greatest norm of the gradient of all weights together; 0 for no limit",
        scope: Scope::Global,
    },
    Row {
        name: "batch_size",
        kind: Kind::Int { low: 1, high: 1_048_576 },
        default: Preset::Int(32),
        meaning: "images a step; the last batch of an epoch takes what is left",
        scope: Scope::Global,
    },
    Row {
        name: "epochs",
        kind: Kind::Int { low: 1, high: 1_000_000 },
        default: Preset::From("[fidelity] epochs"),
        meaning: "passes over the training images",
        scope: Scope::Global,
    },
    Row {
        name: "mixup",
        kind: Kind::Float { low: Bound::Closed(0.0), high: Some(Bound::Closed(1e6)) },
        default: Preset::Float(0.0),
        meaning: "blend pairs of images with a share drawn from Beta(mixup, mixup); 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "mixup_style",
        kind: Kind::OneOf(MixupStyle::NAMES),
        default: Preset::Text("soft"),
        meaning: "soft: every batch is blended, and so are its labels; \
                  enlarge: a fifth more images, blended once, with the label of the larger share",
        scope: Scope::Global,
    },
];
