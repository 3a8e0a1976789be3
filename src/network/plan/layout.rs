//! From an architecture to the list of layers.
//!
//! A stage is: input normalization, rounding, convolution, normalization before the activation; the stage's input is
//! added here if it skips (He et al. 2016); then activation, normalization after it, pooling. The head is:
//! normalization and rounding of its input, global average pooling, the hidden dense layer with its activation,
//! dropout, and the dense output layer.

use super::{Kind, Place, Planned, Window};
use crate::network::architecture::{Architecture, Normalization, Padding, Placement, Pooling, Stage};
use crate::network::shape::Shape;

/// The layers of `architecture` over images of shape `image`, the last one with `classes` outputs.
pub fn layers(architecture: &Architecture, image: Shape, classes: usize) -> Result<Vec<Planned>, String> {
    let mut layers = Vec::new();
    let mut map = image;
    for (index, stage) in architecture.stages.iter().enumerate() {
        let mut draft = Draft::new(architecture, map, Place::Stage(index));
        draft.stage(stage).map_err(|reason| format!("stage[{index}]: {reason}"))?;
        map = draft.map;
        layers.extend(draft.layers);
    }
    let mut head = Draft::new(architecture, map, Place::Head);
    let last = architecture.stages.last().ok_or("a network needs at least one stage")?;
    head.head(last, classes).map_err(|reason| format!("before global average pooling: {reason}"))?;
    layers.extend(head.layers);
    Ok(layers)
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

    fn push(&mut self, kind: Kind, output: Shape) {
        self.layers.push(Planned { kind, input: self.map, output, place: self.place });
        self.map = output;
    }

    fn stage(&mut self, stage: &Stage) -> Result<(), String> {
        if stage.skip {
            self.residual(stage)?;
        } else {
            self.convolution(stage)?;
        }
        self.push(Kind::Activation(stage.activation), self.map);
        self.normalize(stage.normalization, Placement::PostActivation)?;
        self.pool(stage.pooling)
    }

    fn head(&mut self, last: &Stage, classes: usize) -> Result<(), String> {
        self.prepare(last.normalization)?;
        self.push(Kind::GlobalAverage, Shape::flat(self.map.channels));
        if self.architecture.dense > 0 {
            self.push(Kind::Dense, Shape::flat(self.architecture.dense));
            self.push(Kind::Activation(last.activation), self.map);
        }
        if self.architecture.dropout > 0.0 {
            self.push(Kind::Dropout(self.architecture.dropout), self.map);
        }
        self.push(Kind::Dense, Shape::flat(classes));
        Ok(())
    }

    /// What stands on the input of a convolution and of global average pooling.
    fn prepare(&mut self, normalization: Normalization) -> Result<(), String> {
        self.normalize(normalization, Placement::Input)?;
        if let Some(grid) = self.architecture.rounding {
            self.push(Kind::Round(grid), self.map);
        }
        Ok(())
    }

    fn convolution(&mut self, stage: &Stage) -> Result<(), String> {
        self.prepare(stage.normalization)?;
        let window = Window { kernel: stage.kernel, padding: stage.padding, ..Window::POINT };
        let output = window.over(self.map)?.with_channels(stage.channels);
        self.push(Kind::Convolution { window, groups: 1, bias: true }, output);
        self.normalize(stage.normalization, Placement::PreActivation)
    }

    fn residual(&mut self, stage: &Stage) -> Result<(), String> {
        if stage.padding != Padding::Same {
            return Err("a skip needs `padding = \"same\"`, since a valid convolution shrinks the map".into());
        }
        let mut body = Draft::new(self.architecture, self.map, self.place);
        body.convolution(stage)?;
        let mut shortcut = Draft::new(self.architecture, self.map, self.place);
        if self.map != body.map {
            shortcut.push(Kind::Convolution { window: Window::POINT, groups: 1, bias: false }, body.map);
        }
        self.push(Kind::Residual { body: body.layers, shortcut: shortcut.layers }, body.map);
        Ok(())
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
            Normalization::MinMax => Kind::MinMax(self.architecture.min_max_scope),
        };
        self.push(kind, self.map);
        Ok(())
    }

    fn pool(&mut self, pooling: Pooling) -> Result<(), String> {
        let kind = match pooling {
            Pooling::None => return Ok(()),
            Pooling::Max => Kind::MaxPool,
            Pooling::Average => Kind::AveragePool,
        };
        let Shape { channels, height, width } = self.map;
        if height < 2 || width < 2 {
            return Err(format!("the map is {height}x{width} here, too small for 2x2 pooling"));
        }
        self.push(kind, Shape { channels, height: height / 2, width: width / 2 });
        Ok(())
    }
}
