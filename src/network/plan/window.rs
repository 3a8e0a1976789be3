//! The square that a convolution looks at, and how it moves over a map.

use crate::network::architecture::Padding;
use crate::network::shape::Shape;

/// A square of `kernel`² places, `dilation` apart, that moves by `stride`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Places in each direction, at least 1.
    pub kernel: usize,
    /// How far it moves, at least 1.
    pub stride: usize,
    /// How far apart its places are, at least 1: with 1 they are neighbours.
    pub dilation: usize,
    /// What surrounds the map.
    pub padding: Padding,
}

impl Window {
    /// A single place, which a 1×1 convolution looks at.
    pub const POINT: Self = Self { kernel: 1, stride: 1, dilation: 1, padding: Padding::Same };

    /// From its first row to its last.
    pub fn extent(self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }

    /// The rows of zeros above and below a map, which are also the columns left and right of it.
    ///
    /// They depend on neither map nor stride, as where a PyTorch user writes `padding = kernel // 2`; an even extent
    /// has the odd one below. The size of the result is that of Keras, a `stride`th, rounded up.
    pub fn padded(self) -> (usize, usize) {
        match self.padding {
            Padding::Same => ((self.extent() - 1) / 2, self.extent() / 2),
            Padding::Valid => (0, 0),
        }
    }

    /// What is left of height and width of `map`; the error says why nothing is.
    pub fn over(self, map: Shape) -> Result<Shape, String> {
        let Shape { channels, height, width } = map;
        let (before, after) = self.padded();
        let extent = self.extent();
        let along = |size: usize| (size + before + after).checked_sub(extent).map(|steps| steps / self.stride + 1);
        match (along(height), along(width)) {
            (Some(height), Some(width)) => Ok(Shape { channels, height, width }),
            _ => Err(format!(
                "the map is {height}x{width} here, smaller than the {extent}x{extent} kernel of a valid convolution"
            )),
        }
    }
}
