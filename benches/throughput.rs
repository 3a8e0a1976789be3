//! Training throughput of two networks on the CPU: one JSON line each. `compare.py` sets it beside PyTorch.

use std::error::Error;

use burn::tensor::Device;
use kiln::data::{DataSpec, Dataset, ImageShape, Images, Source};
use kiln::train::{Control, Progress, Trainer};
use kiln_search::candidate::{Candidate, Value};
use serde_json::json;

/// A plain convolutional network: 3×3 convolutions with ReLU, global average pooling, one dense layer.
struct Net {
    name: &'static str,
    channels: [i64; 3],
    shape: ImageShape,
    classes: usize,
    batch: usize,
    images: usize,
}

const NETS: [Net; 2] = [
    Net {
        name: "64-128-256 on 32x32x3, batch 32",
        channels: [64, 128, 256],
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 256,
    },
    Net {
        name: "16-32-64 on 8x8x1, batch 64",
        channels: [16, 32, 64],
        shape: ImageShape { channels: 1, height: 8, width: 8 },
        classes: 10,
        batch: 64,
        images: 12_800,
    },
];

impl Net {
    fn candidate(&self) -> Candidate {
        let stages = self.channels.iter().enumerate();
        let channels = stages.map(|(index, channels)| (format!("stage[{index}].channels"), Value::Int(*channels)));
        let others = [
            ("padding", Value::Text("valid".into())),
            ("optimizer", Value::Text("sgd".into())),
            ("learning_rate", Value::Float(0.01)),
            ("batch_size", Value::Int(self.batch as i64)),
        ];
        channels.chain(others.map(|(name, value)| (name.to_owned(), value))).collect()
    }

    /// Noise: what the images show does not change what a step costs.
    fn images(&self, count: usize) -> Images {
        let pixels = count * self.shape.channels * self.shape.height * self.shape.width;
        Images {
            shape: self.shape,
            pixels: (0..pixels).map(|index| (index * 2_654_435_761 >> 13) as u8).collect(),
            labels: (0..count).map(|index| (index % self.classes) as u32).collect(),
        }
    }

    /// Images a second in the second epoch; the first one warms up. Half of the images are for validation, which is
    /// not part of the time.
    fn measure(&self) -> Result<f64, Box<dyn Error>> {
        let dataset = Dataset {
            name: self.name.to_owned(),
            shape: self.shape,
            peak: 255,
            classes: (0..self.classes).map(|class| class.to_string()).collect(),
            train: self.images(self.images * 2),
            test: Images::empty(self.shape),
            digest: String::new(),
        };
        let half = DataSpec { validation: 0.5, ..DataSpec::new(Source::Digits) };
        let trainer = Trainer::new(&dataset, &half, &Device::flex(), 1, 2)?;
        let mut speed = 0.0;
        trainer.train(0, &self.candidate(), None, &mut |progress| {
            if let Progress::Epoch { epoch, .. } = progress {
                speed = epoch.metrics["images_per_second"];
            }
            Control::Continue
        })?;
        Ok(speed)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    for net in NETS {
        println!("{}", json!({ "net": net.name, "images_per_second": net.measure()? }));
    }
    Ok(())
}
