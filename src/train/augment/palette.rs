//! The colours of the training images, measured once for a study.

use kiln_search::linear::Matrix;

use crate::data::{Images, Scaling};

/// Red, green and blue.
pub const CHANNELS: usize = 3;

/// How colours were scaled, and how they vary.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    mean: [f32; CHANNELS],
    deviation: [f32; CHANNELS],
    components: [[f64; CHANNELS]; CHANNELS],
}

impl Palette {
    /// The palette of the images at `positions`, which are scaled by `scaling`; none where they have no colours.
    pub fn fit(images: &Images, positions: &[usize], scaling: &Scaling) -> Option<Self> {
        let mean = scaling.mean.as_slice().try_into().ok()?;
        let deviation: [f32; CHANNELS] = scaling.deviation.as_slice().try_into().ok()?;
        let (values, vectors) = covariance(images, positions, f64::from(scaling.peak)).eigen();
        let part = |component: usize, channel: usize| {
            values[component] * vectors[(channel, component)] / f64::from(deviation[channel])
        };
        let components = std::array::from_fn(|index| std::array::from_fn(|channel| part(index, channel)));
        Some(Self { mean, deviation, components })
    }

    /// Each principal component with its eigenvalue as its length, in scaled numbers.
    pub fn components(&self) -> &[[f64; CHANNELS]; CHANNELS] {
        &self.components
    }

    /// From scaled numbers to values between 0 and 1.
    pub fn unscale(&self, image: &mut [f32]) {
        self.each(image, |value, mean, deviation| value * deviation + mean);
    }

    /// From values between 0 and 1 to scaled numbers.
    pub fn scale(&self, image: &mut [f32]) {
        self.each(image, |value, mean, deviation| (value - mean) / deviation);
    }

    fn each(&self, image: &mut [f32], map: impl Fn(f32, f32, f32) -> f32) {
        let plane = image.len() / CHANNELS;
        for (values, (mean, deviation)) in image.chunks_exact_mut(plane).zip(self.mean.iter().zip(&self.deviation)) {
            for value in values {
                *value = map(*value, *mean, *deviation);
            }
        }
    }
}

/// The covariance of the colours of all pixels, whose largest value counts as 1. Sums of whole numbers are exact.
fn covariance(images: &Images, positions: &[usize], peak: f64) -> Matrix {
    let plane = images.shape.height * images.shape.width;
    let (mut sums, mut products) = ([0_u64; CHANNELS], [[0_u64; CHANNELS]; CHANNELS]);
    for &position in positions {
        let image = images.image(position);
        for pixel in 0..plane {
            let color: [u64; CHANNELS] = std::array::from_fn(|channel| u64::from(image[channel * plane + pixel]));
            for (row, one) in color.iter().enumerate() {
                sums[row] += one;
                for (column, other) in color.iter().enumerate() {
                    products[row][column] += one * other;
                }
            }
        }
    }
    let count = (positions.len() * plane) as f64;
    let mut covariance = Matrix::zeros(CHANNELS);
    for row in 0..CHANNELS {
        for column in 0..CHANNELS {
            let product = products[row][column] as f64 / count;
            let means = sums[row] as f64 / count * (sums[column] as f64 / count);
            covariance[(row, column)] = (product - means) / (peak * peak);
        }
    }
    covariance
}
