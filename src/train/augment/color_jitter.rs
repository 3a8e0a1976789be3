//! Random brightness, contrast and saturation.
//!
//! Howard, "Some Improvements on Deep Convolutional Neural Network Based Image Classification", 2013. Each is changed by
//! a factor between 1 − `color_jitter` and 1 + `color_jitter`, as torchvision's `ColorJitter` does; deviation: always in
//! this order.

use rand::{Rng, RngExt};

use super::palette::{CHANNELS, Palette};

/// How much of red, green and blue the eye takes for light (ITU-R BT.601).
const LIGHT: [f32; CHANNELS] = [0.299, 0.587, 0.114];

/// The factors for one image; 1 changes nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jitter {
    /// Of every value.
    pub brightness: f32,
    /// Of the distance of every value from the mean light of the image.
    pub contrast: f32,
    /// Of the distance of every value from the light of its pixel.
    pub saturation: f32,
}

impl Jitter {
    /// Factors that differ from 1 by up to `strength`, which is at most 1.
    pub fn draw(strength: f64, rng: &mut impl Rng) -> Self {
        let mut draw = || rng.random_range(1.0 - strength..=1.0 + strength) as f32;
        Self { brightness: draw(), contrast: draw(), saturation: draw() }
    }

    /// Changes an image. Values beyond black and full light stay there after each change.
    pub fn apply(self, image: &mut [f32], palette: &Palette) {
        palette.unscale(image);
        let brighten = |value: f32| (value * self.brightness).clamp(0.0, 1.0);
        for value in image.iter_mut() {
            *value = brighten(*value);
        }

        let plane = image.len() / CHANNELS;
        let (red, rest) = image.split_at_mut(plane);
        let (green, blue) = rest.split_at_mut(plane);
        let pixels = || red.iter().zip(green.iter()).zip(blue.iter());
        let mean = pixels().map(|((red, green), blue)| light([*red, *green, *blue])).sum::<f32>() / plane as f32;
        for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
            let pixel = [*red, *green, *blue].map(|value| stretch(value, mean, self.contrast));
            let light = light(pixel);
            [*red, *green, *blue] = pixel.map(|value| stretch(value, light, self.saturation));
        }
        palette.scale(image);
    }
}

fn light(pixel: [f32; CHANNELS]) -> f32 {
    pixel.iter().zip(LIGHT).map(|(value, share)| value * share).sum()
}

/// Multiplies the distance of `value` from `anchor`.
fn stretch(value: f32, anchor: f32, factor: f32) -> f32 {
    (anchor + (value - anchor) * factor).clamp(0.0, 1.0)
}
