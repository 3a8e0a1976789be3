//! What `cargo xtask gpu-bench` asks of a device: what it is, or how a network trains on it. The answer is a JSON line.
//!
//!     cargo bench --bench device -- DEVICE [NET TIMES]
//!
//! A trial whose images are one batch has one step an epoch, so that its images a second tell how long each step took,
//! with the time that the device needs to finish. Epochs of the network's usual images, so many TIMES, tell how many
//! images a second there are where nobody waits between steps.

mod nets;

use std::env;
use std::error::Error;

use kiln::data::ImageShape;
use kiln::device::{self, Kind, Opened};
use kiln::network::{Architecture, Plan, Shape};
use kiln::runner::prediction::Machine;
use kiln::runner::protocol::Ready;
use kiln::train::Recipe;
use serde_json::{Value, json};

use nets::{NETS, Net};

/// For adapters that are programs on the processor, where the kernels of a single layer take a minute.
const TINY: [Net; 1] = [Net {
    name: "2 on 8x8x1, batch 8",
    with: &[],
    channels: &[2],
    padding: "same",
    shape: ImageShape { channels: 1, height: 8, width: 8 },
    classes: 4,
    batch: 8,
    images: 16,
}];

/// Steps of each trial of one batch. The last half of them are steady.
const STEPS: u32 = 20;

/// Epochs of many steps; the first one is not counted.
const EPOCHS: u32 = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments[..] {
        [device] => about(&device::open(device.parse()?)?),
        [device, name, times] => {
            let net = NETS.into_iter().chain(TINY).find(|net| net.name == name).ok_or("there is no such network")?;
            measure(&net, &device::open(device.parse()?)?, times.parse()?)?
        }
        _ => return Err("usage: cargo bench --bench device -- DEVICE [NET TIMES]".into()),
    };
    println!("{answer}");
    Ok(())
}

/// The name of a device, its driver, whether it is a program, and which networks it is good for.
fn about(opened: &Opened) -> Value {
    let adapter = device::list().into_iter().find(|one| opened.name == format!("wgpu ({}, {})", one.name, one.backend));
    let is_software = adapter.as_ref().is_some_and(|adapter| adapter.kind == Kind::Software);
    let nets: Vec<&str> = if is_software { &TINY[..] } else { &NETS }.iter().map(|net| net.name).collect();
    let driver = adapter.map(|adapter| adapter.driver);
    json!({ "name": opened.name, "driver": driver, "is_software": is_software, "nets": nets })
}

/// Trains two trials of one step an epoch, then one of many steps an epoch.
fn measure(net: &Net, opened: &Opened, times: usize) -> Result<Value, Box<dyn Error>> {
    let batch = net.batch as usize;
    let held = || opened.device.memory_pool_usage().map(|usage| usage.bytes_reserved);
    let short = net.trainer(batch, &opened.device, STEPS)?;
    let long = net.trainer(net.images * times, &opened.device, EPOCHS)?;
    let ImageShape { channels, height, width } = net.shape;
    let ready = Ready {
        device: opened.name.clone(),
        digest: String::new(),
        image: [channels, height, width],
        classes: net.classes,
        images: long.images(),
        memory: held(),
    };

    let steps = |trial| -> Result<Vec<f64>, Box<dyn Error>> {
        Ok(net.speeds(&short, trial)?.into_iter().map(|speed| batch as f64 / speed).collect())
    };
    let (first, second) = (steps(0)?, steps(1)?);
    let speeds = net.speeds(&long, 2)?;
    let candidate = net.candidate();
    let plan = Plan::of(&Architecture::read(&candidate)?, Shape { channels, height, width }, net.classes)?;
    Ok(json!({
        "first_step": first[0],
        "steady_step": median(&first[first.len() / 2..]),
        "first_step_of_second_trial": second[0],
        "images_per_second": median(&speeds[1..]),
        "predicted_bytes": Machine::of(&ready).predict(&plan, &Recipe::read(&candidate, EPOCHS)?).memory,
        "reserved_bytes": held(),
    }))
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
