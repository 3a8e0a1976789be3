//! What Kiln predicts that a trial takes, beside what it takes: memory and time of random candidates, each in a process
//! of its own, on the digits and on images of the size of CIFAR.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, process};

use burn::tensor::Device;
use kiln::data::{self, DataSpec, Dataset, ImageShape, Images, Source};
use kiln::network::{Architecture, Plan, Shape};
use kiln::runner::memory;
use kiln::runner::prediction::Machine;
use kiln::runner::protocol::Ready;
use kiln::study;
use kiln::term::candidates::line;
use kiln::train::{Control, Progress, Recipe, Trainer};
use kiln::vocabulary::BuiltIn;
use kiln_search::candidate::Candidate;
use kiln_search::rng::{Purpose, Stream};
use serde_json::{Value, json};

const SPACE: &str = r#"
[study]
name = "prediction"
[data]
source = "digits"
[budget]
trials = 1
[space]
depth = { int = [1, 4] }
dense = { ordinal = [0, 64, 512] }
normalization = { one_of = ["none", "batch", "group", "min-max"] }
activation = { one_of = ["relu", "gelu", "silu"] }
rounding = { one_of = ["none", "straight-through"] }
optimizer = { one_of = ["sgd", "adam", "rmsprop"] }
momentum = 0.9
batch_size = { ordinal = [16, 64, 256] }
flip = { bool = true }
[space.stage]
repeat = "depth"
channels = { ordinal = [8, 16, 32, 64] }
kernel = { one_of = [1, 3, 5] }
skip = { bool = true }
"#;

const MIB: f64 = 1_048_576.0;

/// Candidates on each data set.
const CANDIDATES: u64 = 12;

/// By which the program is told to train one candidate.
const ORDER: &str = "KILN_PREDICTION";

fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(order) = env::var(ORDER) {
        println!("{}", measure(&serde_json::from_str(&order)?)?);
        return Ok(());
    }
    let space = study::read("prediction", SPACE, &BuiltIn)?.space;
    let mut ratios = Vec::new();
    println!("images   memory predicted   measured   ratio   seconds predicted   measured   candidate");
    for images in ["digits", "noise"] {
        for number in 0..CANDIDATES {
            let candidate = space.draw(&mut Stream::new(5, number, Purpose::Candidate).rng());
            let order = json!({ "images": images, "candidate": candidate }).to_string();
            let output = Command::new(env::current_exe()?).env(ORDER, order).output()?;
            let found: Value = serde_json::from_slice(&output.stdout)?;
            let figure = |name: &str| found[name].as_f64().unwrap_or(f64::NAN);
            let (predicted, memory) = (figure("predicted"), figure("memory"));
            println!(
                "{images:<7} {:>15.1} MiB {:>6.1} MiB {:>6.2} {:>17.2} s {:>8.2} s   {}",
                predicted / MIB,
                memory / MIB,
                memory / predicted,
                figure("predicted_seconds"),
                figure("seconds"),
                line(&candidate, |_| true),
            );
            ratios.push(memory / predicted);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("measured over predicted: median {:.2}, most {:.2}", ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    Ok(())
}

/// Trains one epoch of a candidate, and says what it took beside what was predicted.
fn measure(order: &Value) -> Result<Value, Box<dyn Error>> {
    let candidate: Candidate = serde_json::from_value(order["candidate"].clone())?;
    let dataset = if order["images"] == "digits" {
        data::load(&DataSpec::new(Source::Digits), Path::new("."))?
    } else {
        noise(ImageShape { channels: 3, height: 32, width: 32 }, 1024)
    };
    let ImageShape { channels, height, width } = dataset.shape;
    let trainer = Trainer::new(&dataset, &DataSpec::new(Source::Digits), &Device::flex(), 1, 1)?;
    let (classes, digest) = (dataset.classes.len(), dataset.digest.clone());
    drop(dataset);
    let ready = Ready {
        device: "cpu".to_owned(),
        digest,
        image: [channels, height, width],
        classes,
        images: trainer.images(),
        memory: memory::resident(process::id()),
    };
    memory::forget_peak();
    let mut seconds = 0.0;
    trainer.train(0, &candidate, None, &mut |progress| {
        if let Progress::Epoch { epoch, .. } = progress {
            seconds = epoch.metrics["seconds"];
        }
        Control::Continue
    })?;
    let plan = Plan::of(&Architecture::read(&candidate)?, Shape { channels, height, width }, classes)?;
    let prediction = Machine::of(&ready).predict(&plan, &Recipe::read(&candidate, 1)?);
    Ok(json!({
        "predicted": prediction.memory, "memory": memory::peak(),
        "predicted_seconds": prediction.seconds, "seconds": seconds,
    }))
}

/// Images with noise on them: what they show does not change what a training takes.
fn noise(shape: ImageShape, count: usize) -> Dataset {
    let pixels = (0..count * shape.len()).map(|index| ((index * 2_654_435_761) >> 13) as u8).collect();
    let labels = (0..count).map(|index| (index % 10) as u32).collect();
    Dataset {
        name: "noise".to_owned(),
        shape,
        peak: 255,
        classes: (0..10).map(|class| class.to_string()).collect(),
        train: Images { shape, pixels, labels },
        test: Images::empty(shape),
        digest: String::new(),
    }
}
