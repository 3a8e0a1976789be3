//! Training throughput of some networks on the CPU, or of those whose name contains the first argument: one JSON line
//! each. `compare.py` sets it beside `PyTorch`.

use std::error::Error;

use burn::tensor::Device;
use kiln::data::{DataSpec, Dataset, ImageShape, Images, Source};
use kiln::train::{Control, Progress, Trainer};
use kiln_search::candidate::{Candidate, Value};
use serde_json::json;

/// A plain convolutional network: 3×3 convolutions with `ReLU`, global average pooling, one dense layer.
struct Net {
    name: &'static str,
    /// What else is chosen.
    with: &'static [(&'static str, &'static str)],
    channels: [i64; 3],
    padding: &'static str,
    shape: ImageShape,
    classes: usize,
    batch: i64,
    images: usize,
}

const NETS: [Net; 4] = [
    Net {
        name: "64-128-256 on 32x32x3, batch 32",
        with: &[],
        channels: [64, 128, 256],
        padding: "valid",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 256,
    },
    Net {
        name: "16-32-64 on 8x8x1, batch 64",
        with: &[],
        channels: [16, 32, 64],
        padding: "same",
        shape: ImageShape { channels: 1, height: 8, width: 8 },
        classes: 10,
        batch: 64,
        images: 12_800,
    },
    Net {
        name: "depthwise 32-64-128 on 32x32x3, batch 32",
        with: &[("operation", "depthwise")],
        channels: [32, 64, 128],
        padding: "same",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 1_024,
    },
    Net {
        name: "min-max 64-128-256 on 32x32x3, batch 32",
        with: &[("normalization", "min-max"), ("normalization_placement", "input"), ("min_max_scope", "batch")],
        channels: [64, 128, 256],
        padding: "valid",
        shape: ImageShape { channels: 3, height: 32, width: 32 },
        classes: 20,
        batch: 32,
        images: 256,
    },
];

impl Net {
    fn candidate(&self) -> Candidate {
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
    let wanted = std::env::args().nth(1).filter(|word| !word.starts_with('-')).unwrap_or_default();
    for net in NETS.into_iter().filter(|net| net.name.contains(&wanted)) {
        println!("{}", json!({ "net": net.name, "images_per_second": net.measure()? }));
    }
    Ok(())
}
