//! Networks that are put together by hand: a candidate's `plan[0].layer`, `plan[0].channels`, …, read into types.

use super::kinds::LayerKind;
use super::{Activation, Grid, Head, Normalization, Pooling, Stage, rounding, size, stage};
use crate::network::Named;
use crate::network::plan::Window;
use crate::network::precision::Precision;
use crate::network::settings::{Scoped, Settings};

/// A part of a network that is put together by hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A stage as the built-in skeleton has them.
    Stage(Stage),
    /// A convolution to so many channels.
    Convolution {
        /// Output channels, at least 1.
        channels: usize,
        /// What it looks at.
        window: Window,
        /// Groups of channels, at least 1.
        groups: usize,
        /// How weights and inputs are stored.
        precision: Precision,
    },
    /// A convolution of each channel by itself.
    Depthwise {
        /// What it looks at.
        window: Window,
        /// How weights and inputs are stored.
        precision: Precision,
    },
    /// A normalization.
    Normalization(Normalization),
    /// An activation function.
    Activation(Activation),
    /// Rounding and clipping.
    Rounding(Grid),
    /// What halves the map.
    Pooling(Pooling),
    /// The mean or the greatest of each channel.
    GlobalPooling(Head),
    /// Squeeze and excitation with so many times fewer units than channels, at least 1.
    SqueezeExcite(usize),
    /// Dropout of this share, below 1.
    Dropout(f64),
    /// A dense layer.
    Dense {
        /// Units, at least 1.
        units: usize,
        /// How weights and inputs are stored.
        precision: Precision,
    },
    /// What the blocks make of the map, added to it.
    Residual {
        /// The blocks beside the skip.
        body: Vec<Block>,
        /// The share of samples that go by the skip alone while training, below 1.
        stochastic_depth: f64,
        /// How weights and input of a 1×1 convolution on the way of the skip are stored.
        precision: Precision,
    },
}

/// The blocks of each layer of the list called `name`; a layer that is not there has none, one that is repeated has
/// those of its body several times.
pub(super) fn plan(settings: Settings, name: &str) -> Result<Vec<Vec<Block>>, String> {
    (0..settings.copies(name)).map(|index| layer(settings, &format!("{name}[{index}]"))).collect()
}

fn layer(settings: Settings, name: &str) -> Result<Vec<Block>, String> {
    let scoped = settings.copy(name);
    let body = || plan(settings, &format!("{name}.body")).map(|layers| layers.concat());
    let one = |block| Ok(vec![block]);
    let precision = || Precision::read(scoped, "", settings.global().choice("quantization_scope")?);
    match kind(settings, name)? {
        LayerKind::None => Ok(Vec::new()),
        LayerKind::Stage => one(Block::Stage(stage(scoped, settings.global().choice("quantization_scope")?)?)),
        LayerKind::Convolution => {
            // `groups` has a default for grouped stages; here all channels see all, if nothing else is said.
            let groups = if scoped.given("groups") { size(scoped, "groups")? } else { 1 };
            let channels = size(scoped, "channels")?;
            one(Block::Convolution { channels, window: window(scoped)?, groups, precision: precision()? })
        }
        LayerKind::Depthwise => one(Block::Depthwise { window: window(scoped)?, precision: precision()? }),
        LayerKind::Normalization => one(Block::Normalization(scoped.choice("normalization")?)),
        LayerKind::Activation => one(Block::Activation(scoped.choice("activation")?)),
        LayerKind::Rounding => Ok(rounding(scoped)?.map(Block::Rounding).into_iter().collect()),
        LayerKind::Pooling => one(Block::Pooling(scoped.choice("pooling")?)),
        LayerKind::GlobalPooling => one(Block::GlobalPooling(scoped.choice("head")?)),
        LayerKind::SqueezeExcite => match size(scoped, "squeeze_excite")? {
            0 => Ok(Vec::new()),
            reduction => one(Block::SqueezeExcite(reduction)),
        },
        LayerKind::Dense => match size(scoped, "dense")? {
            0 => Ok(Vec::new()),
            units => one(Block::Dense { units, precision: precision()? }),
        },
        LayerKind::Dropout => one(Block::Dropout(scoped.float("dropout")?)),
        LayerKind::Residual => {
            let stochastic_depth = scoped.float("stochastic_depth")?;
            one(Block::Residual { body: body()?, stochastic_depth, precision: precision()? })
        }
        LayerKind::Repeat => Ok(vec![body()?; size(scoped, "depth")?].concat()),
    }
}

/// The kind of a layer; one whose condition does not hold is not there.
fn kind(settings: Settings, name: &str) -> Result<LayerKind, String> {
    let Some(word) = settings.own_text(name, "layer") else { return Ok(LayerKind::None) };
    LayerKind::named(word).ok_or_else(|| format!("`{name}.layer` cannot be {word:?}"))
}

fn window(scoped: Scoped) -> Result<Window, String> {
    Ok(Window {
        kernel: size(scoped, "kernel")?,
        stride: size(scoped, "stride")?,
        dilation: size(scoped, "dilation")?,
        padding: scoped.choice("padding")?,
    })
}
