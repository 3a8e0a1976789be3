//! From an architecture to the list of layers: a stem, the stages, a head.
//!
//! Every convolution is a unit: input normalization, rounding, the convolution, and normalization before the
//! activation. What stands around the units: [`stage`], [`ends`].

use super::{Kind, Place, Planned, Window};
use crate::network::architecture::{
    Activation, Architecture, MinMaxRange, MinMaxScope, Normalization, Placement, Pooling,
};
use crate::network::precision::{Coding, Precision};
use crate::network::shape::Shape;

mod ends;
mod stage;

/// The layers of `architecture` over images of shape `image`, the last one with `classes` outputs.
pub fn layers(architecture: &Architecture, image: Shape, classes: usize) -> Result<Vec<Planned>, String> {
    let (Some(first), Some(last)) = (architecture.stages.first(), architecture.stages.last()) else {
        return Err("a network needs at least one stage".into());
    };
    let mut draft = Draft::new(architecture, image, Place::Stem);
    if let Some(stem) = &architecture.stem {
        draft.at(Place::Stem, |draft| draft.stem(stem, first))?;
    }
    for (index, stage) in architecture.stages.iter().enumerate() {
        draft.at(Place::Stage(index), |draft| draft.stage(stage))?;
    }
    draft.at(Place::Head, |draft| draft.head(last, classes))?;
    Ok(draft.layers)
}

/// Layers that are being put one after the other.
struct Draft<'a> {
    architecture: &'a Architecture,
    layers: Vec<Planned>,
    /// The shape of what the last layer puts out.
    map: Shape,
    place: Place,
}

impl<'a> Draft<'a> {
    fn new(architecture: &'a Architecture, map: Shape, place: Place) -> Self {
        Self { architecture, layers: Vec::new(), map, place }
    }

    /// Goes on to `place`, which an error then names.
    fn at(&mut self, place: Place, lay: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.place = place;
        lay(self).map_err(|reason| format!("{place}: {reason}"))
    }

    fn push(&mut self, kind: Kind, output: Shape) {
        let Precision { weights, activation_bits } = self.precision();
        let weighted = matches!(kind, Kind::Convolution { .. } | Kind::Dense);
        let dropout = matches!(kind, Kind::Dropout(_));
        let dropped = matches!(self.layers.last(), Some(Planned { kind: Kind::Dropout(_), .. }));
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

    fn precision(&self) -> Precision {
        match self.place {
            Place::Stem => self.architecture.stages[0].precision,
            Place::Stage(index) => self.architecture.stages[index].precision,
            Place::Head => self.architecture.head_precision,
        }
    }

    /// What `lay` puts after the layers so far, beside a skip: the input itself, or where the shapes differ a 1×1
    /// convolution of it.
    fn residual(&mut self, stride: usize, lay: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        let mut body = Self::new(self.architecture, self.map, self.place);
        lay(&mut body)?;
        let mut shortcut = Self::new(self.architecture, self.map, self.place);
        if self.map != body.map {
            let window = Window { stride, ..Window::POINT };
            shortcut.push(Kind::Convolution { window, groups: 1, bias: false }, body.map);
        }
        self.push(Kind::Residual { body: body.layers, shortcut: shortcut.layers }, body.map);
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
        let inputs = self.map.channels;
        if !inputs.is_multiple_of(groups) || !channels.is_multiple_of(groups) {
            return Err(format!(
                "{groups} groups cannot be made of {inputs} channels before the convolution and {channels} after it"
            ));
        }
        let output = window.over(self.map)?.with_channels(channels);
        self.push(Kind::Convolution { window, groups, bias: true }, output);
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
        if self.architecture.placement != here {
            return Ok(());
        }
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
