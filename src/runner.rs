//! The study's loop: propose a candidate, let a worker process train it, record what happens; until the budget is
//! used up, every candidate is tried, or the user stops.
//!
//! The runner is a supervisor: of the processes of a run only it writes the store. It never touches data or device
//! itself: whatever a driver does to a worker, the record is safe, and a new worker continues from the last checkpoint.
//! Several runs may share a study, by leases.

pub mod attempt;
pub mod budget;
pub mod clock;
pub mod confirmation;
pub mod crew;
pub mod diff;
pub mod doctor;
pub mod folder;
pub mod holder;
pub mod job;
mod keeping;
pub mod memory;
pub mod opening;
pub mod panics;
pub mod prediction;
pub mod process;
pub mod proposal;
pub mod protocol;
pub mod record;
pub mod repeat;
pub mod revision;
pub mod session;
mod test;
pub mod trainer;
mod watch;

use std::path::PathBuf;

use kiln_trials::store::StudyRecord;
use kiln_trials::trial::Standing;

use crate::failure::Failure;
use crate::runner::opening::Opened;
use crate::study::{Study, Workers};
use crate::term::View;

/// Where data sets are looked for that a study names without a path.
pub const DATA: &str = "data";

/// What to run, and where.
#[derive(Debug)]
pub struct Order {
    /// The name of the study file, for messages.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its meaning.
    pub study: Study,
    /// The directory of all studies.
    pub dir: PathBuf,
    /// The device, as on the command line.
    pub device: String,
    /// How many workers; the study file's number where it is not said.
    pub workers: Option<Workers>,
    /// Whether a changed file may be taken as a new revision.
    pub new_revision: bool,
    /// Whether the test images may be looked at again.
    pub again: bool,
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The budget is used up, or every candidate is tried; in words.
    Done(String),
    /// The user stopped it; the same command continues.
    Interrupted,
}

/// What a run leaves.
#[derive(Debug)]
pub struct Report {
    /// Why it ended.
    pub end: End,
    /// The study; `None` if it was interrupted before it could go on.
    pub study: Option<StudyRecord>,
    /// Where its trials stand, confirmations included.
    pub trials: Vec<Standing>,
}

impl Report {
    /// Of a study that was interrupted before it could go on.
    fn interrupted() -> Self {
        Self { end: End::Interrupted, study: None, trials: Vec::new() }
    }
}

/// Creates or continues a study and runs it to its end.
pub fn run(order: Order, view: &mut dyn View) -> Result<Report, Failure> {
    work(opening::open(order, view)?, view)
}

/// Works on a study that others may be running, until it ends.
pub fn help(order: Order, view: &mut dyn View) -> Result<Report, Failure> {
    work(opening::join(order, view)?, view)
}

/// Confirms what the search of a study has found so far.
pub fn confirm(order: Order, view: &mut dyn View) -> Result<Report, Failure> {
    work(opening::confirm(order, view)?, view)
}

fn work(opened: Opened, view: &mut dyn View) -> Result<Report, Failure> {
    match opened {
        Opened::Session(mut session) => {
            let end = session.run(view)?;
            let (study, trials) = session.into_record()?;
            Ok(Report { end, study: Some(study), trials })
        }
        Opened::Ended(report) => Ok(*report),
    }
}
