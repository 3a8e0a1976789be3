//! A network that is put together by hand: its blocks as they are, and the dense output layer.

use super::Draft;
use crate::network::architecture::{Block, Stage};
use crate::network::plan::{Kind, Place};
use crate::network::precision::Precision;
use crate::network::shape::Shape;

impl Draft<'_> {
    pub(super) fn by_hand(&mut self, classes: usize) -> Result<(), String> {
        for (index, blocks) in self.architecture.plan.iter().enumerate() {
            self.at(Place::Layer(index), Precision::FULL, |draft| draft.blocks(blocks))?;
        }
        self.at(Place::Head, self.architecture.head_precision, |draft| {
            draft.push(Kind::Dense, Shape::flat(classes));
            Ok(())
        })
    }

    fn blocks(&mut self, blocks: &[Block]) -> Result<(), String> {
        blocks.iter().try_for_each(|block| self.block(block))
    }

    fn block(&mut self, block: &Block) -> Result<(), String> {
        self.precision = match block {
            Block::Stage(Stage { precision, .. })
            | Block::Convolution { precision, .. }
            | Block::Depthwise { precision, .. }
            | Block::Dense { precision, .. }
            | Block::Residual { precision, .. } => *precision,
            _ => Precision::FULL,
        };
        match block {
            Block::Stage(stage) => self.stage(stage)?,
            Block::Convolution { channels, window, groups, .. } => self.convolve(*channels, *window, *groups)?,
            Block::Depthwise { window, .. } => self.convolve(self.map.channels, *window, self.map.channels)?,
            Block::Normalization(normalization) => self.normalize_here(*normalization)?,
            Block::Activation(activation) => self.push(Kind::Activation(*activation), self.map),
            Block::Rounding(grid) => self.push(Kind::Round(*grid), self.map),
            Block::Pooling(pooling) => self.pool(*pooling)?,
            Block::GlobalPooling(head) => self.pool_globally(*head),
            Block::SqueezeExcite(reduction) => self.excite(*reduction),
            Block::Dropout(share) => self.drop_out(*share),
            Block::Dense { units, .. } => self.push(Kind::Dense, Shape::flat(*units)),
            Block::Residual { body, stochastic_depth, .. } => self.residual(|beside| {
                beside.blocks(body)?;
                beside.leave_out(*stochastic_depth);
                Ok(())
            })?,
        }
        Ok(())
    }
}
