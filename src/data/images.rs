//! Raw images of one shape with their labels.

use std::fmt;

/// The shape of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageShape {
    /// 1 for grayscale, 3 for red, green and blue.
    pub channels: usize,
    /// In pixels.
    pub height: usize,
    /// In pixels.
    pub width: usize,
}

impl ImageShape {
    /// The number of values of one image.
    pub const fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// Whether an image has no values.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for ImageShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}×{}", self.channels, self.height, self.width)
    }
}

/// Images as the source stores them, one byte a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// The shape of each image.
    pub shape: ImageShape,
    /// The values of all images, in the order (image, channel, row, column).
    pub pixels: Vec<u8>,
    /// The class of each image.
    pub labels: Vec<u32>,
}

impl Images {
    /// No images of `shape`.
    pub const fn empty(shape: ImageShape) -> Self {
        Self { shape, pixels: Vec::new(), labels: Vec::new() }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The values of image `index`, in the order (channel, row, column).
    pub fn image(&self, index: usize) -> &[u8] {
        let length = self.shape.len();
        &self.pixels[index * length..(index + 1) * length]
    }

    /// The images at `indices`, in that order.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let pixels = indices.iter().flat_map(|&index| self.image(index)).copied().collect();
        Self { shape: self.shape, pixels, labels: indices.iter().map(|&index| self.labels[index]).collect() }
    }
}
