//! What a planned layer costs.

use super::{Kind, Planned, Window};
use crate::network::architecture::Activation;
use crate::network::precision::BYTES;

/// Trainable numbers.
pub fn parameters(layer: &Planned) -> u64 {
    let (inputs, outputs) = (layer.input.channels as u64, layer.output.channels as u64);
    match &layer.kind {
        Kind::Convolution { window, groups, bias } => outputs * (seen(inputs, *window, *groups) + u64::from(*bias)),
        Kind::Dense => outputs * (layer.input.elements() + 1),
        Kind::SqueezeExcite { units } => inner(inputs, *units) + *units as u64 + inputs,
        Kind::BatchNorm | Kind::GroupNorm { .. } => 2 * inputs,
        Kind::Residual { body, shortcut } => body.iter().chain(shortcut).map(parameters).sum(),
        _ => 0,
    }
}

/// Bytes of what a layer stores to predict: weights as they are coded, other trainable numbers, running statistics.
pub fn bytes(layer: &Planned) -> u64 {
    if let Kind::Residual { body, shortcut } = &layer.kind {
        return body.iter().chain(shortcut).map(bytes).sum();
    }
    let channels = layer.input.channels;
    let running = match layer.kind {
        Kind::BatchNorm => 2 * channels,
        Kind::MinMax { scope, range } => 2 * range.kept(scope, channels).unwrap_or(0),
        Kind::Quantize(_) => 2,
        _ => 0,
    };
    let weights = weights(layer);
    let others = parameters(layer) - weights + running as u64;
    layer.coding.bytes(weights, layer.output.channels as u64) + others * BYTES
}

/// The weights of a convolution or dense layer, without biases.
fn weights(layer: &Planned) -> u64 {
    let outputs = layer.output.channels as u64;
    match layer.kind {
        Kind::Convolution { window, groups, .. } => outputs * seen(layer.input.channels as u64, window, groups),
        Kind::Dense => outputs * layer.input.elements(),
        _ => 0,
    }
}

/// Multiply-accumulates for one image.
pub fn macs(layer: &Planned) -> u64 {
    match &layer.kind {
        Kind::Convolution { window, groups, .. } => {
            layer.output.elements() * seen(layer.input.channels as u64, *window, *groups)
        }
        Kind::Dense => layer.output.elements() * layer.input.elements(),
        Kind::SqueezeExcite { units } => inner(layer.input.channels as u64, *units),
        Kind::Residual { body, shortcut } => body.iter().chain(shortcut).map(macs).sum(),
        _ => 0,
    }
}

/// Elements for one image that the backward pass of a whole network reads, and the loss after it.
pub fn kept(layers: &[Planned]) -> u64 {
    let logits = layers.last().map_or(0, |layer| layer.output.elements());
    let mut kept = Kept::default();
    for layer in layers {
        kept.pass(layer);
    }
    kept.elements + logits
}

/// Elements for one image of what the layer with the largest maps reads and puts out.
pub fn widest(layers: &[Planned]) -> u64 {
    let of = |layer: &Planned| match &layer.kind {
        Kind::Residual { body, shortcut } => layer.input.elements() + widest(body).max(widest(shortcut)),
        _ => layer.input.elements() + layer.output.elements(),
    };
    layers.iter().map(of).max().unwrap_or(0)
}

/// What a run of layers leaves for the backward pass.
#[derive(Debug, Clone, Copy, Default)]
struct Kept {
    /// Elements of all tensors that are kept, each counted once.
    elements: u64,
    /// Whether what the last layer put out is among them.
    output: bool,
    /// Whether the gradient goes on to weights before; else only a layer's own weights make it read its input.
    learned: bool,
}

impl Kept {
    fn pass(&mut self, layer: &Planned) {
        match &layer.kind {
            Kind::Residual { body, shortcut } => self.fork(layer, body, shortcut),
            // The gradient ends here, and nobody reads what was kept before.
            Kind::Round(grid) if !grid.straight_through => *self = Self::default(),
            _ => {
                let learned = self.learned || parameters(layer) > 0;
                if learned && reads_input(&layer.kind) {
                    self.read(layer);
                }
                self.elements += if learned { own(layer) } else { 0 };
                let output = learned && matches!(layer.kind, Kind::Activation(Activation::Relu | Activation::Tanh));
                *self = Self { output, learned, ..*self };
            }
        }
    }

    /// Keeps the input of `layer`, unless it is kept already.
    fn read(&mut self, layer: &Planned) {
        if !self.output {
            self.elements += layer.input.elements();
            self.output = true;
        }
    }

    /// The body and the shortcut read the same input; their sum reads nothing.
    fn fork(&mut self, layer: &Planned, body: &[Planned], shortcut: &[Planned]) {
        if !shortcut.is_empty() {
            self.read(layer);
        }
        let mut inner = Self { elements: 0, ..*self };
        for layer in body {
            inner.pass(layer);
        }
        *self = Self { elements: self.elements + inner.elements, output: false, learned: true };
    }
}

fn reads_input(kind: &Kind) -> bool {
    match kind {
        Kind::Convolution { .. }
        | Kind::Dense
        | Kind::SqueezeExcite { .. }
        | Kind::BatchNorm
        | Kind::GroupNorm { .. }
        | Kind::MinMax { .. }
        | Kind::Quantize(_) => true,
        Kind::Round(grid) => grid.straight_through,
        Kind::Activation(activation) => matches!(activation, Activation::Gelu | Activation::Silu),
        _ => false,
    }
}

/// Elements that the layer keeps besides its input.
fn own(layer: &Planned) -> u64 {
    match &layer.kind {
        Kind::MaxPool | Kind::GlobalMax | Kind::Activation(Activation::Relu | Activation::Tanh) => {
            layer.output.elements()
        }
        // The means, what relu and what the logistic function put out.
        Kind::SqueezeExcite { units } => 2 * layer.input.channels as u64 + *units as u64,
        Kind::StochasticDepth(_) => 1,
        Kind::Dropout(_) => layer.input.elements(),
        _ => 0,
    }
}

/// The weights of squeeze and excitation: a dense layer to `units` and one back.
fn inner(channels: u64, units: usize) -> u64 {
    2 * channels * units as u64
}

/// The numbers that each output of a convolution looks at.
fn seen(inputs: u64, window: Window, groups: usize) -> u64 {
    inputs / groups as u64 * (window.kernel * window.kernel) as u64
}
