//! What `benches/device.rs` tells of a device, and of networks that are trained on it.

use serde::Deserialize;

use super::{Options, answer, cargo};

/// A device that is open.
#[derive(Debug, Deserialize)]
pub struct Adapter {
    /// `wgpu (name, backend)`.
    pub name: String,
    pub driver: Option<String>,
    /// Whether it is a program on the processor.
    pub is_software: bool,
    /// The networks that are trained on it.
    pub nets: Vec<String>,
}

/// How a network was trained by a process that had trained nothing before.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Trained {
    /// Seconds, as all steps.
    pub first_step: f64,
    pub steady_step: f64,
    pub first_step_of_second_trial: f64,
    pub images_per_second: f64,
    pub predicted_bytes: u64,
    pub reserved_bytes: Option<u64>,
}

impl Adapter {
    /// The device that is asked for.
    pub fn open(options: &Options) -> Result<Self, String> {
        answer(&mut cargo(options, &BENCH, &[&options.device])).map_err(|cause| {
            format!("{} cannot be measured: {cause}; `kiln devices` lists what there is", options.device)
        })
    }
}

/// Trains a network in a process of its own, then in another one.
pub fn train_twice(options: &Options, net: &str, times: usize) -> Result<[Trained; 2], String> {
    eprintln!("{net}");
    let times = times.to_string();
    let train = || answer(&mut cargo(options, &BENCH, &[&options.device, net, &times]));
    let trained = train().and_then(|first| Ok([first, train()?]));
    trained.inspect_err(|cause| eprintln!("{net}: {cause}"))
}

const BENCH: [&str; 3] = ["bench", "--bench", "device"];
