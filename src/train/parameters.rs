//! The parameters of the built-in trainer that say how a network is trained.

use std::ops::Bound::{Excluded, Included, Unbounded};

use kiln_search::space::vocabulary::Kind;

use super::recipe::{ClassWeights, Method, MixupStyle, Pace};
use crate::network::parameters::{Preset, Row, Scope};

/// The rows of the training parameters, in the order in which a person reads them.
pub const TABLE: &[Row] = &[
    Row {
        name: "optimizer",
        kind: Kind::Choice(Method::NAMES),
        default: Preset::Text("adam"),
        meaning: "how the weights follow the gradient; everything else about it is as in PyTorch, or else in the paper",
        scope: Scope::Global,
    },
    Row {
        name: "learning_rate",
        kind: Kind::Float(Excluded(0.0), Unbounded),
        default: Preset::Float(0.001),
        meaning: "length of a step, which the schedule changes; with one-cycle the greatest",
        scope: Scope::Global,
    },
    Row {
        name: "momentum",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
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
        kind: Kind::Float(Included(0.0), Unbounded),
        default: Preset::Float(0.0),
        meaning: "pull of all weights towards zero: part of the gradient for sgd, adam, amsgrad, rmsprop and adagrad, \
                  apart from it for the others",
        scope: Scope::Global,
    },
    Row {
        name: "schedule",
        kind: Kind::Choice(Pace::NAMES),
        default: Preset::Text("constant"),
        meaning: "learning rate over the training: constant, a half cosine down to 0, half cosines one after the other, \
                  steps, or up and down once",
        scope: Scope::Global,
    },
    Row {
        name: "schedule_every",
        kind: Kind::Int(Included(1), Included(1_000_000)),
        default: Preset::Int(5),
        meaning: "epochs between two steps of the step schedule, and of the first cosine of cosine-restarts",
        scope: Scope::Global,
    },
    Row {
        name: "schedule_factor",
        kind: Kind::Float(Excluded(0.0), Included(1.0)),
        default: Preset::Float(0.1),
        meaning: "what a step of the step schedule multiplies the learning rate by",
        scope: Scope::Global,
    },
    Row {
        name: "schedule_growth",
        kind: Kind::Int(Included(1), Included(100)),
        default: Preset::Int(1),
        meaning: "how many times as long each cosine of cosine-restarts is as the one before",
        scope: Scope::Global,
    },
    Row {
        name: "warmup_epochs",
        kind: Kind::Float(Included(0.0), Included(1e6)),
        default: Preset::Float(0.0),
        meaning: "epochs, or a part of one, in which the learning rate rises evenly, step by step; with any schedule",
        scope: Scope::Global,
    },
    Row {
        name: "gradient_clip",
        kind: Kind::Float(Included(0.0), Unbounded),
        default: Preset::Float(0.0),
        meaning: "greatest norm of the gradient of all weights together; 0 for no limit",
        scope: Scope::Global,
    },
    Row {
        name: "batch_size",
        kind: Kind::Int(Included(1), Included(1_048_576)),
        default: Preset::Int(32),
        meaning: "images a batch; the last batch of an epoch takes what is left",
        scope: Scope::Global,
    },
    Row {
        name: "accumulation",
        kind: Kind::Int(Included(1), Included(1_048_576)),
        default: Preset::Int(1),
        meaning: "batches a step: their gradients together are that of a batch so many times as large",
        scope: Scope::Global,
    },
    Row {
        name: "label_smoothing",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
        default: Preset::Float(0.0),
        meaning: "share of each label that all classes get alike",
        scope: Scope::Global,
    },
    Row {
        name: "class_weights",
        kind: Kind::Choice(ClassWeights::NAMES),
        default: Preset::Text("none"),
        meaning: "balanced: images count more the rarer their class is, so that all classes count alike",
        scope: Scope::Global,
    },
    Row {
        name: "ema",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
        default: Preset::Float(0.0),
        meaning: "what a moving average of the weights keeps at each step; the averaged weights predict; 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "activation_checkpointing",
        kind: Kind::Bool,
        default: Preset::Bool(false),
        meaning: "keep less for the backward pass and compute it again there: less memory, more time, the same gradients",
        scope: Scope::Global,
    },
    Row {
        name: "epochs",
        kind: Kind::Int(Included(1), Included(1_000_000)),
        default: Preset::From("[fidelity] epochs"),
        meaning: "passes over the training images",
        scope: Scope::Global,
    },
    Row {
        name: "mixup",
        kind: Kind::Float(Included(0.0), Included(1e6)),
        default: Preset::Float(0.0),
        meaning: "blend pairs of images with a share drawn from Beta(mixup, mixup); 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "mixup_style",
        kind: Kind::Choice(MixupStyle::NAMES),
        default: Preset::Text("soft"),
        meaning: "soft: every batch is blended, and so are its labels; \
                  enlarge: a fifth more images, blended once, with the label of the larger share",
        scope: Scope::Global,
    },
    Row {
        name: "cutmix",
        kind: Kind::Float(Included(0.0), Included(1e6)),
        default: Preset::Float(0.0),
        meaning: "give each image a patch of another one, of an area drawn from Beta(cutmix, cutmix), and as much of \
                  its label; 0 for none; beside mixup, each batch gets one of the two",
        scope: Scope::Global,
    },
    Row {
        name: "flip",
        kind: Kind::Bool,
        default: Preset::Bool(false),
        meaning: "mirror every other training image from left to right, at random",
        scope: Scope::Global,
    },
    Row {
        name: "crop",
        kind: Kind::Int(Included(0), Included(4096)),
        default: Preset::Int(0),
        meaning: "pixels by which training images are shifted at the most, each way; fewer than an image has",
        scope: Scope::Global,
    },
    Row {
        name: "cutout",
        kind: Kind::Int(Included(0), Included(4096)),
        default: Preset::Int(0),
        meaning: "side, in pixels, of a square hole in each training image; smaller than an image; 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "color_jitter",
        kind: Kind::Float(Included(0.0), Included(1.0)),
        default: Preset::Float(0.0),
        meaning: "greatest change of brightness, contrast and saturation of training images, as a share; needs colours",
        scope: Scope::Global,
    },
    Row {
        name: "rgb_shift",
        kind: Kind::Float(Included(0.0), Included(100.0)),
        default: Preset::Float(0.0),
        meaning: "deviation of a random shift of training images along the principal components of their colours",
        scope: Scope::Global,
    },
];
