//! What is to be built, layer by layer with shapes, and what it costs: computed before anything touches a device.

use std::collections::BTreeMap;
use std::fmt;

use super::architecture::{Activation, Architecture, Grid, Initialization, MinMaxRange, MinMaxScope};
use super::precision::{BYTES, Coding};
use super::shape::Shape;

mod cost;
mod layout;
mod table;
mod window;

pub use window::Window;

/// The names of the metrics that are known before training.
pub const STATIC_METRICS: &[&str] = &["parameters", "macs", "weight_bytes", "activation_bytes"];

/// A network on paper: its layers in order, from the image to one number for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    layers: Vec<Planned>,
    initialization: Initialization,
}

/// One layer with the shapes that it maps.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// What it does.
    pub kind: Kind,
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// Where it stands.
    pub place: Place,
    /// How its weights are stored, if it is a convolution or dense layer.
    pub coding: Coding,
}

/// The part of a network that a layer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What comes before the first stage.
    Stem,
    /// A stage, by its index.
    Stage(usize),
    /// A layer that was put there by hand, by its index.
    Layer(usize),
    /// What comes after the last stage.
    Head,
}

/// As `stage[0]`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stem => write!(f, "stem"),
            Self::Stage(index) => write!(f, "stage[{index}]"),
            Self::Layer(index) => write!(f, "plan[{index}]"),
            Self::Head => write!(f, "head"),
        }
    }
}

/// What a layer does, with everything that its weights' shapes do not say.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A two-dimensional convolution.
    Convolution {
        /// What it looks at.
        window: Window,
        /// Groups of channels, each output seeing those of its group; divides the channels before and after.
        groups: usize,
        /// Whether each output channel has a bias.
        bias: bool,
    },
    /// Batch normalization with a scale and shift for each channel.
    BatchNorm,
    /// Group normalization with a scale and shift for each channel; one group is layer normalization.
    GroupNorm {
        /// Groups of channels; divides the channels.
        groups: usize,
    },
    /// Min-max normalization.
    MinMax {
        /// What minimum and maximum are taken over.
        scope: MinMaxScope,
        /// What it predicts by.
        range: MinMaxRange,
    },
    /// Rounding and clipping.
    Round(Grid),
    /// Fake quantization of activations to so many bits.
    Quantize(u32),
    /// An activation function.
    Activation(Activation),
    /// The greatest of each 2×2.
    MaxPool,
    /// The mean of each 2×2.
    AveragePool,
    /// Every other place of the map smoothed by the weights 1 2 1 in both directions.
    Blur,
    /// The mean of each channel.
    GlobalAverage,
    /// The greatest of each channel.
    GlobalMax,
    /// Each channel scaled by what two dense layers make of the means of all.
    SqueezeExcite {
        /// Units between the two, at least 1.
        units: usize,
    },
    /// What the body makes of the input, plus what the shortcut makes of it.
    Residual {
        /// The layers of the body, in order.
        body: Vec<Planned>,
        /// The layers that the input goes through on the other way: a 1×1 convolution without bias where the shapes
        /// differ, else none.
        shortcut: Vec<Planned>,
    },
    /// A dense layer with biases.
    Dense,
    /// Dropout with this share of values dropped; identity outside training.
    Dropout(f64),
    /// Stochastic depth with this share of samples dropped; identity outside training.
    StochasticDepth(f64),
}

impl Plan {
    /// Lays the architecture out over images of the shape `image` for `classes` classes.
    ///
    /// The error says, for a person, what cannot be built and why, naming stages as a space file does (`stage[0]`).
    pub fn of(architecture: &Architecture, image: Shape, classes: usize) -> Result<Self, String> {
        let layers = layout::layers(architecture, image, classes)?;
        Ok(Self { layers, initialization: architecture.initialization })
    }

    /// The layers in order; their indices are those of the built network's layers.
    pub fn layers(&self) -> &[Planned] {
        &self.layers
    }

    /// How the weights start.
    pub fn initialization(&self) -> Initialization {
        self.initialization
    }

    /// Whether what the network makes of an image depends on the others of its batch.
    pub fn mixes_images(&self) -> bool {
        mix(&self.layers)
    }

    /// Trainable numbers: weights and biases of convolutions and dense layers, scales and shifts of normalizations.
    pub fn parameters(&self) -> u64 {
        self.layers.iter().map(cost::parameters).sum()
    }

    /// Multiply-accumulates of convolutions and dense layers, those of squeeze and excitation included, in the forward
    /// pass of one image.
    ///
    /// Products with padding zeros count, additions of biases do not; normalizations, activations, pooling and the
    /// scaling of channels count nothing.
    pub fn macs(&self) -> u64 {
        self.layers.iter().map(cost::macs).sum()
    }

    /// Bytes of the network as it is stored to predict: the weights of convolutions and dense layers [as they are
    /// coded](Coding::bytes), and 4 for every other number, which are biases, scales and shifts of normalizations,
    /// running means and variances, and running ranges.
    pub fn weight_bytes(&self) -> u64 {
        self.layers.iter().map(cost::bytes).sum()
    }

    /// Bytes that the end of a forward pass over `batch` images holds for the backward pass.
    ///
    /// Every tensor that the backward pass reads counts once, with 4 bytes an element: the inputs of convolutions,
    /// dense layers, normalizations, squeeze and excitation, straight-through rounding, quantization, gelu and silu;
    /// the outputs of relu and tanh; what squeeze and excitation makes inside; the indices of max pooling; the masks of
    /// dropout and stochastic depth; and the logits, which the loss reads. A tensor that one layer makes and the next
    /// reads is one tensor. Nothing before a hard rounding counts unless a skip passes it by. The
    /// weights, their gradients and a device's workspace do not count.
    pub fn activation_bytes(&self, batch: usize) -> u64 {
        cost::kept(&self.layers).saturating_mul(batch as u64).saturating_mul(BYTES)
    }

    /// Bytes that the layer with the largest maps reads and puts out, for a `batch` of images.
    pub fn widest_bytes(&self, batch: usize) -> u64 {
        cost::widest(&self.layers).saturating_mul(batch as u64).saturating_mul(BYTES)
    }

    /// The [static metrics](STATIC_METRICS) by name, for a batch size.
    pub fn statics(&self, batch: usize) -> BTreeMap<String, f64> {
        let counts = [self.parameters(), self.macs(), self.weight_bytes(), self.activation_bytes(batch)];
        STATIC_METRICS.iter().zip(counts).map(|(name, count)| ((*name).to_owned(), count as f64)).collect()
    }
}

impl Planned {
    /// Trainable numbers, those of the layers inside included.
    pub fn parameters(&self) -> u64 {
        cost::parameters(self)
    }

    /// Multiply-accumulates for one image, those of the layers inside included.
    pub fn macs(&self) -> u64 {
        cost::macs(self)
    }
}

fn mix(layers: &[Planned]) -> bool {
    layers.iter().any(|layer| match &layer.kind {
        Kind::MinMax { scope, range } => *range == MinMaxRange::Batch && *scope != MinMaxScope::Sample,
        Kind::Residual { body, shortcut } => mix(body) || mix(shortcut),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(json: &str, side: usize) -> Result<Plan, String> {
        let architecture = Architecture::read(&serde_json::from_str(json).expect("a candidate")).expect("valid");
        Plan::of(&architecture, Shape { channels: 1, height: side, width: side }, 10)
    }

    #[test]
    fn what_cannot_be_built_is_refused_with_the_place_and_the_reason() {
        for (json, reason) in [
            (
                r#"{"padding": "valid", "kernel": 5}"#,
                "stage[2]: the map is 1x1 here, smaller than the 5x5 kernel of a valid convolution",
            ),
            (r#"{"depth": 4, "pooling": "max"}"#, "stage[3]: the map is 1x1 here, too small for 2x2 pooling"),
            (
                r#"{"skip": true, "padding": "valid"}"#,
                "stage[0]: a skip needs `padding = \"same\"`, since a valid convolution shrinks the map",
            ),
            (
                r#"{"normalization": "group", "channels": 6}"#,
                "stage[0]: 6 channels cannot be normalized in 4 groups of one size",
            ),
            (
                r#"{"operation": "grouped", "channels": 8}"#,
                "stage[0]: 4 groups cannot be made of 1 channels before the convolution and 8 after it",
            ),
            (
                r#"{"operation": "residual", "padding": "valid"}"#,
                "stage[0]: a skip needs `padding = \"same\"`, since a valid convolution shrinks the map",
            ),
            (
                r#"{"padding": "valid", "dilation": 3, "stride": 2}"#,
                "stage[1]: the map is 2x2 here, smaller than the 7x7 kernel of a valid convolution",
            ),
            (
                r#"{"stem": "convolution", "stem_channels": 6, "normalization": "group"}"#,
                "stem: 6 channels cannot be normalized in 4 groups of one size",
            ),
            (
                r#"{"stage[0].stride": 8, "stage[0].pooling": "blur", "stage[1].pooling": "blur"}"#,
                "stage[1]: the map is 1x1 here, too small for blur pooling",
            ),
        ] {
            assert_eq!(plan(json, 9), Err(reason.to_owned()));
        }
    }

    #[test]
    fn a_plan_reads_as_a_table() {
        let json = r#"{"stage[0].channels": 4, "stage[0].pooling": "max", "stage[1].channels": 8,
            "stage[1].skip": true, "normalization": "batch", "rounding": "hard", "dense": 16, "dropout": 0.5}"#;
        insta::assert_snapshot!(plan(json, 8).expect("can be built"));
    }

    #[test]
    fn every_operation_reads_as_rows_of_a_table() {
        let json = r#"{"stem": "convolution", "stem_channels": 4, "stem_stride": 2, "stage[0].operation": "depthwise",
            "stage[1].operation": "inverted-bottleneck", "stage[1].expansion": 2, "stage[1].squeeze_excite": 4,
            "stage[2].operation": "residual", "stage[2].stride": 2, "stage[3].operation": "grouped",
            "stage[3].dilation": 2, "stage[3].pooling": "blur", "stochastic_depth": 0.2, "channels": 8,
            "head": "flatten", "dense": 16, "dense_layers": 2, "dropout": 0.5}"#;
        insta::assert_snapshot!(plan(json, 16).expect("can be built"));
    }

    #[test]
    fn nothing_before_a_hard_rounding_is_kept_for_the_backward_pass() {
        let bytes = |json| plan(json, 8).expect("can be built").activation_bytes(2);
        // The image, what relu puts out, the input of the dense layer, the logits.
        let open = r#"{"depth": 1, "channels": 3}"#;
        assert_eq!(bytes(open), 2 * 4 * (64 + 3 * 64 + 3 + 10));
        let hard = r#"{"depth": 1, "channels": 3, "rounding": "hard"}"#;
        assert_eq!(bytes(hard), 2 * 4 * (3 + 10));
        // The shortcut passes the rounding by: the image is read by its convolution.
        let skip = r#"{"depth": 1, "channels": 3, "rounding": "straight-through", "skip": true}"#;
        assert_eq!(bytes(skip), 2 * 4 * (64 + 64 + 3 * 64 + 3 + 10));
    }
}
