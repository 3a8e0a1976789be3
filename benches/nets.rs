//! The networks whose training is timed, and images of noise to train them on.

use std::error::Error;

use burn::tensor::Device;
use kiln::data::{DataError, DataSpec, Dataset, ImageShape, Images, Source};
use kiln::train::{Control, Progress, Trainer};
use kiln_search::candidate::{Candidate, Value};

/// A convolutional network: 3×3 convolutions with `ReLU`, global average pooling, one dense layer.
pub struct Net {
    pub name: &'static str,
    /// What else is chosen.
    pub with: &'static [(&'static str, &'static str)],
    pub channels: &'static [i64],
    pub padding: &'static str,
    pub shape: ImageShape,
    pub classes: usize,
    pub batch: i64,
    /// Images of an epoch.
    pub images: usize,
}

pub const NETS: [Net; 4] = [
    Net {
        name: "64-128-256 on 32x32x3, batch 32",
        with: &[],
        channels: &[64, 128, 256],
        padding: "valid",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 256,
    },
    Net {
        name: "16-32-64 on 8x8x1, batch 64",
        with: &[],
        channels: &[16, 32, 64],
        padding: "same",
        shape: ImageShape { channels: 1, height: 8, width: 8 },
        classes: 10,
        batch: 64,
        images: 12_800,
    },
    Net {
        name: "depthwise 32-64-128 on 32x32x3, batch 32",
        with: &[("operation", "depthwise")],
        channels: &[32, 64, 128],
        padding: "same",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 1_024,
    },
    Net {
        name: "min-max 64-128-256 on 32x32x3, batch 32",
        with: &[("normalization", "min-max"), ("normalization_placement", "input"), ("min_max_scope", "batch")],
        channels: &[64, 128, 256],
        padding: "valid",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 256,
    },
];

impl Net {
    pub fn candidate(&self) -> Candidate {
        let stages = self.channels.iter().enumerate();
        let channels = stages.map(|(index, channels)| (format!("stage[{index}].channels"), Value::Int(*channels)));
        let others = [
            ("padding", Value::Text(self.padding.into())),
            ("optimizer", Value::Text("sgd".into())),
            ("learning_rate", Value::Float(0.01)),
            ("batch_size", Value::Int(self.batch)),
        ];
        let with = self.with.iter().map(|(name, value)| (*name, Value::Text((*value).to_owned())));
        channels.chain(with.chain(others).map(|(name, value)| (name.to_owned(), value))).collect()
    }

    /// Noise: what the images show does not change what a step costs.
    fn images(&self, count: usize) -> Images {
        let pixels = count * self.shape.channels * self.shape.height * self.shape.width;
        Images {
            shape: self.shape,
            pixels: (0..pixels).map(|index| ((index * 2_654_435_761) >> 13) as u8).collect(),
            labels: (0..count).map(|index| (index % self.classes) as u32).collect(),
        }
    }

    /// What trains for `epochs` on so many images on `device`; as many more are for validation.
    pub fn trainer(&self, images: usize, device: &Device, epochs: u32) -> Result<Trainer, DataError> {
        let dataset = Dataset {
            name: self.name.to_owned(),
            shape: self.shape,
            peak: 255,
            classes: (0..self.classes).map(|class| class.to_string()).collect(),
            train: self.images(images * 2),
            test: Images::empty(self.shape),
            digest: String::new(),
        };
        let half = DataSpec { validation: 0.5, ..DataSpec::new(Source::Digits) };
        Trainer::new(&dataset, &half, device, 1, epochs)
    }

    /// Images a second in each epoch of a trial. Validation is not part of the time.
    pub fn speeds(&self, trainer: &Trainer, trial: u64) -> Result<Vec<f64>, Box<dyn Error>> {
        let mut speeds = Vec::new();
        trainer.train(trial, &self.candidate(), None, &mut |progress| {
            if let Progress::Epoch { epoch, .. } = progress {
                speeds.push(epoch.metrics["images_per_second"]);
            }
            Control::Continue
        })?;
        Ok(speeds)
    }
}
