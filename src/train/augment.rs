//! What becomes of the training images of each batch before a step, with a file for each method.
//!
//! Colours change first and places after them, so that what [`crop`] and [`cutout`] leave empty is zero: the mean of
//! the training images where they are scaled to standard, black where they are scaled to the unit.
//!
//! Each method draws from a stream of its own, image by image in the order of the epoch: switching one on changes
//! nothing that another draws, and a training that continues draws what it would have drawn without the break.

pub mod color_jitter;
pub mod crop;
pub mod cutmix;
pub mod cutout;
pub mod flip;
mod palette;
pub mod rgb_shift;
#[cfg(test)]
mod tests;

use kiln_search::rng::Purpose;
use rand_pcg::Pcg64;

pub use palette::Palette;

use crate::network::Shape;
use crate::network::settings::Scoped;
use color_jitter::Jitter;
use crop::Offset;
use cutout::Hole;

/// What is done to each image by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Augmentation {
    /// Whether images are mirrored.
    pub flip: bool,
    /// Pixels by which images are shifted at the most.
    pub crop: usize,
    /// The side of the hole, in pixels; 0 for none.
    pub cutout: usize,
    /// How much brightness, contrast and saturation change, in [0, 1].
    pub color_jitter: f64,
    /// The deviation of the shift along the principal components of colours.
    pub rgb_shift: f64,
}

impl Augmentation {
    /// Reads the parameters by their names.
    pub fn read(settings: Scoped) -> Result<Self, String> {
        Ok(Self {
            flip: settings.bool("flip")?,
            crop: settings.int("crop")? as usize,
            cutout: settings.int("cutout")? as usize,
            color_jitter: settings.float("color_jitter")?,
            rgb_shift: settings.float("rgb_shift")?,
        })
    }

    /// Whether every image stays as it is.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Refuses, in one sentence, what makes no sense for images of the shape `image`.
    pub fn admit(&self, image: Shape) -> Result<(), String> {
        let Shape { channels, height, width } = image;
        for (name, pixels) in [("crop", self.crop), ("cutout", self.cutout)] {
            if pixels >= height.min(width) {
                return Err(format!("`{name}` of {pixels} pixels could take all of an image of {height}x{width}"));
            }
        }
        for (name, strength) in [("color_jitter", self.color_jitter), ("rgb_shift", self.rgb_shift)] {
            if strength > 0.0 && channels != palette::CHANNELS {
                return Err(format!("`{name}` needs red, green and blue, and the images have {channels} channel(s)"));
            }
        }
        Ok(())
    }
}

/// What is drawn for the images of one epoch.
#[derive(Debug)]
pub struct Draws<'a> {
    augmentation: Augmentation,
    image: Shape,
    palette: Option<&'a Palette>,
    flip: Pcg64,
    crop: Pcg64,
    cutout: Pcg64,
    color_jitter: Pcg64,
    rgb_shift: Pcg64,
}

impl<'a> Draws<'a> {
    /// Draws for images of the shape `image` from the streams of an epoch; `palette` is there where they have colours.
    pub fn new(
        augmentation: Augmentation,
        image: Shape,
        palette: Option<&'a Palette>,
        stream: impl Fn(Purpose) -> Pcg64,
    ) -> Self {
        Self {
            augmentation,
            image,
            palette,
            flip: stream(Purpose::Flip),
            crop: stream(Purpose::Crop),
            cutout: stream(Purpose::Cutout),
            color_jitter: stream(Purpose::ColorJitter),
            rgb_shift: stream(Purpose::RgbShift),
        }
    }

    /// What becomes of the next image.
    pub fn draw(&mut self) -> Change<'a> {
        let Augmentation { flip, crop, cutout, color_jitter, rgb_shift } = self.augmentation;
        Change {
            image: self.image,
            colors: self.palette.map(|palette| Colors {
                palette,
                jitter: (color_jitter > 0.0).then(|| Jitter::draw(color_jitter, &mut self.color_jitter)),
                shift: (rgb_shift > 0.0).then(|| rgb_shift::draw(rgb_shift, palette, &mut self.rgb_shift)),
            }),
            flip: flip && flip::draw(&mut self.flip),
            offset: (crop > 0).then(|| Offset::draw(crop, &mut self.crop)),
            hole: (cutout > 0).then(|| Hole::draw(cutout, self.image, &mut self.cutout)),
        }
    }
}

/// What becomes of one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'a> {
    image: Shape,
    colors: Option<Colors<'a>>,
    flip: bool,
    offset: Option<Offset>,
    hole: Option<Hole>,
}

#[derive(Debug, Clone, PartialEq)]
struct Colors<'a> {
    palette: &'a Palette,
    jitter: Option<Jitter>,
    shift: Option<[f32; palette::CHANNELS]>,
}

impl Change<'_> {
    /// Changes the scaled numbers of an image, in the order (channel, row, column).
    pub fn apply(&self, image: &mut [f32]) {
        if let Some(Colors { palette, jitter, shift }) = &self.colors {
            if let Some(jitter) = jitter {
                jitter.apply(image, palette);
            }
            if let Some(shift) = shift {
                rgb_shift::apply(image, *shift);
            }
        }
        if self.flip {
            flip::apply(image, self.image.width);
        }
        for plane in image.chunks_exact_mut(self.image.height * self.image.width) {
            if let Some(offset) = self.offset {
                offset.apply(plane, self.image.width);
            }
            if let Some(hole) = &self.hole {
                hole.apply(plane, self.image.width);
            }
        }
    }
}
