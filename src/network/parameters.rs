//! The parameters of the built-in trainer that shape the network, and the row type that describes any parameter.

use std::fmt;

use super::architecture::{
    Activation, Initialization, MinMaxScope, Normalization, Padding, Placement, Pooling, Rounding,
};

/// One parameter that the built-in trainer understands.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// The values that a parameter takes; all bounds are inclusive unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number from `low` to `high`.
    Int {
        /// The least value.
        low: i64,
        /// The greatest value.
        high: i64,
    },
    /// A real number within two bounds; a whole number is read as one, too.
    Float {
        /// The lower bound.
        low: Bound,
        /// The upper bound; none for any finite number above `low`.
        high: Option<Bound>,
    },
    /// One of a list of names.
    OneOf(&'static [&'static str]),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => write!(f, "true or false"),
            Self::Int { low, high } => write!(f, "a whole number from {low} to {high}"),
            Self::Float { low, high } => {
                let (word, low) = match low {
                    Bound::Closed(low) => ("from", low),
                    Bound::Open(low) => ("above", low),
                };
                write!(f, "a number {word} {low}")?;
                match high {
                    Some(Bound::Closed(high)) => write!(f, " to {high}"),
                    Some(Bound::Open(high)) => write!(f, " to below {high}"),
                    None => Ok(()),
                }
            }
            Self::OneOf(names) => write!(f, "one of {}", names.join(", ")),
        }
    }
}

/// An end of an interval of real numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// The end itself is allowed.
    Closed(f64),
    /// The end itself is not allowed.
    Open(f64),
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
    /// One of the names of [`Kind::OneOf`].
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
        kind: Kind::Int { low: 1, high: 64 },
        default: Preset::From("the number of [[space.stage]] copies, else 3"),
        meaning: "number of stages; a stage is a convolution with what belongs to it",
        scope: Scope::Global,
    },
    Row {
        name: "channels",
        kind: Kind::Int { low: 1, high: 16_384 },
        default: Preset::Int(32),
        meaning: "output channels of the convolution",
        scope: Scope::Stage,
    },
    Row {
        name: "kernel",
        kind: Kind::Int { low: 1, high: 11 },
        default: Preset::Int(3),
        meaning: "height and width of the convolution's kernel",
        scope: Scope::Stage,
    },
    Row {
        name: "padding",
        kind: Kind::OneOf(Padding::NAMES),
        default: Preset::Text("same"),
        meaning: "same: the map keeps its size (zeros around it); valid: it shrinks by kernel - 1",
        scope: Scope::Stage,
    },
    Row {
        name: "pooling",
        kind: Kind::OneOf(Pooling::NAMES),
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
        kind: Kind::OneOf(Activation::NAMES),
        default: Preset::Text("relu"),
        meaning: "activation function; the hidden dense layer uses that of the last stage",
        scope: Scope::Stage,
    },
    Row {
        name: "normalization",
        kind: Kind::OneOf(Normalization::NAMES),
        default: Preset::Text("none"),
        meaning: "normalization at the place that normalization_placement names; min-max is (x - min) / (max - min)",
        scope: Scope::Stage,
    },
    Row {
        name: "normalization_placement",
        kind: Kind::OneOf(Placement::NAMES),
        default: Preset::Text("pre-activation"),
        meaning: "before each convolution and before global average pooling (input), or before or after each activation",
        scope: Scope::Global,
    },
    Row {
        name: "min_max_scope",
        kind: Kind::OneOf(MinMaxScope::NAMES),
        default: Preset::Text("batch"),
        meaning: "what min and max are taken over: the whole batch, each sample, or each channel over the batch",
        scope: Scope::Global,
    },
    Row {
        name: "normalization_groups",
        kind: Kind::Int { low: 1, high: 16_384 },
        default: Preset::Int(4),
        meaning: "groups of channels for group normalization; must divide the channels",
        scope: Scope::Global,
    },
    Row {
        name: "rounding",
        kind: Kind::OneOf(Rounding::NAMES),
        default: Preset::Text("none"),
        meaning: "round and clip the input of each convolution and of global average pooling; hard has a zero derivative",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_decimals",
        kind: Kind::Int { low: 0, high: 6 },
        default: Preset::Int(1),
        meaning: "decimal places that rounding keeps",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_low",
        kind: Kind::Float { low: Bound::Closed(-1e6), high: Some(Bound::Closed(1e6)) },
        default: Preset::Float(0.1),
        meaning: "lower end of the clip after rounding",
        scope: Scope::Global,
    },
    Row {
        name: "rounding_high",
        kind: Kind::Float { low: Bound::Closed(-1e6), high: Some(Bound::Closed(1e6)) },
        default: Preset::Float(1.0),
        meaning: "upper end of the clip after rounding",
        scope: Scope::Global,
    },
    Row {
        name: "dense",
        kind: Kind::Int { low: 0, high: 65_536 },
        default: Preset::Int(0),
        meaning: "units of a hidden dense layer after global average pooling; 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "dropout",
        kind: Kind::Float { low: Bound::Closed(0.0), high: Some(Bound::Open(1.0)) },
        default: Preset::Float(0.0),
        meaning: "share of the values dropped before the output layer while training",
        scope: Scope::Global,
    },
    Row {
        name: "initialization",
        kind: Kind::OneOf(Initialization::NAMES),
        default: Preset::Text("he-uniform"),
        meaning: "distribution of the initial weights; biases start at zero",
        scope: Scope::Global,
    },
];
