//! A candidate, read into types: everything that is chosen about the network, with the defaults filled in.

use kiln_search::candidate::Candidate;

use super::choice::choice;
use super::parameters::TABLE;
use super::precision::{Precision, QuantizationScope};
use super::settings::{Scoped, Settings};

mod block;
mod kinds;
mod operation;

pub use block::Block;
pub use kinds::LayerKind;
pub use operation::{Head, Operation, Stem};

choice! {
    /// What surrounds a map before a convolution.
    Padding {
        /// Zeros, so that the map keeps its size but for the stride; an even kernel has the extra row and column below
        /// and right.
        Same = "same",
        /// Nothing: the map shrinks by one less than the kernel.
        Valid = "valid",
    }
}

choice! {
    /// What halves the map at the end of a stage. Of 2×2 pooling an odd last row or column is left out.
    Pooling {
        /// Nothing does.
        None = "none",
        /// The greatest of each four.
        Max = "max",
        /// The mean of each four.
        Average = "average",
        /// Every other place of the map smoothed by the weights 1 2 1 in both directions (Zhang 2019).
        Blur = "blur",
    }
}

choice! {
    /// Activation functions.
    Activation {
        /// max(x, 0).
        Relu = "relu",
        /// x Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016).
        Gelu = "gelu",
        /// x / (1 + exp(−x)), also called swish (Elfwing et al. 2017).
        Silu = "silu",
        /// The hyperbolic tangent.
        Tanh = "tanh",
    }
}

choice! {
    /// Normalizations.
    Normalization {
        /// None.
        None = "none",
        /// Each channel over the batch (Ioffe and Szegedy 2015), with running statistics for validation.
        Batch = "batch",
        /// Groups of channels of one sample (Wu and He 2018).
        Group = "group",
        /// All of one sample, with a scale and shift for each channel: group normalization with one group.
        Layer = "layer",
        /// (x − min x) / (max x − min x), without parameters.
        MinMax = "min-max",
    }
}

choice! {
    /// Where a stage's normalization stands.
    Placement {
        /// On the input of every convolution, and of global average pooling (with the last stage's normalization).
        Input = "input",
        /// Between a convolution and its activation.
        PreActivation = "pre-activation",
        /// After the activation.
        PostActivation = "post-activation",
    }
}

choice! {
    /// What the minimum and maximum of min-max normalization are taken over.
    MinMaxScope {
        /// The whole batch: one minimum and maximum.
        Batch = "batch",
        /// One sample: its channels together.
        Sample = "sample",
        /// One channel over the batch, as in batch normalization.
        Channel = "channel",
    }
}

choice! {
    /// Which minimum and maximum min-max normalization predicts by; it trains by those of the batch.
    MinMaxRange {
        /// Those of the batch.
        Batch = "batch",
        /// Moving averages of those of the training batches.
        Running = "running",
    }
}

impl MinMaxRange {
    /// The pairs of minimum and maximum that a layer of `channels` keeps, if any. A sample has its own.
    pub fn kept(self, scope: MinMaxScope, channels: usize) -> Option<usize> {
        match (self, scope) {
            (Self::Running, MinMaxScope::Batch) => Some(1),
            (Self::Running, MinMaxScope::Channel) => Some(channels),
            _ => None,
        }
    }
}

choice! {
    /// How the input of a convolution is rounded.
    Rounding {
        /// Not at all.
        None = "none",
        /// Rounded and clipped; the derivative is zero everywhere.
        Hard = "hard",
        /// The same values; the derivative is one where clipping changes nothing and zero elsewhere (Bengio et al. 2013).
        StraightThrough = "straight-through",
    }
}

choice! {
    /// Distributions of the initial weights; both are uniform around zero.
    Initialization {
        /// Within ±√(6 / inputs) (He et al. 2015).
        HeUniform = "he-uniform",
        /// Within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010).
        GlorotUniform = "glorot-uniform",
    }
}

/// One stage: an operation with its normalizations and activations, skip and pooling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// What it does.
    pub operation: Operation,
    /// Output channels, at least 1.
    pub channels: usize,
    /// Height and width of the kernel, at least 1.
    pub kernel: usize,
    /// How far the kernel moves, at least 1.
    pub stride: usize,
    /// How far apart the places are that the kernel looks at, at least 1.
    pub dilation: usize,
    /// Groups of channels of a grouped convolution, at least 1.
    pub groups: usize,
    /// How many times its input channels an inverted bottleneck has inside, at least 1.
    pub expansion: usize,
    /// How many times fewer units than channels squeeze and excitation has inside; 0 for none.
    pub squeeze_excite: usize,
    /// The share of samples that go by the skip alone while training, below 1; means nothing without a skip.
    pub stochastic_depth: f64,
    /// What surrounds the map.
    pub padding: Padding,
    /// What shrinks the map at the end.
    pub pooling: Pooling,
    /// Whether the stage's input is added before the activation.
    pub skip: bool,
    /// The activation function.
    pub activation: Activation,
    /// The normalization.
    pub normalization: Normalization,
    /// How the weights and the inputs of its convolutions are stored.
    pub precision: Precision,
}

/// How values are rounded: to a number of decimals, then clipped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Whether the derivative passes.
    pub straight_through: bool,
    /// Decimal places that are kept, 0 to 6.
    pub decimals: u32,
    /// The lower end of the clip.
    pub low: f64,
    /// The upper end of the clip, above `low`.
    pub high: f64,
}

/// A convolution before the stages, with the normalization and the activation of the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StemConvolution {
    /// Output channels, at least 1.
    pub channels: usize,
    /// Height and width of the kernel, at least 1.
    pub kernel: usize,
    /// How far the kernel moves, at least 1.
    pub stride: usize,
}

/// Everything that is chosen about a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// The convolution before the stages, if there is one.
    pub stem: Option<StemConvolution>,
    /// The stages, first the one next to the image; at least one, if there is no plan.
    pub stages: Vec<Stage>,
    /// The blocks of each layer of a network that is put together by hand, instead of stem, stages and head.
    pub plan: Vec<Vec<Block>>,
    /// Where the normalizations stand.
    pub placement: Placement,
    /// What min-max normalization runs over.
    pub min_max_scope: MinMaxScope,
    /// What min-max normalization predicts by.
    pub min_max_range: MinMaxRange,
    /// Groups of group normalization.
    pub groups: usize,
    /// The rounding of the inputs of convolutions and of global average pooling.
    pub rounding: Option<Grid>,
    /// What becomes of the last stage's map.
    pub head: Head,
    /// Units of each hidden dense layer; 0 for none of them.
    pub dense: usize,
    /// How many hidden dense layers there are, at least 1.
    pub dense_layers: usize,
    /// How the weights and the inputs of the dense layers are stored.
    pub head_precision: Precision,
    /// The share of values dropped after each hidden dense layer, and before the output layer anyway; below 1.
    pub dropout: f64,
    /// How the weights start.
    pub initialization: Initialization,
}

impl Architecture {
    /// Reads what a candidate says about the network; names of other parameters are left alone.
    ///
    /// The error is one sentence that names the parameter and what is allowed.
    pub fn read(candidate: &Candidate) -> Result<Self, String> {
        let settings = Settings::new(candidate, TABLE);
        let global = settings.global();
        let scope = global.choice("quantization_scope")?;
        let plan = block::plan(settings, "plan")?;
        let depth = if plan.is_empty() { depth(settings)? } else { 0 };
        let stages = (0..depth).map(|index| stage(settings.copy(&format!("stage[{index}]")), scope));
        let stages = stages.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            stem: stem(global)?,
            stages,
            plan,
            placement: global.choice("normalization_placement")?,
            min_max_scope: global.choice("min_max_scope")?,
            min_max_range: global.choice("min_max_range")?,
            groups: size(global, "normalization_groups")?,
            rounding: rounding(global)?,
            head: global.choice("head")?,
            dense: size(global, "dense")?,
            dense_layers: size(global, "dense_layers")?,
            head_precision: Precision::read(global, "head_", scope)?,
            dropout: global.float("dropout")?,
            initialization: global.choice("initialization")?,
        })
    }
}

fn depth(settings: Settings) -> Result<usize, String> {
    if settings.global().given("depth") {
        return size(settings.global(), "depth");
    }
    let written = settings.copies("stage");
    Ok(if written == 0 { 3 } else { written })
}

fn stem(global: Scoped) -> Result<Option<StemConvolution>, String> {
    Ok(match global.choice("stem")? {
        Stem::None => None,
        Stem::Convolution => Some(StemConvolution {
            channels: size(global, "stem_channels")?,
            kernel: size(global, "stem_kernel")?,
            stride: size(global, "stem_stride")?,
        }),
    })
}

fn stage(scoped: Scoped, scope: QuantizationScope) -> Result<Stage, String> {
    Ok(Stage {
        operation: scoped.choice("operation")?,
        channels: size(scoped, "channels")?,
        kernel: size(scoped, "kernel")?,
        stride: size(scoped, "stride")?,
        dilation: size(scoped, "dilation")?,
        groups: size(scoped, "groups")?,
        expansion: size(scoped, "expansion")?,
        squeeze_excite: size(scoped, "squeeze_excite")?,
        stochastic_depth: scoped.float("stochastic_depth")?,
        padding: scoped.choice("padding")?,
        pooling: scoped.choice("pooling")?,
        skip: scoped.bool("skip")?,
        activation: scoped.choice("activation")?,
        normalization: scoped.choice("normalization")?,
        precision: Precision::read(scoped, "", scope)?,
    })
}

fn rounding(global: Scoped) -> Result<Option<Grid>, String> {
    let straight_through = match global.choice("rounding")? {
        Rounding::None => return Ok(None),
        Rounding::Hard => false,
        Rounding::StraightThrough => true,
    };
    let (low, high) = (global.float("rounding_low")?, global.float("rounding_high")?);
    if low >= high {
        return Err(format!("`rounding_low` ({low}) must be below `rounding_high` ({high})"));
    }
    Ok(Some(Grid { straight_through, decimals: global.int("rounding_decimals")? as u32, low, high }))
}

fn size(scoped: Scoped, name: &str) -> Result<usize, String> {
    scoped.int(name).map(|value| value as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Architecture, String> {
        Architecture::read(&serde_json::from_str(json).expect("a candidate"))
    }

    #[test]
    fn what_a_candidate_leaves_out_takes_the_default() {
        let architecture = read(r#"{"learning_rate": 0.1}"#).expect("valid");
        let stage = Stage {
            operation: Operation::Convolution,
            channels: 32,
            kernel: 3,
            stride: 1,
            dilation: 1,
            groups: 4,
            expansion: 6,
            squeeze_excite: 0,
            stochastic_depth: 0.0,
            padding: Padding::Same,
            pooling: Pooling::None,
            skip: false,
            activation: Activation::Relu,
            normalization: Normalization::None,
            precision: Precision::FULL,
        };
        assert_eq!(architecture.stages, [stage; 3]);
        assert_eq!((architecture.rounding, architecture.dense), (None, 0));
        assert_eq!(architecture.initialization, Initialization::HeUniform);
    }

    #[test]
    fn a_stage_takes_its_own_value_before_the_common_one() {
        let architecture = read(r#"{"stage[1].kernel": 5, "kernel": 1, "stage[1].skip": true}"#).expect("valid");
        let kernels: Vec<usize> = architecture.stages.iter().map(|stage| stage.kernel).collect();
        assert_eq!(kernels, [1, 5], "as many stages as are written");
        assert!(architecture.stages[1].skip && !architecture.stages[0].skip);
        assert_eq!(read(r#"{"depth": 4, "stage[1].kernel": 5}"#).expect("valid").stages.len(), 4);
    }

    #[test]
    fn a_value_that_is_not_allowed_is_refused_by_name() {
        for (json, reason) in [
            (r#"{"stage[0].kernel": 12}"#, "`stage[0].kernel` cannot be 12; it must be from 1 to 11"),
            (r#"{"channels": 0}"#, "`channels` cannot be 0; it must be from 1 to 16384"),
            (r#"{"skip": 1}"#, "`skip` must be a truth value, not a whole number; write true or false, without quotes"),
            (r#"{"dropout": 1.0}"#, "`dropout` cannot be 1.0; it must be at least 0.0 and below 1.0"),
            (r#"{"padding": "full"}"#, "`padding` cannot be \"full\"; known here: `same`, `valid`"),
            (
                r#"{"stage[0].weight_bits": 4, "weight_clusters": 16}"#,
                "`weight_bits` (4) and `weight_clusters` (16) are two ways to store the same weights; leave the bits \
                 at 32 or the clusters at 0",
            ),
            (r#"{"head_weight_clusters": 1}"#, "`head_weight_clusters` cannot be 1; it is 0 for none, or from 2 on"),
            (r#"{"rounding": "hard", "rounding_low": 1}"#, "`rounding_low` (1) must be below `rounding_high` (1)"),
        ] {
            assert_eq!(read(json), Err(reason.to_owned()));
        }
    }
}
