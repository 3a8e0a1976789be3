//! What runner and worker say to each other: one JSON object a line.
//!
//! The runner writes [`Command`]s to the worker's standard input; the worker writes [`Event`]s to its standard
//! output. `kiln log` and `--log-format json` print the same events.

use std::io::{self, Write};
use std::path::PathBuf;

use kiln_search::candidate::Candidate;
use kiln_trials::trial::{Confusion, Epoch, Metrics, Origin, Outcome, TrialNumber};
use serde::{Deserialize, Serialize};

/// What the runner tells its worker to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Load the data and open the device; once, before everything else.
    Setup(Setup),
    /// Train one trial.
    Train(Assignment),
    /// Measure what one has learned on the test images.
    Test(Examination),
    /// Train on: the answer after an epoch that is one of [`Assignment::waits`]; or write the checkpoint now, the answer
    /// to [`Event::Crowded`].
    GoOn,
    /// Leave the trial where it is: the other answer. The worker says nothing more of it.
    Leave,
    /// End the running trial after its current epoch.
    Pause,
}

/// What a worker must know of its study.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    /// The name of the study file, for messages.
    pub file: String,
    /// The text of the study file.
    pub text: String,
    /// The device, as on the command line.
    pub device: String,
    /// Where data sets are looked for.
    pub data: PathBuf,
    /// Where checkpoints are written and read; none are, where nobody will continue what is trained.
    pub checkpoints: Option<PathBuf>,
    /// How many bytes they may take.
    pub disk: Option<u64>,
}

/// One trial for a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    /// The trial.
    pub trial: TrialNumber,
    /// The attempt that the runner's lease is for.
    pub attempt: u32,
    /// What stands for the trial in the addresses of its random streams: see [`Trial::stream`](kiln_trials::trial::Trial::stream).
    pub stream: u64,
    /// What to train.
    pub candidate: Candidate,
    /// The checkpoint to continue from.
    pub checkpoint: Option<String>,
    /// The epochs after which the worker waits for [`Command::GoOn`] or [`Command::Leave`].
    pub waits: Vec<u32>,
}

/// A trained network to be measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Examination {
    /// The trial.
    pub trial: TrialNumber,
    /// What was trained.
    pub candidate: Candidate,
    /// The checkpoint with what it has learned.
    pub checkpoint: String,
}

/// What a worker is ready to train on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// The opened device.
    pub device: String,
    /// The digest of the data set.
    pub digest: String,
    /// Channels, height and width of an image.
    pub image: [usize; 3],
    /// How many classes there are.
    pub classes: usize,
    /// Images to train on and to validate on.
    pub images: [usize; 2],
    /// Bytes that the idle worker takes: of its process on the processor, of the device elsewhere; where it is told.
    pub memory: Option<u64>,
}

/// What happens in a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The data are loaded and the device is open.
    Ready(Ready),
    /// A trial began, or is continued by a further attempt.
    Started {
        /// The trial.
        trial: TrialNumber,
        /// From 1.
        attempt: u32,
        /// How the candidate came about.
        #[serde(flatten)]
        origin: Origin,
        /// What is trained.
        candidate: Candidate,
        /// Figures known before training.
        statics: Metrics,
    },
    /// The trainer noticed something that a person should know.
    Warning {
        /// The trial.
        trial: TrialNumber,
        /// What, and what to do.
        text: String,
    },
    /// What the validation images were taken for after an epoch that was better than all before it; the epoch follows.
    Best {
        /// The trial.
        trial: TrialNumber,
        /// The epoch and its counts.
        #[serde(flatten)]
        confusion: Confusion,
    },
    /// An epoch is trained, validated and checkpointed.
    Epoch {
        /// The trial.
        trial: TrialNumber,
        /// Its number and metrics.
        #[serde(flatten)]
        epoch: Epoch,
        /// The directory of the checkpoint.
        checkpoint: Option<String>,
    },
    /// The trial is checkpointed and waits to be continued.
    Paused {
        /// The trial.
        trial: TrialNumber,
    },
    /// The checkpoint to continue from is whole, and the trainer cannot use it all the same.
    Unusable {
        /// The trial.
        trial: TrialNumber,
        /// The checkpoint.
        checkpoint: String,
        /// Why not.
        cause: String,
    },
    /// The next checkpoint does not fit beside those that are there: the worker waits for [`Command::GoOn`], and tries
    /// once more.
    Crowded {
        /// The trial.
        trial: TrialNumber,
    },
    /// The worker died of the trial.
    Fault {
        /// The trial.
        trial: TrialNumber,
        /// How often workers have died of it by now.
        faults: u32,
        /// The signal or the exit code, and the worker's last words.
        cause: String,
    },
    /// The trial is over.
    Finished {
        /// The trial.
        trial: TrialNumber,
        /// How it ended.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// What a trial has learned is measured on the test images.
    Tested {
        /// The trial.
        trial: TrialNumber,
        /// How many images got the right class.
        correct: u32,
        /// How many there are.
        images: u32,
        /// Mean cross-entropy of an image, in nats.
        loss: f64,
    },
    /// It cannot be measured.
    Untested {
        /// The trial.
        trial: TrialNumber,
        /// Why not.
        cause: String,
    },
    /// The worker cannot go on with any trial: data, device or disk.
    Failed {
        /// Whose it is to mend: the user's (an input) or the machine's.
        input: bool,
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

/// Writes `message` as one line and passes it on at once.
pub fn send(mut to: impl Write, message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}
