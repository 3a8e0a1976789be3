//! The kinds of layers that a network can be put together from by hand, and what may be said of each.

use kiln_search::space::vocabulary::LayerInfo;

use crate::network::parameters::{Scope, TABLE};
use crate::network::{Named, choice};

choice! {
    /// What `layer` can say.
    LayerKind {
        /// Nothing is there.
        None = "none",
        /// A stage as the built-in skeleton has them.
        Stage = "stage",
        /// A convolution.
        Convolution = "convolution",
        /// A convolution of each channel by itself.
        Depthwise = "depthwise",
        /// A normalization.
        Normalization = "normalization",
        /// An activation function.
        Activation = "activation",
        /// Rounding and clipping.
        Rounding = "rounding",
        /// What halves the map.
        Pooling = "pooling",
        /// The mean or the greatest of each channel.
        GlobalPooling = "global-pooling",
        /// Squeeze and excitation.
        SqueezeExcite = "squeeze-excite",
        /// Dropout.
        Dropout = "dropout",
        /// A dense layer.
        Dense = "dense",
        /// Layers beside a skip.
        Residual = "residual",
        /// Layers that are there several times.
        Repeat = "repeat",
    }
}

/// What a convolution looks at.
const WINDOW: &[&str] = &["kernel", "stride", "dilation", "padding"];
/// How weights and what goes into them are stored.
const PRECISION: &[&str] = &["weight_bits", "activation_bits", "weight_clusters"];
const ROUNDING: &[&str] = &["rounding", "rounding_decimals", "rounding_low", "rounding_high"];
/// What is common to all normalizations of a network.
const NORMALIZATIONS: &[&str] = &["normalization_groups", "min_max_scope", "min_max_range"];

impl LayerKind {
    /// What may be said of such a layer.
    pub fn info(self) -> LayerInfo {
        let common = match self {
            Self::Stage => [&["normalization_placement"], NORMALIZATIONS, ROUNDING].concat(),
            Self::Normalization => NORMALIZATIONS.to_vec(),
            _ => Vec::new(),
        };
        let holds = matches!(self, Self::Residual | Self::Repeat);
        LayerInfo { name: self.name(), own: self.own(), needs: self.needs(), common, holds }
    }

    fn own(self) -> Vec<&'static str> {
        let one: &[&str] = match self {
            Self::None => &[],
            Self::Stage => {
                return TABLE.iter().filter(|row| row.scope == Scope::Stage).map(|row| row.name).collect();
            }
            Self::Convolution => return [&["channels", "groups"], WINDOW, PRECISION].concat(),
            Self::Depthwise => return [WINDOW, PRECISION].concat(),
            Self::Residual => return [&["stochastic_depth"], PRECISION].concat(),
            Self::Dense => return [&["dense"], PRECISION].concat(),
            Self::Rounding => ROUNDING,
            Self::Normalization => &["normalization"],
            Self::Activation => &["activation"],
            Self::Pooling => &["pooling"],
            Self::GlobalPooling => &["head"],
            Self::SqueezeExcite => &["squeeze_excite"],
            Self::Dropout => &["dropout"],
            Self::Repeat => &["depth"],
        };
        one.to_vec()
    }

    /// The parameter whose default means that there is no such layer.
    fn needs(self) -> Option<&'static str> {
        match self {
            Self::Normalization => Some("normalization"),
            Self::Rounding => Some("rounding"),
            Self::Pooling => Some("pooling"),
            Self::SqueezeExcite => Some("squeeze_excite"),
            Self::Dropout => Some("dropout"),
            Self::Dense => Some("dense"),
            Self::Repeat => Some("depth"),
            _ => None,
        }
    }
}
