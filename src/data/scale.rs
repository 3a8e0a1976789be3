//! From stored bytes to the numbers that a network sees: one rule for training, validation and test images.

use super::{Dataset, Images, Scale};

/// How the values of each channel are scaled: (value ÷ peak − mean) ÷ deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// The largest value that the source can store.
    pub peak: u8,
    /// What is subtracted from each channel after the division by the peak; zeros for [`Scale::Unit`].
    pub mean: Vec<f32>,
    /// What each channel is then divided by; ones for [`Scale::Unit`], and for a channel without any contrast.
    pub deviation: Vec<f32>,
}

impl Scaling {
    /// The scaling that `scale` asks for, measured on the training images `training` of `dataset` and on no others.
    ///
    /// The deviation is that of all the values of a channel (divided by their number, not by one less).
    pub fn fit(dataset: &Dataset, training: &[usize], scale: Scale) -> Self {
        let channels = dataset.shape.channels;
        let unit = Self { peak: dataset.peak, mean: vec![0.0; channels], deviation: vec![1.0; channels] };
        match scale {
            Scale::Unit => unit,
            Scale::Standard => unit.standardised(&dataset.train, training),
        }
    }

    /// Sums of whole numbers are exact, so the result does not depend on the order of the images.
    fn standardised(mut self, images: &Images, training: &[usize]) -> Self {
        let plane = images.shape.height * images.shape.width;
        let count = (training.len() * plane) as f64;
        let peak = f64::from(self.peak);
        for (channel, (mean, deviation)) in self.mean.iter_mut().zip(&mut self.deviation).enumerate() {
            let (mut sum, mut squares) = (0_u64, 0_u64);
            for &index in training {
                for &value in &images.image(index)[channel * plane..(channel + 1) * plane] {
                    sum += u64::from(value);
                    squares += u64::from(value) * u64::from(value);
                }
            }
            let average = sum as f64 / count;
            let spread = (squares as f64 / count - average * average).max(0.0).sqrt();
            *mean = (average / peak) as f32;
            *deviation = if spread > 0.0 { (spread / peak) as f32 } else { 1.0 };
        }
        self
    }

    /// The images of `images` at `indices` as numbers, in the order (image, channel, row, column).
    pub fn apply(&self, images: &Images, indices: &[usize]) -> Vec<f32> {
        let shape = images.shape;
        let tables: Vec<[f32; 256]> = self.mean.iter().zip(&self.deviation).map(|(&m, &d)| self.table(m, d)).collect();
        let mut numbers = Vec::with_capacity(indices.len() * shape.len());
        for &index in indices {
            for (plane, table) in images.image(index).chunks_exact(shape.height * shape.width).zip(&tables) {
                numbers.extend(plane.iter().map(|&value| table[usize::from(value)]));
            }
        }
        numbers
    }

    /// The scaled number of every value that a byte can have.
    fn table(&self, mean: f32, deviation: f32) -> [f32; 256] {
        std::array::from_fn(|value| (value as f32 / f32::from(self.peak) - mean) / deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ImageShape;
    use super::*;

    /// Images of two channels of 1×2 pixels, as many for training as for the test.
    fn dataset(train: &[[u8; 4]], test: &[[u8; 4]], peak: u8) -> Dataset {
        let shape = ImageShape { channels: 2, height: 1, width: 2 };
        let images =
            |images: &[[u8; 4]]| Images { shape, pixels: images.concat(), labels: (0..images.len() as u32).collect() };
        let classes = (0..train.len()).map(|class| class.to_string()).collect();
        Dataset::new("made up", peak, classes, images(train), images(test)).expect("images of two classes")
    }

    #[test]
    fn unit_divides_every_part_by_the_peak_of_the_source() {
        let data = dataset(&[[0, 4, 8, 16], [1, 2, 3, 4]], &[[16, 16, 8, 0]], 16);
        let scaling = Scaling::fit(&data, &[0], Scale::Unit);
        assert_eq!(scaling.apply(&data.train, &[0]), [0.0, 0.25, 0.5, 1.0]);
        assert_eq!(scaling.apply(&data.test, &[0]), [1.0, 1.0, 0.5, 0.0]);
    }

    #[test]
    fn standard_measures_the_training_images_alone() {
        let train = [[0, 255, 51, 51], [255, 0, 51, 51], [7, 7, 7, 7]];
        let data = dataset(&train, &[[255, 255, 51, 102]], 255);
        let scaling = Scaling::fit(&data, &[0, 1], Scale::Standard);
        assert_eq!((scaling.mean.as_slice(), scaling.deviation.as_slice()), (&[0.5, 0.2][..], &[0.5, 1.0][..]));
        assert_eq!(scaling.apply(&data.train, &[1, 0]), [1.0, -1.0, 0.0, 0.0, -1.0, 1.0, 0.0, 0.0]);
        let test = scaling.apply(&data.test, &[0]);
        assert_eq!(test[..3], [1.0, 1.0, 0.0]);
        assert!((test[3] - 0.2).abs() < 1e-6, "{test:?}");
    }
}
