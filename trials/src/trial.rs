//! A trial: one candidate, trained, with everything that was seen of it.

use std::collections::BTreeMap;
use std::fmt;

use kiln_search::candidate::Candidate;
use kiln_search::evidence::fresh;
use serde::{Deserialize, Serialize};

mod confusion;
mod figures;
mod measured;
mod standing;

pub use confusion::Confusion;
pub use measured::{Measured, Telling};
pub use standing::Standing;

/// Figures known before training: `parameters`, `macs`, …
pub type Metrics = BTreeMap<String, f64>;

/// The number of a trial in its study, from 0 in the order in which trials began.
pub type TrialNumber = u32;

/// One epoch of training, as measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: u32,
    /// Losses in nats, accuracies in [0, 1], `seconds`, `images_per_second`, …
    #[serde(with = "figures")]
    pub metrics: Measured,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Trained to its last epoch.
    Complete,
    /// Stopped early because others did better.
    Pruned,
    /// Stopped by a person.
    Stopped,
    /// The loss became NaN or infinite.
    Diverged {
        /// From 1.
        epoch: u32,
        /// Step in the epoch, from 1.
        step: u32,
        /// The last loss that was finite, if there was one.
        last_loss: Option<f64>,
    },
    /// The memory did not suffice.
    OutOfMemory {
        /// What the allocator or the driver said.
        cause: String,
    },
    /// The trial's own wall time was used up, or the worker hung.
    TimedOut {
        /// What else was at an end than the trial's own wall time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// The worker died, panicked, or reported an error.
    Crashed {
        /// The signal, the panic's message or the error.
        cause: String,
    },
}

/// For people, with the cause: `diverged in epoch 3 at step 12 (last finite loss 2.3)`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("complete"),
            Self::Stopped => f.write_str("stopped by hand"),
            Self::Pruned => f.write_str("pruned: others did better"),
            Self::Diverged { epoch, step, last_loss } => {
                write!(f, "diverged in epoch {epoch} at step {step} (")?;
                match last_loss {
                    Some(loss) => write!(f, "last finite loss {loss:.4})"),
                    None => f.write_str("its loss was never finite)"),
                }
            }
            Self::OutOfMemory { cause } => write!(f, "out of memory: {cause}"),
            Self::TimedOut { cause: None } => f.write_str("timed out: its own wall time was used up"),
            Self::TimedOut { cause: Some(cause) } => write!(f, "timed out: {cause}"),
            Self::Crashed { cause } => write!(f, "crashed: {cause}"),
        }
    }
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

/// A [`State`] without its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A worker trains it.
    Running,
    /// It waits to be continued.
    Paused,
    /// It is over.
    Ended,
}

impl State {
    /// The state without its details.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Running => Phase::Running,
            Self::Paused => Phase::Paused,
            Self::Ended(_) => Phase::Ended,
        }
    }
}

/// As in "trial 3 is paused".
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "over",
        })
    }
}

/// How a trial's candidate came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "kebab-case")]
pub enum Origin {
    /// Listed under `enqueue`.
    Enqueued,
    /// Proposed by the sampler.
    Sampled,
    /// No part of the search: it is trained to find out, without having been chosen by its own result, what it is worth.
    Confirmation {
        /// What its random streams come from, instead of its number; from 0. Trials of one seed are paired.
        seed: u32,
    },
}

impl Origin {
    /// Whether it is a trial of the search, which samplers learn from and rankings list.
    pub fn is_search(self) -> bool {
        self.confirmation_seed().is_none()
    }

    /// The seed of a confirmation.
    pub fn confirmation_seed(self) -> Option<u32> {
        match self {
            Self::Confirmation { seed } => Some(seed),
            Self::Enqueued | Self::Sampled => None,
        }
    }
}

/// A checkpoint that is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The epoch that it was written after.
    pub epoch: u32,
    /// The name of its directory.
    pub name: String,
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
    /// Who holds the lease, while it has not run out.
    pub holder: Option<String>,
    /// The revision of the record that the search for its candidate knew: of other trials, what had changed later was
    /// unknown then.
    pub seen: u64,
    /// The revision of its last change.
    pub revision: u64,
    /// What its workers died of, each time that one did.
    pub faults: Vec<String>,
    /// Where it stands.
    pub state: State,
    /// Figures known before training: `parameters`, `macs`, `weight_bytes`, `activation_bytes`.
    pub statics: Metrics,
    /// The curve, in order of epochs.
    pub epochs: Vec<Epoch>,
    /// What the trainer noticed and a person should know.
    pub warnings: Vec<String>,
    /// The recorded checkpoints, oldest first. Their directories may be gone: see [`crate::checkpoint`].
    pub checkpoints: Vec<Checkpoint>,
    /// Milliseconds since the Unix epoch.
    pub began_at: u64,
    /// Milliseconds since the Unix epoch.
    pub ended_at: Option<u64>,
}

impl Trial {
    /// A trial that has just begun.
    pub fn new(number: TrialNumber, candidate: Candidate, origin: Origin, statics: Metrics, began_at: u64) -> Self {
        Self {
            number,
            candidate,
            origin,
            attempt: 1,
            holder: None,
            seen: 0,
            revision: 0,
            faults: Vec::new(),
            state: State::Running,
            statics,
            epochs: Vec::new(),
            warnings: Vec::new(),
            checkpoints: Vec::new(),
            began_at,
            ended_at: None,
        }
    }

    /// The figure called `metric`: as the last epoch measured it, or else as it was known before training.
    ///
    /// The last epoch and not the best one, which would be chosen by the very noise that it is meant to be free of.
    pub fn figure(&self, metric: &str) -> Option<f64> {
        let last = self.epochs.last().and_then(|epoch| epoch.metrics.get(metric));
        last.or_else(|| self.statics.get(metric)).copied()
    }

    /// What stands for it in the addresses of the random streams of its training: its number, or else its fresh seed.
    pub fn stream(&self) -> u64 {
        self.origin.confirmation_seed().map_or_else(|| u64::from(self.number), fresh)
    }

    /// The name of the newest checkpoint's directory.
    pub fn checkpoint(&self) -> Option<&str> {
        self.checkpoints.last().map(|checkpoint| checkpoint.name.as_str())
    }

    /// Whether it was trained to its end.
    pub fn is_complete(&self) -> bool {
        self.state == State::Ended(Outcome::Complete)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.state.phase() == Phase::Ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_say_their_cause() {
        let say = |outcome: Outcome| outcome.to_string();
        assert_eq!(
            say(Outcome::Diverged { epoch: 3, step: 12, last_loss: Some(2.31) }),
            "diverged in epoch 3 at step 12 (last finite loss 2.3100)"
        );
        assert_eq!(
            say(Outcome::Diverged { epoch: 1, step: 1, last_loss: None }),
            "diverged in epoch 1 at step 1 (its loss was never finite)"
        );
        assert_eq!(say(Outcome::Crashed { cause: "SIGSEGV".to_owned() }), "crashed: SIGSEGV");
        assert_eq!(say(Outcome::OutOfMemory { cause: "wgpu: 2 GiB".to_owned() }), "out of memory: wgpu: 2 GiB");
    }

    #[test]
    fn json_keeps_an_epoch_whose_losses_are_no_numbers() {
        let figures = [("a", f64::NAN), ("b", f64::INFINITY), ("c", f64::NEG_INFINITY), ("d", -0.0), ("e", 0.1 + 0.2)];
        let metrics = figures.into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect();
        let epoch = Epoch { epoch: 4, metrics };
        let json = serde_json::to_string(&epoch).expect("plain values");
        assert_eq!(json, r#"{"epoch":4,"metrics":{"a":"NaN","b":"inf","c":"-inf","d":-0.0,"e":0.30000000000000004}}"#);
        let back: Epoch = serde_json::from_str(&json).expect("what was written is readable");
        assert_eq!(format!("{back:?}"), format!("{epoch:?}"));
        serde_json::from_str::<Epoch>(r#"{"epoch":4,"metrics":{"a":"low"}}"#).expect_err("no number");
    }

    #[test]
    fn a_state_is_one_flat_object() {
        let states = [
            (State::Running, r#"{"state":"running"}"#),
            (State::Paused, r#"{"state":"paused"}"#),
            (State::Ended(Outcome::TimedOut { cause: None }), r#"{"state":"ended","outcome":"timed-out"}"#),
            (
                State::Ended(Outcome::Diverged { epoch: 2, step: 7, last_loss: Some(1.5) }),
                r#"{"state":"ended","outcome":"diverged","epoch":2,"step":7,"last_loss":1.5}"#,
            ),
        ];
        for (state, json) in states {
            assert_eq!(serde_json::to_string(&state).expect("plain values"), json);
            assert_eq!(serde_json::from_str::<State>(json).expect("what was written is readable"), state);
        }
    }
}
