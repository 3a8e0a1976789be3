//! The parameters of the built-in trainer that shape the network, and the row type that describes any parameter.

use std::fmt;
use std::ops::Bound::{Excluded, Included};

use kiln_search::problem::range_in_words;
use kiln_search::space::vocabulary::Kind;

use super::architecture::{
    Activation, Head, Initialization, MinMaxRange, MinMaxScope, Normalization, Operation, Padding, Placement, Pooling,
    Rounding, Stem,
};
use super::precision::QuantizationScope;

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
        meaning: "number of stages; a stage is an operation with what belongs to it",
        scope: Scope::Global,
    },
    Row {
        name: "operation",
        kind: Kind::Choice(Operation::NAMES),
        default: Preset::Text("convolution"),
        meaning: "what a stage does; residual is two convolutions beside a skip",
        scope: Scope::Stage,
    },
    Row {
        name: "channels",
        kind: Kind::Int(Included(1), Included(16_384)),
        default: Preset::Int(32),
        meaning: "output channels of the operation",
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
        name: "stride",
        kind: Kind::Int(Included(1), Included(8)),
        default: Preset::Int(1),
        meaning: "how far the kernel moves: the map is so many times smaller",
        scope: Scope::Stage,
    },
    Row {
        name: "dilation",
        kind: Kind::Int(Included(1), Included(16)),
        default: Preset::Int(1),
        meaning: "how far apart the places are that the kernel looks at",
        scope: Scope::Stage,
    },
    Row {
        name: "groups",
        kind: Kind::Int(Included(1), Included(16_384)),
        default: Preset::Int(4),
        meaning: "groups of channels of the grouped operation; must divide the channels before and after",
        scope: Scope::Stage,
    },
    Row {
        name: "expansion",
        kind: Kind::Int(Included(1), Included(16)),
        default: Preset::Int(6),
        meaning: "how many times its input channels an inverted bottleneck has inside",
        scope: Scope::Stage,
    },
    Row {
        name: "padding",
        kind: Kind::Choice(Padding::NAMES),
        default: Preset::Text("same"),
        meaning: "same: zeros around the map, which keeps its size but for the stride; valid: none",
        scope: Scope::Stage,
    },
    Row {
        name: "pooling",
        kind: Kind::Choice(Pooling::NAMES),
        default: Preset::Text("none"),
        meaning: "what halves the map at the end of the stage: 2x2 max or average, or every other place of a smoothed map",
        scope: Scope::Stage,
    },
    Row {
        name: "skip",
        kind: Kind::Bool,
        default: Preset::Bool(false),
        meaning: "add the stage's input to its output (through a 1x1 convolution where shapes differ); needs same padding",
        scope: Scope::Stage,
    },
    Row {
        name: "squeeze_excite",
        kind: Kind::Int(Included(0), Included(1024)),
        default: Preset::Int(0),
        meaning: "squeeze and excitation of the operation with so many times fewer units than channels; 0 for none",
        scope: Scope::Stage,
    },
    Row {
        name: "stochastic_depth",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
        default: Preset::Float(0.0),
        meaning: "share of samples that pass a stage by its skip alone while training; nothing where there is no skip",
        scope: Scope::Stage,
    },
    Row {
        name: "activation",
        kind: Kind::Choice(Activation::NAMES),
        default: Preset::Text("relu"),
        meaning: "activation function; hidden dense layers use that of the last stage",
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
        name: "weight_bits",
        kind: Kind::Int(Included(2), Included(32)),
        default: Preset::Int(32),
        meaning: "bits of a weight of the stage's convolutions, trained by fake quantization; 32 for floating point",
        scope: Scope::Stage,
    },
    Row {
        name: "activation_bits",
        kind: Kind::Int(Included(2), Included(32)),
        default: Preset::Int(32),
        meaning: "bits of what goes into the stage's convolutions; 32 for floating point",
        scope: Scope::Stage,
    },
    Row {
        name: "weight_clusters",
        kind: Kind::Int(Included(0), Included(256)),
        default: Preset::Int(0),
        meaning: "different values among the weights of each convolution of the stage, found by k-means; 0 for any",
        scope: Scope::Stage,
    },
    Row {
        name: "normalization_placement",
        kind: Kind::Choice(Placement::NAMES),
        default: Preset::Text("pre-activation"),
        meaning: "before each convolution and before the head (input), or before or after each activation",
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
        name: "min_max_range",
        kind: Kind::Choice(MinMaxRange::NAMES),
        default: Preset::Text("batch"),
        meaning: "what min-max predicts by: extremes of the batch, or moving averages of those of the training batches",
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
        meaning: "round and clip the input of each convolution and of the head; hard has a zero derivative",
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
        name: "stem",
        kind: Kind::Choice(Stem::NAMES),
        default: Preset::Text("none"),
        meaning: "a convolution before the stages, with the normalization and activation of the first",
        scope: Scope::Global,
    },
    Row {
        name: "stem_channels",
        kind: Kind::Int(Included(1), Included(16_384)),
        default: Preset::Int(32),
        meaning: "output channels of the stem",
        scope: Scope::Global,
    },
    Row {
        name: "stem_kernel",
        kind: Kind::Int(Included(1), Included(11)),
        default: Preset::Int(3),
        meaning: "height and width of the stem's kernel",
        scope: Scope::Global,
    },
    Row {
        name: "stem_stride",
        kind: Kind::Int(Included(1), Included(8)),
        default: Preset::Int(1),
        meaning: "how far the stem's kernel moves",
        scope: Scope::Global,
    },
    Row {
        name: "head",
        kind: Kind::Choice(Head::NAMES),
        default: Preset::Text("average"),
        meaning: "what the dense layers see of the last stage's map: the mean or the greatest of each channel, or all of it",
        scope: Scope::Global,
    },
    Row {
        name: "dense",
        kind: Kind::Int(Included(0), Included(65_536)),
        default: Preset::Int(0),
        meaning: "units of each hidden dense layer after the head; 0 for none",
        scope: Scope::Global,
    },
    Row {
        name: "dense_layers",
        kind: Kind::Int(Included(1), Included(16)),
        default: Preset::Int(1),
        meaning: "number of hidden dense layers, where dense is above 0",
        scope: Scope::Global,
    },
    Row {
        name: "quantization_scope",
        kind: Kind::Choice(QuantizationScope::NAMES),
        default: Preset::Text("per-tensor"),
        meaning: "what has a scale of its own among quantized weights: the tensor, or each output channel",
        scope: Scope::Global,
    },
    Row {
        name: "head_weight_bits",
        kind: Kind::Int(Included(2), Included(32)),
        default: Preset::Int(32),
        meaning: "weight_bits of the dense layers",
        scope: Scope::Global,
    },
    Row {
        name: "head_activation_bits",
        kind: Kind::Int(Included(2), Included(32)),
        default: Preset::Int(32),
        meaning: "activation_bits of the dense layers",
        scope: Scope::Global,
    },
    Row {
        name: "head_weight_clusters",
        kind: Kind::Int(Included(0), Included(256)),
        default: Preset::Int(0),
        meaning: "weight_clusters of the dense layers",
        scope: Scope::Global,
    },
    Row {
        name: "dropout",
        kind: Kind::Float(Included(0.0), Excluded(1.0)),
        default: Preset::Float(0.0),
        meaning: "share of the values dropped after each hidden dense layer, or before the output layer, while training",
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
