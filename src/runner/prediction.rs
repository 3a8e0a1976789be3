//! What a trial is going to take, before it is trained: memory and time.
//!
//! Memory is that of the worker's process where it trains on the processor, and that of the device elsewhere. It is what
//! an idle worker has; the weights with their gradients and what the optimizer remembers of them, and all of these once
//! more while a checkpoint is written; and whichever is more, what a step keeps and what its backward pass adds, or the
//! largest maps of a batch of validation images. The factors were fitted to measurements, which `benches/prediction.rs`
//! repeats, so that hardly any trial takes more than 1.2 times as much.
//!
//! Time is counted in multiply-accumulates and in numbers that are kept for the backward pass, at the pace of the epochs before.

use std::collections::VecDeque;

use kiln_trials::trial::Metrics;

use crate::data::ImageShape;
use crate::device;
use crate::network::Plan;
use crate::runner::protocol::Ready;
use crate::train::{Recipe, measure};

/// The names under which a prediction is on record, among the figures known before training.
pub const PREDICTIONS: [&str; 2] = [MEMORY, SECONDS];
/// The first of them: bytes of memory.
pub const MEMORY: &str = "predicted_memory_bytes";
const SECONDS: &str = "predicted_seconds";

/// The figure of an epoch for the most memory that its trial has taken: what the worker's earlier trials have left counts.
pub const MEASURED: &str = "memory_bytes";

/// A trial can take so many times as much memory as predicted.
pub const MARGIN: f64 = 1.2;

/// Bytes that a process takes once it computes: code, threads, what its allocator holds back.
const COMPUTING: f64 = 10.0 * 1_048_576.0;
/// Bytes of an idle worker without images.
const IDLE: u64 = 14 << 20;
/// Copies of the weights: themselves, their gradients, the moments of the optimizer, and a checkpoint of it all.
const COPIES: f64 = 10.0;
/// What a step keeps, over what its backward pass reads.
const KEPT: f64 = 1.5;
/// Gradients of maps and workspace at the same time, over what the largest layer reads and puts out.
const TRANSIENT: f64 = 2.0;
/// Maps of a look at the validation images at the same time, over what the largest layer reads and puts out: activations
/// and roundings that are put together of several operations have more.
const LOOKING: f64 = 2.5;

/// Multiply-accumulates a second of a thread.
const MACS: f64 = 2.5e10;
/// Seconds for a number that is kept.
const NUMBER: f64 = 4e-9;
/// Seconds for a step, whatever its size.
const STEP: f64 = 1e-3;
/// So many of the latest epochs tell the pace.
const LATEST: usize = 20;

/// What a trial is going to take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Bytes of memory.
    pub memory: u64,
    /// Seconds, to the last epoch.
    pub seconds: f64,
}

impl Prediction {
    /// Adds the figures to those that are known before training.
    pub fn add_to(&self, statics: &mut Metrics) {
        statics.insert(MEMORY.to_owned(), self.memory as f64);
        statics.insert(SECONDS.to_owned(), self.seconds);
    }
}

/// What is known of the machine and the data.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Whether trials share the memory of the host.
    pub is_processor: bool,
    /// Bytes of an idle worker, or of what it holds on its device.
    idle: u64,
    /// Images to train on and to validate on.
    images: [usize; 2],
    /// Seconds over those predicted before anything was measured.
    paces: VecDeque<f64>,
}

impl Machine {
    /// That of a worker that is ready.
    pub fn of(ready: &Ready) -> Self {
        let [channels, height, width] = ready.image;
        let estimated = Self::estimated(ImageShape { channels, height, width }, ready.images);
        Self {
            is_processor: device::is_processor(&ready.device),
            idle: ready.memory.unwrap_or(estimated.idle),
            ..estimated
        }
    }

    /// The processor before any worker has begun, for so many images of `shape` to train and to validate on.
    pub fn estimated(shape: ImageShape, images: [usize; 2]) -> Self {
        let numbers = images.iter().sum::<usize>() * shape.len();
        let idle = IDLE + (numbers * size_of::<f32>()) as u64;
        Self { is_processor: true, idle, images, paces: VecDeque::new() }
    }

    /// What a trial of `plan` is going to take that is trained by `recipe`.
    pub fn predict(&self, plan: &Plan, recipe: &Recipe) -> Prediction {
        let [training, validation] = self.images;
        let batch = recipe.batch_size.min(training);
        let step = KEPT * plan.activation_bytes(batch) as f64 + TRANSIENT * plan.widest_bytes(batch) as f64;
        let look = LOOKING * plan.widest_bytes(validation.min(measure::BATCH)) as f64;
        let weights = COPIES * plan.weight_bytes() as f64;
        let memory = self.idle as f64 + COMPUTING + weights + step.max(look);
        Prediction {
            memory: memory as u64,
            seconds: self.pace() * self.unpaced(plan, recipe) * f64::from(recipe.epochs),
        }
    }

    /// Bytes that the process of a worker takes for a trial, predicted to take so many, beyond what it takes idle; none where
    /// trials do not share the memory of the host.
    pub fn added(&self, predicted: u64) -> u64 {
        if self.is_processor { predicted.saturating_sub(self.idle) } else { 0 }
    }

    /// Notes how long an epoch of a trial took.
    pub fn learn(&mut self, plan: &Plan, recipe: &Recipe, seconds: f64) {
        let pace = seconds / self.unpaced(plan, recipe);
        if pace.is_finite() && pace > 0.0 {
            self.paces.push_back(pace);
            self.paces.drain(..self.paces.len().saturating_sub(LATEST));
        }
    }

    /// The median of the latest paces.
    fn pace(&self) -> f64 {
        let mut paces: Vec<f64> = self.paces.iter().copied().collect();
        paces.sort_by(f64::total_cmp);
        paces.get(paces.len() / 2).copied().unwrap_or(1.0)
    }

    /// Seconds of an epoch before anything was measured: the backward pass takes twice the time of the forward pass.
    fn unpaced(&self, plan: &Plan, recipe: &Recipe) -> f64 {
        let [training, validation] = self.images.map(|images| images as f64);
        let passes = training + validation / 3.0;
        let macs = 3.0 * plan.macs() as f64 / (MACS * device::cores() as f64);
        passes * (macs + plan.activation_bytes(1) as f64 / 4.0 * NUMBER)
            + (training / recipe.batch_size as f64).ceil() * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Architecture, Shape};

    const IMAGE: ImageShape = ImageShape { channels: 3, height: 32, width: 32 };

    fn read(json: &str) -> (Plan, Recipe) {
        let candidate = serde_json::from_str(json).expect("a candidate");
        let architecture = Architecture::read(&candidate).expect("valid");
        let plan = Plan::of(&architecture, Shape { channels: 3, height: 32, width: 32 }, 10).expect("can be built");
        (plan, Recipe::read(&candidate, 4).expect("valid"))
    }

    #[test]
    fn larger_batches_and_wider_networks_take_more_and_longer_trainings_more_time() {
        let machine = Machine::estimated(IMAGE, [3000, 1000]);
        let predict = |json| {
            let (plan, recipe) = read(json);
            machine.predict(&plan, &recipe)
        };
        let small = predict(r#"{"channels": 8, "batch_size": 256}"#);
        let wide = predict(r#"{"channels": 32, "batch_size": 256}"#);
        let large = predict(r#"{"channels": 8, "batch_size": 1024}"#);
        let long = predict(r#"{"channels": 8, "batch_size": 256, "epochs": 8}"#);
        assert!(wide.memory > small.memory && wide.seconds > small.seconds);
        assert!(large.memory > small.memory);
        assert_eq!((long.memory, long.seconds), (small.memory, 2.0 * small.seconds));
    }

    #[test]
    fn time_follows_the_median_pace_of_the_latest_epochs() {
        let mut machine = Machine::estimated(IMAGE, [3000, 1000]);
        let (plan, recipe) = read("{}");
        let before = machine.predict(&plan, &recipe).seconds;
        let epoch = before / f64::from(recipe.epochs);
        for pace in [1000.0; 30].into_iter().chain([2.0; 15]).chain([f64::NAN, 0.0]).chain([9.0; 5]) {
            machine.learn(&plan, &recipe, pace * epoch);
        }
        assert!((machine.predict(&plan, &recipe).seconds / before - 2.0).abs() < 1e-9);
    }
}
