//! A trial: one candidate, trained, with everything that was seen of it.

use std::collections::BTreeMap;

use kiln_search::candidate::Candidate;
use serde::{Deserialize, Serialize};

/// Named figures: `val_accuracy`, `train_loss`, `parameters`, …
pub type Metrics = BTreeMap<String, f64>;

/// The number of a trial in its study, from 0 in the order in which trials began.
pub type TrialNumber = u32;

/// One epoch of training, as measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: u32,
    /// Losses in nats, accuracies in [0, 1], `seconds`, `images_per_second`.
    pub metrics: Metrics,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Trained to its last epoch.
    Complete,
    /// Stopped early because others did better.
    Pruned,
    /// The loss became NaN or infinite.
    Diverged {
        /// From 1.
        epoch: u32,
        /// Step in the epoch, from 1.
        step: u32,
        /// The last finite loss, if there was one.
        last_loss: Option<f64>,
    },
    /// The memory did not suffice.
    OutOfMemory {
        /// What the allocator or the driver said.
        cause: String,
    },
    /// The trial's own wall time was used up.
    TimedOut,
    /// The worker died, panicked, or reported an error.
    Crashed {
        /// The signal, the panic's message or the error.
        cause: String,
    },
}

/// Where a trial stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// A worker trains it, or trained it when its runner was killed.
    Running,
    /// Checkpointed and waiting to be continued.
    Paused,
    /// Over.
    Ended(Outcome),
}

/// How a trial's candidate came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Listed under `enqueue`.
    Enqueued,
    /// Proposed by the sampler.
    Sampled,
}

/// The record of one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Its number in the study.
    pub number: TrialNumber,
    /// What is trained.
    pub candidate: Candidate,
    /// How the candidate came about.
    pub origin: Origin,
    /// How often a worker has claimed it; the fence of its lease.
    pub attempt: u32,
    /// How often a worker died of it.
    pub faults: u32,
    /// Where it stands.
    pub state: State,
    /// Figures known before training: `parameters`, `macs`, `weight_bytes`, `activation_bytes`.
    pub statics: Metrics,
    /// The curve, in order of epochs.
    pub epochs: Vec<Epoch>,
    /// What the trainer noticed and a person should know.
    pub warnings: Vec<String>,
    /// The name of the last recorded checkpoint's directory, if one is kept.
    pub checkpoint: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub began_at: u64,
    /// Milliseconds since the Unix epoch.
    pub ended_at: Option<u64>,
}
