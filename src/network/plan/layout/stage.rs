//! A stage: the operation, beside a skip if it has one; activation, normalization after it, pooling.
//!
//! Squeeze and excitation (Hu et al. 2018) is the last of an operation, before the sum with the skip, as in their
//! SE-ResNet. The 1×1 convolution of a skip has no normalization, other than that of He et al. An inverted bottleneck
//! has its skip where the shapes are alike, as in the paper, and with `skip` everywhere; with an expansion of 1 it
//! lacks its first convolution, as there.

use super::Draft;
use crate::network::architecture::{Operation, Padding, Placement, Stage};
use crate::network::plan::{Kind, Window};

impl Draft<'_> {
    pub(super) fn stage(&mut self, stage: &Stage) -> Result<(), String> {
        if self.skips(stage) {
            if stage.padding != Padding::Same {
                return Err("a skip needs `padding = \"same\"`, since a valid convolution shrinks the map".into());
            }
            self.residual(|body| {
                body.operate(stage)?;
                body.leave_out(stage.stochastic_depth);
                Ok(())
            })?;
        } else {
            self.operate(stage)?;
        }
        if stage.operation != Operation::InvertedBottleneck {
            self.push(Kind::Activation(stage.activation), self.map);
        }
        self.normalize(stage.normalization, Placement::PostActivation)?;
        self.pool(stage.pooling)
    }

    fn skips(&self, stage: &Stage) -> bool {
        match stage.operation {
            Operation::Residual => true,
            Operation::InvertedBottleneck => {
                let alike = stage.stride == 1 && stage.channels == self.map.channels;
                stage.skip || (alike && stage.padding == Padding::Same)
            }
            Operation::Convolution | Operation::Depthwise | Operation::Grouped => stage.skip,
        }
    }

    fn operate(&mut self, stage: &Stage) -> Result<(), String> {
        let Stage { channels, kernel, stride, dilation, padding, normalization, .. } = *stage;
        let window = Window { kernel, stride, dilation, padding };
        match stage.operation {
            Operation::Convolution => self.unit(channels, window, 1, normalization)?,
            Operation::Grouped => self.unit(channels, window, stage.groups, normalization)?,
            Operation::Depthwise => self.separable(stage, window)?,
            Operation::InvertedBottleneck => {
                if stage.expansion > 1 {
                    self.unit(stage.expansion * self.map.channels, Window::POINT, 1, normalization)?;
                    self.activate(stage.activation, normalization)?;
                }
                self.separable(stage, window)?;
            }
            Operation::Residual => {
                self.unit(channels, window, 1, normalization)?;
                self.activate(stage.activation, normalization)?;
                self.unit(channels, Window { stride: 1, ..window }, 1, normalization)?;
            }
        }
        if stage.squeeze_excite > 0 {
            self.excite(stage.squeeze_excite);
        }
        Ok(())
    }

    /// Squeeze and excitation with so many times fewer units than channels.
    pub(super) fn excite(&mut self, reduction: usize) {
        self.push(Kind::SqueezeExcite { units: (self.map.channels / reduction).max(1) }, self.map);
    }

    /// Stochastic depth, at the end of what stands beside a skip.
    pub(super) fn leave_out(&mut self, share: f64) {
        if share > 0.0 {
            self.push(Kind::StochasticDepth(share), self.map);
        }
    }

    /// A convolution of each channel by itself, and a 1×1 convolution of all.
    fn separable(&mut self, stage: &Stage, window: Window) -> Result<(), String> {
        let alone = self.map.channels;
        self.unit(alone, window, alone, stage.normalization)?;
        self.activate(stage.activation, stage.normalization)?;
        self.unit(stage.channels, Window::POINT, 1, stage.normalization)
    }
}
