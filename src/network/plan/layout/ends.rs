//! What stands before the first stage and after the last.
//!
//! The stem is a convolution with the normalization and the activation of the first stage. The head is: normalization
//! and rounding of its input, the mean or the greatest of each channel unless all values are wanted, the hidden dense
//! layers with the activation of the last stage, dropout after each of them or else before the output, and the dense
//! output layer.

use super::Draft;
use crate::network::architecture::{Head, Padding, Stage, StemConvolution};
use crate::network::plan::{Kind, Window};
use crate::network::shape::Shape;

impl Draft<'_> {
    pub(super) fn stem(&mut self, stem: &StemConvolution, first: &Stage) -> Result<(), String> {
        let window = Window { kernel: stem.kernel, stride: stem.stride, dilation: 1, padding: Padding::Same };
        self.unit(stem.channels, window, 1, first.normalization)?;
        self.activate(first.activation, first.normalization)
    }

    pub(super) fn head(&mut self, last: &Stage, classes: usize) -> Result<(), String> {
        self.prepare(last.normalization)?;
        self.pool_globally(self.architecture.head);
        let hidden = if self.architecture.dense > 0 { self.architecture.dense_layers } else { 0 };
        for _ in 0..hidden {
            self.push(Kind::Dense, Shape::flat(self.architecture.dense));
            self.push(Kind::Activation(last.activation), self.map);
            self.drop_out(self.architecture.dropout);
        }
        if hidden == 0 {
            self.drop_out(self.architecture.dropout);
        }
        self.push(Kind::Dense, Shape::flat(classes));
        Ok(())
    }

    pub(super) fn pool_globally(&mut self, head: Head) {
        match head {
            Head::Average => self.push(Kind::GlobalAverage, Shape::flat(self.map.channels)),
            Head::Max => self.push(Kind::GlobalMax, Shape::flat(self.map.channels)),
            // A dense layer looks at every value of what it gets.
            Head::Flatten => {}
        }
    }

    pub(super) fn drop_out(&mut self, share: f64) {
        if share > 0.0 {
            self.push(Kind::Dropout(share), self.map);
        }
    }
}
