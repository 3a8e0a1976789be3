//! The parameters of the built-in trainer that shape the network, and the row type that describes any parameter.

use std::fmt;
use std::ops::Bound::{Excluded, Included};

use kiln_search::problem::range_in_words;
use kiln_search::space::vocabulary::Kind;

use super::architecture::{
    Activation, Initialization, MinMaxScope, Normalization, Padding, Placement, Pooling, Rounding,
};

/// One parameter that the built-in trainer understands.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name in a space file.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The value where a candidate has none.
    pub default: Preset,
    /// One sentence for a person.
    pub meaning: &'static str,
    /// Whether each stage may have its own value.
    pub scope: Scope,
}

impl Row {
    /// The values that the parameter takes, in words.
    pub fn values(&self) -> String {
        match &self.kind {
            Kind::Bool => "true or false".to_owned(),
            Kind::Int(low, high) => format!("whole number {}", range_in_words(&(*low, *high))),
            Kind::Float(low, high) => format!("number {}", range_in_words(&(*low, *high))),
            Kind::Choice(names) => names.join(", "),
            Kind::Subset(names) => format!("a list of some of {}", names.join(", ")),
        }
    }
}

/// The value that a parameter has where a candidate gives none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preset {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// One of the names of [`Kind::Choice`].
    Text(&'static str),
    /// Not a constant: these words say where the value comes from.
    From(&'static str),
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(value) | Self::From(value) => write!(f, "{value}"),
        }
    }
}

/// Where a parameter may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Once for the network or its training.
    Global,
    /// Once for all stages, or in `[space.stage]` for each; the stage's own value goes first.
    Stage,
}

/// The rows of the parameters that shape the network, in the order in which a person reads them.
pub const TABLE: &[Row] = &[
    Row {
        name: "depth",
        kind: Kind::Int(Included(1), Included(64)),
        default: Preset::From("the number of [[space.stage]] copies, else 3"),
        meaning: "number of stages; a stage is a convolution with what belongs to it",
        scope: Scope::Global,
    },
    Row {
        name: "channels",
        kind: Kind::Int(Included(1), Included(16_384)),
        default: Preset::Int(32),
        meaning: "output channels of the convolution",
        scope: Scope::Stage,
    },
    Row {
        name: "kernel",
        kind: Kind::Int(Included(1), Included(11)),
        default: Preset::Int(3),
        meaning: "height and width of the convolution's kernel",
        scope: Scope::Stage,
    },
    Row {
        name: "padding",
        kind: Kind::Choice(Padding::NAMES),
        default: Preset::Text("same"),
        meaning: "same: the map keeps its size (zeros around it); valid: it shrinks by kernel - 1",
        scope: Scope::Stage,
    },
    Row {
        name: "pooling",
        kind: Kind::Choice(Pooling::NAMES),
        default: Preset::Text("none"),
        meaning: "2x2 pooling with stride 2 after the convolution",
        scope: Scope::Stage,
    },
    Row {
        name: "skip",
        kind: Kind::Bool,
        default: Preset::Bool(false),
        meaning: "add the stage's input to its output (through a 1x1 convolution where channels differ); needs same padding",
        scope: Scope::Stage,
    },
    Row {
        name: "activation",
        kind: Kind::Choice(Activation::NAMES),
        default: Preset::Text("relu"),
        meaning: "activation function; the hidden dense layer uses that of the last stage",
        scope: Scope::Stage,
    },
    Row {
        name: "normalization",
        kind: Kind::Choice(Normalization::NAMES),
        default: Preset::Text("none"),
        meaning: "normalization at the place that normalization_placement names; min-max is (x - min) / (max - min)",
        scope: Scope::Stage,
    },
    Row {
        name: "normalization_placement",
        kind: Kind::Choice(Placement::NAMES),
        default: Preset::Text("pre-activation"),
        meaning: "before each convolution and before global average pooling (input), or before or after each activation",
        scope: Scope::Global,
    },
    Row {
        name: "min_max_scope",
        kind: Kind::Choice(MinMaxScope::NAMES),
        default: Preset::Text("batch"),
        meaning: "what min and max are taken over: the whole batch, each sample, or each channel over the batch",
        scope: Scope::Global,
    },
    Row {
        name: "normalization_groups",
        kind: Kind::Int(Included(1), Included(16_384)),
        default: Preset::Int(4),
        meaning: "groups of channels for group normalization; must divide the channels",
        scope: Scope::Global,
    },
    Row {
        name: "rounding",
        kind: Kind::Choice(Rounding::NAMES),
        default: Preset::Text("none"),
        meaning: "round and clip the input of each convolution and of global average pooling; hard has a zero derivative",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_decimals",
        kind: Kind::Int(Included(0), Included(6)),
        default: Preset::Int(1),
        meaning: "decimal places that rounding keeps",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_low",
        kind: Kind::Float(Included(-1e6), Included(1e6)),
        default: Preset::Float(0.1),
        meaning: "lower end of the clip after rounding",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_high",
        kind: Kind::Float(Included(-1e6), Included(1e6)),
        default: Preset::Float(1.0),
        meaning: "upper end of the clip after rounding",
        scope: Scope::Global,
    },
    Row {
        name: "dense",
        kind: Kind::Int(Included(0), Included(65_536)),
        default: Preset::Int(0),
        meaning: "units of a hidden dense layer after global average pooling; 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "dropout",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
        default: Preset::Float(0.0),
        meaning: "share of the values dropped before the output layer while training",
        scope: Scope::Global,
    },
    Row {
        name: "initialization",
        kind: Kind::Choice(Initialization::NAMES),
        default: Preset::Text("he-uniform"),
        meaning: "distribution of the initial weights; biases start at zero",
        scope: Scope::Global,
    },
];
