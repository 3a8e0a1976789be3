//! A plan as a person reads it: a row for each layer, and the totals.

use std::fmt;

use kiln_search::thousands::thousands;

use super::{Kind, Plan, Planned, Window, cost};
use crate::network::Named;
use crate::network::architecture::{MinMaxRange, MinMaxScope, Padding};
use crate::network::precision::{Coding, QuantizationScope};

/// As `min-max normalization over the batch`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Convolution { window, groups, .. } => {
                write!(f, "convolution {window}")?;
                if *groups > 1 { write!(f, ", {groups} groups") } else { Ok(()) }
            }
            Self::BatchNorm => write!(f, "batch normalization"),
            Self::GroupNorm { groups: 1 } => write!(f, "layer normalization"),
            Self::GroupNorm { groups } => write!(f, "group normalization, {groups} groups"),
            Self::MinMax { scope, range } => {
                let whole = match scope {
                    MinMaxScope::Batch => "the batch",
                    MinMaxScope::Sample => "each sample",
                    MinMaxScope::Channel => "each channel",
                };
                let running = if *range == MinMaxRange::Running { ", running range" } else { "" };
                write!(f, "min-max over {whole}{running}")
            }
            Self::Round(grid) => {
                let way = if grid.straight_through { "straight-through" } else { "hard" };
                let plural = if grid.decimals == 1 { "" } else { "s" };
                write!(f, "{way} rounding, {} decimal{plural}, {} to {}", grid.decimals, grid.low, grid.high)
            }
            Self::Quantize(bits) => write!(f, "activations of {bits} bits"),
            Self::Activation(activation) => write!(f, "{}", activation.name()),
            Self::MaxPool => write!(f, "max pooling 2x2"),
            Self::AveragePool => write!(f, "average pooling 2x2"),
            Self::Blur => write!(f, "blur pooling"),
            Self::GlobalAverage => write!(f, "global average pooling"),
            Self::GlobalMax => write!(f, "global max pooling"),
            Self::SqueezeExcite { units } => write!(f, "squeeze and excitation, {units} inside"),
            Self::Residual { .. } => write!(f, "sum with the skip"),
            Self::Dense => write!(f, "dense"),
            Self::Dropout(share) => write!(f, "dropout {share}"),
            Self::StochasticDepth(share) => write!(f, "stochastic depth {share}"),
        }
    }
}

/// As `3x3 valid, stride 2`; what is usual is left out.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{0}x{0}", self.kernel)?;
        if self.padding == Padding::Valid {
            write!(f, " valid")?;
        }
        for (name, value) in [("stride", self.stride), ("dilation", self.dilation)] {
            if value > 1 {
                write!(f, ", {name} {value}")?;
            }
        }
        Ok(())
    }
}

/// The layer's place, kind and coding: `stage[0] convolution 3x3, weights of 4 bits`.
impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Convolution { window, groups, .. } if *groups > 1 && *groups == self.input.channels => {
                write!(f, "{} depthwise convolution {window}{}", self.place, self.coding)
            }
            kind => write!(f, "{} {kind}{}", self.place, self.coding),
        }
    }
}

/// What follows a layer's kind: `, weights of 4 bits per channel`; nothing for floating point.
impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => Ok(()),
            Self::Quantized { bits, scope: QuantizationScope::PerTensor } => write!(f, ", weights of {bits} bits"),
            Self::Quantized { bits, .. } => write!(f, ", weights of {bits} bits per channel"),
            Self::Shared { clusters } => write!(f, ", weights of {clusters} values"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<&Planned> = self.layers.iter().flat_map(unfold).collect();
        let names: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let width = names.iter().map(String::len).max().unwrap_or(0).max("layer".len());
        writeln!(f, "{:width$}  {:>12}  {:>12}  {:>15}", "layer", "output", "parameters", "macs")?;
        for (row, name) in rows.iter().zip(&names) {
            let (parameters, macs) = match row.kind {
                // Its parts have rows of their own.
                Kind::Residual { .. } => (0, 0),
                _ => (cost::parameters(row), cost::macs(row)),
            };
            write_row(f, width, name, &row.output.to_string(), parameters, macs)?;
        }
        write_row(f, width, "total", "", self.parameters(), self.macs())
    }
}

fn write_row(
    f: &mut fmt::Formatter<'_>,
    width: usize,
    name: &str,
    output: &str,
    parameters: u64,
    macs: u64,
) -> fmt::Result {
    writeln!(f, "{name:width$}  {output:>12}  {:>12}  {:>15}", thousands(parameters), thousands(macs))
}

/// The layer after the layers that it holds.
fn unfold(layer: &Planned) -> Vec<&Planned> {
    match &layer.kind {
        Kind::Residual { body, shortcut } => body.iter().chain(shortcut).chain([layer]).collect(),
        _ => vec![layer],
    }
}
