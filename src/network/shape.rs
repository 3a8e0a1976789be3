//! The shape of one image or of what a layer makes of it.

use std::fmt;

/// Channels, height and width; the batch is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Channels, at least 1.
    pub channels: usize,
    /// Rows, at least 1.
    pub height: usize,
    /// Columns, at least 1.
    pub width: usize,
}

impl Shape {
    /// How many numbers there are.
    pub fn elements(self) -> u64 {
        self.channels as u64 * self.pixels()
    }

    /// How many numbers a channel has.
    pub fn pixels(self) -> u64 {
        self.height as u64 * self.width as u64
    }

    /// The same map with other channels.
    #[must_use]
    pub fn with_channels(self, channels: usize) -> Self {
        Self { channels, ..self }
    }

    /// A single pixel of `channels`, as dense layers have them.
    pub fn flat(channels: usize) -> Self {
        Self { channels, height: 1, width: 1 }
    }
}

/// As `64x30x30`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}x{}x{}", self.channels, self.height, self.width))
    }
}
