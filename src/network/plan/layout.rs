//! From an architecture to the list of layers: a stem, the stages, a head; or what is put together by hand.
//!
//! Every convolution is a unit: input normalization, rounding, the convolution, and normalization before the
//! activation. What stands around the units: [`stage`], [`ends`]. What is put together by hand: [`blocks`].

use super::{Kind, Place, Planned, Window};
use crate::network::architecture::{
    Activation, Architecture, MinMaxRange, MinMaxScope, Normalization, Placement, Pooling,
};
use crate::network::precision::{Coding, Precision};
use crate::network::shape::Shape;

mod blocks;
mod ends;
mod stage;

/// The layers of `architecture` over images of shape `image`, the last one with `classes` outputs.
pub fn layers(architecture: &Architecture, image: Shape, classes: usize) -> Result<Vec<Planned>, String> {
    let mut draft = Draft::new(architecture, image, Place::Stem, Precision::FULL);
    if !architecture.plan.is_empty() {
        draft.by_hand(classes)?;
        return Ok(draft.layers);
    }
    let (Some(first), Some(last)) = (architecture.stages.first(), architecture.stages.last()) else {
        return Err("a network needs at least one stage".into());
    };
    if let Some(stem) = &architecture.stem {
        draft.at(Place::Stem, first.precision, |draft| draft.stem(stem, first))?;
    }
    for (index, stage) in architecture.stages.iter().enumerate() {
        draft.at(Place::Stage(index), stage.precision, |draft| draft.stage(stage))?;
    }
    draft.at(Place::Head, architecture.head_precision, |draft| draft.head(last, classes))?;
    Ok(draft.layers)
}

/// Layers that are being put one after the other.
struct Draft<'a> {
    architecture: &'a Architecture,
    layers: Vec<Planned>,
    /// The shape of what the last layer puts out.
    map: Shape,
    place: Place,
    /// How weights and what goes into them are stored here.
    precision: Precision,
}

impl<'a> Draft<'a> {
    fn new(architecture: &'a Architecture, map: Shape, place: Place, precision: Precision) -> Self {
        Self { architecture, layers: Vec::new(), map, place, precision }
    }

    /// Goes on to `place`, which an error then names.
    fn at(
        &mut self,
        place: Place,
        precision: Precision,
        lay: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        (self.place, self.precision) = (place, precision);
        lay(self).map_err(|reason| format!("{place}: {reason}"))
    }

    fn push(&mut self, kind: Kind, output: Shape) {
        let Precision { weights, activation_bits } = self.precision;
        let weighted = matches!(kind, Kind::Convolution { .. } | Kind::Dense);
        let dropout = matches!(kind, Kind::Dropout(_));
        let dropped = matches!(
            &self.layers[..],
            [.., Planned { kind: Kind::Quantize(_), .. }, Planned { kind: Kind::Dropout(_), .. }]
        );
        // What goes into a weighted layer is quantized; before its dropout, which would widen the range in training.
        if let Some(bits) = activation_bits.filter(|_| dropout || weighted && !dropped) {
            self.place(Kind::Quantize(bits), self.map, Coding::Full);
        }
        self.place(kind, output, if weighted { weights } else { Coding::Full });
    }

    fn place(&mut self, kind: Kind, output: Shape, coding: Coding) {
        self.layers.push(Planned { kind, input: self.map, output, place: self.place, coding });
        self.map = output;
    }

    /// What `lay` puts after the layers so far, beside a skip: the input itself, or where the shapes differ a 1×1
    /// convolution of it with the stride of all together.
    fn residual(&mut self, lay: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        let mut body = Self::new(self.architecture, self.map, self.place, self.precision);
        lay(&mut body)?;
        let mut shortcut = Self::new(self.architecture, self.map, self.place, self.precision);
        if self.map != body.map {
            let window = Window { stride: body.layers.iter().map(stride).product(), ..Window::POINT };
            let reached = window.over(self.map)?;
            if reached.with_channels(body.map.channels) != body.map {
                let (Shape { height, width, .. }, wanted) = (reached, body.map);
                return Err(format!(
                    "a skip makes {height}x{width} of the map, what stands beside it {}x{}; shrink it by strides alone",
                    wanted.height, wanted.width
                ));
            }
            shortcut.push(Kind::Convolution { window, groups: 1, bias: false }, body.map);
        }
        self.push(Kind::Residual { body: body.layers, shortcut: shortcut.layers }, body.map);
        Ok(())
    }

    /// A convolution to `channels`.
    fn convolve(&mut self, channels: usize, window: Window, groups: usize) -> Result<(), String> {
        let inputs = self.map.channels;
        if !inputs.is_multiple_of(groups) || !channels.is_multiple_of(groups) {
            return Err(format!(
                "{groups} groups cannot be made of {inputs} channels before the convolution and {channels} after it"
            ));
        }
        let output = window.over(self.map)?.with_channels(channels);
        self.push(Kind::Convolution { window, groups, bias: true }, output);
        Ok(())
    }

    /// A convolution to `channels` with what belongs to it.
    fn unit(
        &mut self,
        channels: usize,
        window: Window,
        groups: usize,
        normalization: Normalization,
    ) -> Result<(), String> {
        self.prepare(normalization)?;
        self.convolve(channels, window, groups)?;
        self.normalize(normalization, Placement::PreActivation)
    }

    /// What stands on the input of a convolution and of the head.
    fn prepare(&mut self, normalization: Normalization) -> Result<(), String> {
        self.normalize(normalization, Placement::Input)?;
        if let Some(grid) = self.architecture.rounding {
            self.push(Kind::Round(grid), self.map);
        }
        Ok(())
    }

    fn activate(&mut self, activation: Activation, normalization: Normalization) -> Result<(), String> {
        self.push(Kind::Activation(activation), self.map);
        self.normalize(normalization, Placement::PostActivation)
    }

    fn normalize(&mut self, normalization: Normalization, here: Placement) -> Result<(), String> {
        if self.architecture.placement == here { self.normalize_here(normalization) } else { Ok(()) }
    }

    fn normalize_here(&mut self, normalization: Normalization) -> Result<(), String> {
        let groups = self.architecture.groups;
        let channels = self.map.channels;
        let kind = match normalization {
            Normalization::None => return Ok(()),
            Normalization::Batch => Kind::BatchNorm,
            Normalization::Group if channels.is_multiple_of(groups) => Kind::GroupNorm { groups },
            Normalization::Group => {
                return Err(format!("{channels} channels cannot be normalized in {groups} groups of one size"));
            }
            Normalization::Layer => Kind::GroupNorm { groups: 1 },
            Normalization::MinMax => self.min_max()?,
        };
        self.push(kind, self.map);
        Ok(())
    }

    fn min_max(&self) -> Result<Kind, String> {
        match (self.architecture.min_max_scope, self.architecture.min_max_range) {
            (MinMaxScope::Sample, MinMaxRange::Running) => Err("`min_max_range = \"running\"` has no use with \
                 `min_max_scope = \"sample\"`, which looks at no other image; leave it at \"batch\""
                .into()),
            (scope, range) => Ok(Kind::MinMax { scope, range }),
        }
    }

    fn pool(&mut self, pooling: Pooling) -> Result<(), String> {
        let (kind, what) = match pooling {
            Pooling::None => return Ok(()),
            Pooling::Max => (Kind::MaxPool, "2x2"),
            Pooling::Average => (Kind::AveragePool, "2x2"),
            Pooling::Blur => (Kind::Blur, "blur"),
        };
        let Shape { channels, height, width } = self.map;
        if height < 2 || width < 2 {
            return Err(format!("the map is {height}x{width} here, too small for {what} pooling"));
        }
        let half = |size: usize| if pooling == Pooling::Blur { size.div_ceil(2) } else { size / 2 };
        self.push(kind, Shape { channels, height: half(height), width: half(width) });
        Ok(())
    }
}

/// How many times smaller a layer makes a map.
fn stride(layer: &Planned) -> usize {
    match &layer.kind {
        Kind::Convolution { window, .. } => window.stride,
        Kind::MaxPool | Kind::AveragePool | Kind::Blur => 2,
        Kind::Residual { body, .. } => body.iter().map(stride).product(),
        _ => 1,
    }
}
