//! The layers as burn modules. Every layer maps a tensor `[batch, channels, height, width]` to one of rank 4.

use burn::module::Module;
use burn::nn::pool::{AdaptiveAvgPool2d, AvgPool2d, AvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig};
use burn::tensor::{Tensor, TensorReadError};

use super::initialization::Weights;
use super::op::{self, pool};
use super::plan::{Kind, Planned};

pub mod activation;
pub mod activation_quantization;
pub mod batch_norm;
pub mod blur;
pub mod coder;
pub mod convolution;
pub mod dense;
pub mod group_norm;
mod k_means;
pub mod min_max;
pub mod residual;
pub mod rounding;
mod running;
pub mod sharing;
pub mod squeeze_excite;
pub mod stochastic_depth;
mod straight_through;
mod weight_quantization;

use activation::Activated;
use activation_quantization::ActivationQuantizer;
use batch_norm::BatchNorm;
use blur::Blur;
use convolution::Convolution;
use dense::Dense;
use group_norm::GroupNorm;
use min_max::MinMax;
use residual::Residual;
use rounding::Rounding;
use squeeze_excite::SqueezeExcite;
use stochastic_depth::StochasticDepth;

/// The variances that normalizations divide by are raised by this, as in PyTorch.
pub const EPSILON: f64 = 1e-5;

/// One layer of a network.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "a network has few layers, and a box is no module")]
pub enum Layer {
    /// A convolution.
    Convolution(Convolution),
    /// Batch normalization.
    BatchNorm(BatchNorm),
    /// Group normalization; with one group, layer normalization.
    GroupNorm(GroupNorm),
    /// Min-max normalization.
    MinMax(MinMax),
    /// Rounding and clipping.
    Rounding(Rounding),
    /// Fake quantization of activations.
    Quantization(ActivationQuantizer),
    /// An activation function.
    Activation(Activated),
    /// Max pooling, of 2×2 or of the whole map.
    MaxPool(MaxPool2d),
    /// 2×2 average pooling.
    AveragePool(AvgPool2d),
    /// Pooling without aliasing.
    Blur(Blur),
    /// The mean of each channel (Lin, Chen and Yan 2013).
    GlobalAverage(AdaptiveAvgPool2d),
    /// Squeeze and excitation.
    SqueezeExcite(SqueezeExcite),
    /// Layers beside a skip.
    Residual(Residual),
    /// A dense layer.
    Dense(Dense),
    /// Dropout.
    Dropout(Dropout),
    /// Stochastic depth.
    StochasticDepth(StochasticDepth),
}

impl Layer {
    /// Builds what the plan says, with weights drawn in the order of the layers.
    pub fn build(planned: &Planned, weights: &mut Weights) -> Self {
        let channels = planned.input.channels;
        match &planned.kind {
            Kind::Convolution { window, groups, bias } => {
                let channels = [channels, planned.output.channels];
                Self::Convolution(Convolution::new(channels, *window, *groups, *bias, planned.coding, weights))
            }
            Kind::BatchNorm => Self::BatchNorm(BatchNorm::new(channels, weights)),
            Kind::GroupNorm { groups } => Self::GroupNorm(GroupNorm::new(channels, *groups, weights)),
            Kind::MinMax { scope, range } => Self::MinMax(MinMax::new(*scope, *range, channels, weights.device())),
            Kind::Round(grid) => Self::Rounding(Rounding::new(*grid)),
            Kind::Quantize(bits) => Self::Quantization(ActivationQuantizer::new(*bits, weights.device())),
            Kind::Activation(function) => Self::Activation(Activated::new(*function)),
            Kind::MaxPool => Self::MaxPool(MaxPool2dConfig::new([2, 2]).init()),
            Kind::AveragePool => Self::AveragePool(AvgPool2dConfig::new([2, 2]).init()),
            Kind::GlobalAverage => Self::GlobalAverage(AdaptiveAvgPool2d { output_size: [1, 1] }),
            Kind::Blur => Self::Blur(Blur::new()),
            Kind::GlobalMax => {
                let whole = [planned.input.height, planned.input.width];
                Self::MaxPool(MaxPool2dConfig::new(whole).init())
            }
            Kind::SqueezeExcite { units } => Self::SqueezeExcite(SqueezeExcite::new(channels, *units, weights)),
            Kind::StochasticDepth(share) => Self::StochasticDepth(StochasticDepth::new(*share)),
            Kind::Residual { body, shortcut } => Self::Residual(Residual::build(body, shortcut, weights)),
            Kind::Dense => Self::Dense(Dense::new(planned.input, planned.output.channels, planned.coding, weights)),
            Kind::Dropout(share) => Self::Dropout(DropoutConfig::new(*share).init()),
        }
    }

    /// Maps `[batch, channels, height, width]` to the planned output shape, still of rank 4.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Convolution(layer) => layer.forward(input, false),
            Self::BatchNorm(layer) => layer.forward(input),
            Self::GroupNorm(layer) => layer.forward(input),
            Self::MinMax(layer) => layer.forward(input),
            Self::Rounding(layer) => layer.forward(input),
            Self::Quantization(layer) => layer.forward(input),
            Self::Activation(layer) => layer.forward(input),
            Self::MaxPool(layer) if layer.kernel_size == [2, 2] && op::on_cpu(&input) => pool::greatest(input),
            Self::MaxPool(layer) => layer.forward(input),
            Self::AveragePool(_) if op::on_cpu(&input) => pool::average(input),
            Self::AveragePool(layer) => layer.forward(input),
            Self::GlobalAverage(_) if op::on_cpu(&input) => pool::global_average(input),
            Self::GlobalAverage(layer) => layer.forward(input),
            Self::Blur(layer) => layer.forward(input),
            Self::SqueezeExcite(layer) => layer.forward(input),
            Self::StochasticDepth(layer) => layer.forward(input),
            Self::Residual(layer) => layer.forward(input),
            Self::Dense(layer) => layer.forward(input),
            Self::Dropout(layer) => layer.forward(input),
        }
    }

    /// The same with the weights that it computes with in place of those that are trained.
    #[must_use]
    pub fn coded(self) -> Self {
        match self {
            Self::Convolution(layer) => Self::Convolution(layer.coded()),
            Self::Dense(layer) => Self::Dense(layer.coded()),
            Self::Residual(layer) => Self::Residual(layer.coded()),
            layer => layer,
        }
    }

    /// Assigns shared weights to clusters anew, as at the start of every epoch; waits for the device.
    pub fn regroup(&mut self) -> Result<(), TensorReadError> {
        match self {
            Self::Convolution(layer) => layer.regroup(),
            Self::Dense(layer) => layer.regroup(),
            Self::Residual(layer) => layer.regroup(),
            _ => Ok(()),
        }
    }
}

/// Maps `input` through layers, one after the other; a convolution and a `ReLU` behind it are one operation.
pub fn run(layers: &[Layer], input: Tensor<4>) -> Tensor<4> {
    match layers {
        [] => input,
        [Layer::Convolution(convolution), Layer::Activation(function), others @ ..] if function.rectifies() => {
            run(others, convolution.forward(input, true))
        }
        [layer, others @ ..] => run(others, layer.forward(input)),
    }
}
