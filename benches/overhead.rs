//! What an epoch costs beyond its steps: an epoch over as many steps on a batch that is ready, of one network with and
//! without augmentation, by the clock and in time of the processor. Each pair is measured five times, taking turns;
//! medians.

use std::error::Error;
use std::fs;
use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};
use kiln::data::{DataSpec, Dataset, ImageShape, Images, Source};
use kiln::network::{Architecture, Network, Plan, Shape};
use kiln::train::optimizer::Optimizer;
use kiln::train::tally::Targets;
use kiln::train::{Control, Progress, Recipe, Trainer, gradient};
use kiln_search::candidate::Candidate;
use kiln_search::rng::{Purpose, Stream};

const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };
const CLASSES: usize = 10;
const BATCH: usize = 64;
const STEPS: usize = 64;
const RUNS: usize = 5;

const NET: &str = r#""stage[0].channels": 16, "stage[1].channels": 32, "stage[2].channels": 64, "optimizer": "sgd",
    "learning_rate": 0.01, "batch_size": 64"#;

const AUGMENTATIONS: [(&str, &str); 3] = [
    ("none", ""),
    ("flip, crop 1, cutout 2", r#", "flip": true, "crop": 1, "cutout": 2"#),
    ("the same and cutmix", r#", "flip": true, "crop": 1, "cutout": 2, "cutmix": 1.0"#),
];

fn main() -> Result<(), Box<dyn Error>> {
    for (name, augmentation) in AUGMENTATIONS {
        let candidate: Candidate = serde_json::from_str(&format!("{{{NET}{augmentation}}}"))?;
        let (mut clock, mut processor) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let (epoch, steps) = (epoch(&candidate)?, steps(&candidate)?);
            clock.push(epoch.clock / steps.clock);
            processor.push(epoch.processor / steps.processor);
        }
        for (by, mut ratios) in [("clock", clock), ("processor", processor)] {
            ratios.sort_by(f64::total_cmp);
            let [low, median, high] = [ratios[0], ratios[RUNS / 2], ratios[RUNS - 1]];
            println!("{name:<24} {by:<10} an epoch takes {median:.3} of its steps ({low:.3} to {high:.3})");
        }
    }
    Ok(())
}

/// Seconds, by the clock and of all threads of the process.
struct Time {
    clock: f64,
    processor: f64,
}

/// A moment from which time is counted.
struct Moment(Instant, f64);

impl Moment {
    fn now() -> Self {
        Self(Instant::now(), processor())
    }

    fn elapsed(&self) -> Time {
        Time { clock: self.0.elapsed().as_secs_f64(), processor: processor() - self.1 }
    }
}

/// Seconds that the threads of this process have computed, which Linux counts in hundredths.
fn processor() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name of the program, which can have spaces in it.
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The second epoch, with a hundredth more images to validate on.
fn epoch(candidate: &Candidate) -> Result<Time, Box<dyn Error>> {
    let count = BATCH * STEPS;
    let all = count + count / 100;
    let noise = (0..all * SHAPE.len()).map(|index| ((index * 2_654_435_761) >> 13) as u8);
    let labels = (0..all).map(|index| (index % CLASSES) as u32).collect();
    let dataset = Dataset {
        name: "noise".to_owned(),
        shape: SHAPE,
        peak: 255,
        classes: (0..CLASSES).map(|class| class.to_string()).collect(),
        train: Images { shape: SHAPE, pixels: noise.collect(), labels },
        test: Images::empty(SHAPE),
        digest: String::new(),
    };
    let spec = DataSpec { validation: 1.0 - count as f64 / all as f64, ..DataSpec::new(Source::Digits) };
    let trainer = Trainer::new(&dataset, &spec, &Device::flex(), 1, 2)?;
    let (mut began, mut time) = (Moment::now(), None);
    trainer.train(0, candidate, None, &mut |progress| {
        if let Progress::Epoch { .. } = progress {
            time = Some(began.elapsed());
            began = Moment::now();
        }
        Control::Continue
    })?;
    time.ok_or_else(|| "no epoch was trained".into())
}

/// As many steps, after some to warm up.
fn steps(candidate: &Candidate) -> Result<Time, Box<dyn Error>> {
    let ImageShape { channels, height, width } = SHAPE;
    let device = Device::flex();
    let recipe = Recipe::read(candidate, 1)?;
    let plan = Plan::of(&Architecture::read(candidate)?, Shape { channels, height, width }, CLASSES)?;
    let mut rng = Stream::new(1, 0, Purpose::Weights).rng();
    let mut network = Network::build(&plan, &device.clone().autodiff(), &mut rng);
    let mut optimizer = Optimizer::new(&recipe);
    let noise: Vec<f32> =
        (0..BATCH * SHAPE.len()).map(|index| (index * 2_654_435_761 % 255) as f32 / 127.0 - 1.0).collect();
    let images = Tensor::<4>::from_data(TensorData::new(noise, [BATCH, channels, height, width]), &device);
    let targets = Targets::hard((0..BATCH).map(|index| (index % CLASSES) as u32).collect(), CLASSES);
    let mut began = Moment::now();
    for step in 0..STEPS + STEPS / 4 {
        if step == STEPS / 4 {
            began = Moment::now();
        }
        let loss = targets.loss(network.forward(images.clone().autodiff()));
        let gradients = gradient::collect(&network, &mut loss.backward());
        network = optimizer.step(network, gradients, recipe.learning_rate);
    }
    Ok(began.elapsed())
}
