//! A candidate, read into types: everything that is chosen about the network, with the defaults filled in.

use kiln_search::candidate::Candidate;

use super::choice::choice;
use super::parameters::TABLE;
use super::settings::{Scoped, Settings};

choice! {
    /// What surrounds a map before a convolution.
    Padding {
        /// Zeros, so that the map keeps its size; an even kernel has the extra row and column below and right.
        Same = "same",
        /// Nothing: the map shrinks by one less than the kernel.
        Valid = "valid",
    }
}

choice! {
    /// What shrinks the map at the end of a stage, 2×2 with stride 2; an odd last row or column is left out.
    Pooling {
        /// Nothing does.
        None = "none",
        /// The greatest of each four.
        Max = "max",
        /// The mean of each four.
        Average = "average",
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

/// One stage: a convolution with its normalization, activation, skip and pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Output channels of the convolution, at least 1.
    pub channels: usize,
    /// Height and width of the kernel, at least 1.
    pub kernel: usize,
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

/// Everything that is chosen about a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Architecture {
    /// The stages, first the one next to the image; at least one.
    pub stages: Vec<Stage>,
    /// Where the normalizations stand.
    pub placement: Placement,
    /// What min-max normalization runs over.
    pub min_max_scope: MinMaxScope,
    /// Groups of group normalization.
    pub groups: usize,
    /// The rounding of the inputs of convolutions and of global average pooling.
    pub rounding: Option<Grid>,
    /// Units of the hidden dense layer; 0 for none.
    pub dense: usize,
    /// The share of values dropped before the output layer, below 1.
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
        let stages = (0..depth(settings)?).map(|index| stage(settings.stage(index))).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            stages,
            placement: global.choice("normalization_placement")?,
            min_max_scope: global.choice("min_max_scope")?,
            groups: size(global, "normalization_groups")?,
            rounding: rounding(global)?,
            dense: size(global, "dense")?,
            dropout: global.float("dropout")?,
            initialization: global.choice("initialization")?,
        })
    }
}

fn depth(settings: Settings) -> Result<usize, String> {
    if settings.global().given("depth") {
        return size(settings.global(), "depth");
    }
    let written = settings.stages();
    Ok(if written == 0 { 3 } else { written })
}

fn stage(scoped: Scoped) -> Result<Stage, String> {
    Ok(Stage {
        channels: size(scoped, "channels")?,
        kernel: size(scoped, "kernel")?,
        padding: scoped.choice("padding")?,
        pooling: scoped.choice("pooling")?,
        skip: scoped.bool("skip")?,
        activation: scoped.choice("activation")?,
        normalization: scoped.choice("normalization")?,
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
            channels: 32,
            kernel: 3,
            padding: Padding::Same,
            pooling: Pooling::None,
            skip: false,
            activation: Activation::Relu,
            normalization: Normalization::None,
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
            (r#"{"stage[0].kernel": 12}"#, "`stage[0].kernel` must be a whole number from 1 to 11, not 12"),
            (r#"{"channels": 0}"#, "`channels` must be a whole number from 1 to 16384, not 0"),
            (r#"{"skip": 1}"#, "`skip` must be true or false, not 1"),
            (r#"{"dropout": 1.0}"#, "`dropout` must be a number from 0 to below 1, not 1.0"),
            (r#"{"padding": "full"}"#, "`padding` must be one of same, valid, not \"full\""),
            (r#"{"rounding": "hard", "rounding_low": 1}"#, "`rounding_low` (1) must be below `rounding_high` (1)"),
        ] {
            assert_eq!(read(json), Err(reason.to_owned()));
        }
    }
}
