//! The store: the durable record of a study.

pub mod error;
pub mod memory;
pub mod sqlite;

use std::time::{SystemTime, UNIX_EPOCH};

use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;

pub use self::error::{ErrorKind, StoreError};
use crate::trial::{Epoch, Metrics, Origin, Outcome, Phase, Trial, TrialNumber};

/// What a study is; written once, when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyRecord {
    /// Its name.
    pub name: String,
    /// The seed of all its random streams.
    pub seed: u64,
    /// The text of its file.
    pub space_toml: String,
    /// What is optimised: metrics and their goals, in the order of the file.
    pub objectives: Vec<(String, Goal)>,
    /// Milliseconds since the Unix epoch.
    pub created_at: u64,
    /// The version of Kiln that created it.
    pub kiln_version: String,
    /// SHA-256 of the data set's content.
    pub data_digest: String,
    /// The name of the device on which it began.
    pub device: String,
    /// The method that finds its candidates.
    pub strategy: Strategy,
    /// Why that method was chosen, in one sentence; `None` if the file names it.
    pub reason: Option<String>,
}

/// The right to record what happens to a trial, until somebody else claims it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The trial.
    pub trial: TrialNumber,
    /// Which claim of the trial this is, from 1.
    pub attempt: u32,
}

/// The record of one study and its trials. This text is the contract; every implementation passes the same tests.
///
/// **Ownership.** [`begin`](Store::begin) and [`claim`](Store::claim) give a [`Lease`]. Whatever else changes a trial
/// needs the lease of its current attempt. A lease is plain data: it may cross processes, and it is worth nothing once
/// the trial was claimed again.
///
/// **States.** A trial is running, paused, or over with its outcome.
///
/// | operation | needs | leaves |
/// |---|---|---|
/// | `begin` | | running, attempt 1 |
/// | `claim` | running or paused | running, attempt + 1 |
/// | `record_epoch`, `rewind`, `warn`, `fault` | running, its lease | running |
/// | `pause` | running, its lease | paused |
/// | `finish` | running, its lease | over, for ever |
///
/// **Fences.** An operation with a lease is refused, and changes nothing, for the first of these that holds: there is
/// no such trial ([`UnknownTrial`](ErrorKind::UnknownTrial)); the trial was claimed since
/// ([`Fenced`](ErrorKind::Fenced)); its state does not admit the operation ([`Illegal`](ErrorKind::Illegal)); the epoch
/// is out of order ([`OutOfOrder`](ErrorKind::OutOfOrder)). So a worker that was given up for dead cannot record
/// anything, and nothing is recorded twice.
///
/// **Consistency.** Each operation is one transaction: all of it happens or nothing does, also when the process is
/// killed in the middle. Writers take turns; a reader sees the record as it was between two operations, never a part
/// of one. [`snapshot`](Store::snapshot) is of one instant.
///
/// **Durability.** What an operation that returned `Ok` has written survives the death of the process, of the system
/// and of the power, as far as the disk keeps its promises. After an error the record is as before; the one exception
/// is a disk that fails while it confirms, where the operation may have happened: read the trial again before
/// repeating it.
///
/// **Values.** Texts, candidates and numbers come back as they were given, floating-point numbers bit for bit
/// (`-0.0` and infinities too, but a candidate knows one zero only); every NaN comes back as one and the same quiet
/// NaN. The order of a candidate's parameters, of epochs, warnings and faults is kept. Times are the store's clock's,
/// for people: no rule depends on them.
///
/// **Errors.** [`StoreError`] tells the file, what is wrong ([`ErrorKind`]) and what to do next. Beside the refusals
/// above: [`Full`](ErrorKind::Full), [`ReadOnly`](ErrorKind::ReadOnly), [`Corrupt`](ErrorKind::Corrupt),
/// [`Busy`](ErrorKind::Busy) and [`Io`](ErrorKind::Io) from any operation of a store on a disk, and those of opening:
/// [`Missing`](ErrorKind::Missing), [`Exists`](ErrorKind::Exists), [`NotAStore`](ErrorKind::NotAStore),
/// [`Newer`](ErrorKind::Newer), [`Older`](ErrorKind::Older).
pub trait Store: Send {
    /// What the study is.
    fn study(&self) -> Result<StudyRecord, StoreError>;

    /// Adds a trial with the next free number (they are counted from 0, without gaps) and takes it.
    ///
    /// Two trials of the same candidate are two trials: who proposes candidates decides whether there may be such.
    fn begin(&mut self, candidate: &Candidate, origin: Origin, statics: &Metrics) -> Result<Lease, StoreError>;

    /// Takes a trial that is running or paused, and thereby ends every earlier lease of it.
    fn claim(&mut self, trial: TrialNumber) -> Result<Lease, StoreError>;

    /// Adds the next epoch to the curve, with the name of the checkpoint that was written after it.
    ///
    /// `epoch.epoch` must be one more than the last on record, or 1.
    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<(), StoreError>;

    /// Drops the epochs after `epoch` (0 drops all) and their checkpoints from the record: training continues there.
    ///
    /// `epoch` must not be past the last on record.
    fn rewind(&mut self, lease: &Lease, epoch: u32) -> Result<(), StoreError>;

    /// Keeps a warning; a text that the trial has already is not kept twice.
    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError>;

    /// Records that a worker died of the trial, and gives how often that has happened.
    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError>;

    /// Lets go of a trial that is to be continued.
    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError>;

    /// Ends a trial.
    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError>;

    /// The trial `number`, if there is one.
    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError>;

    /// All trials in order of their numbers.
    fn snapshot(&self) -> Result<Vec<Trial>, StoreError>;
}

/// Whether the holder of `lease` may change a trial that is at `attempt` in `phase`; the order of refusals is the
/// contract's.
fn admit(lease: &Lease, attempt: u32, phase: Phase, action: &'static str) -> Result<(), ErrorKind> {
    let trial = lease.trial;
    if lease.attempt != attempt {
        return Err(ErrorKind::Fenced { trial, attempt: lease.attempt, current: attempt });
    }
    if phase != Phase::Running {
        return Err(ErrorKind::Illegal { trial, phase, action });
    }
    Ok(())
}

/// Milliseconds since the Unix epoch.
pub fn now() -> u64 {
    // A clock before 1970 shows a wrong date and nothing worse.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

#[cfg(test)]
mod agreement;
