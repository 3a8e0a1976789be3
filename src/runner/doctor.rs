//! What is wrong with a study, and what of that can be mended without a loss.
//!
//! Looking changes nothing, and needs no lock. Mended is only what the next run would mend, too, or could not use: under the
//! lock of the study, by the rules of the runner. Where a process works on the study, leases and checkpoints are
//! left to it; where the record is not sound, to a person.

mod checkpoints;
mod file;
mod processes;
mod record;
mod store;

use kiln_trials::store::StudyRecord;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::trial::Trial;
use miette::Diagnostic;
use serde::Serialize;

use crate::failure::Failure;
use crate::runner::folder::Folder;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The file of the record.
    Store,
    /// What it says.
    Record,
    /// The text of the study file in it.
    File,
    /// The images.
    Data,
    /// Who works on the study.
    Processes,
    /// The directories of the checkpoints.
    Checkpoints,
    /// Whether a trial can be repeated.
    Training,
}

impl Part {
    /// One word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Record => "record",
            Self::File => "file",
            Self::Data => "data",
            Self::Processes => "processes",
            Self::Checkpoints => "checkpoints",
            Self::Training => "training",
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it should be.
    Sound,
    /// Nothing to worry about.
    Noted,
    /// It was not sound, and is now.
    Mended,
    /// It is not sound, and a person has to do something.
    Problem,
}

impl Standing {
    /// One word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Noted => "noted",
            Self::Mended => "mended",
            Self::Problem => "problem",
        }
    }
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub part: Part,
    /// How it stands.
    pub standing: Standing,
    /// In words.
    pub what: String,
    /// What to do next, where something is to be done.
    pub next: Option<String>,
}

impl Finding {
    /// Something that needs nobody.
    pub fn new(part: Part, standing: Standing, what: impl Into<String>) -> Self {
        Self { part, standing, what: what.into(), next: None }
    }

    /// Something that a person has to mend, and how.
    pub fn problem(part: Part, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { part, standing: Standing::Problem, what: what.into(), next: Some(next.into()) }
    }

    /// What could not be done.
    pub fn failure(part: Part, failure: &Failure) -> Self {
        let next = failure.help().map(|help| help.to_string());
        Self { part, standing: Standing::Problem, what: failure.with_causes().replace('\n', "; "), next }
    }
}

/// The record of a study, as it could be read.
#[derive(Debug)]
pub struct Record {
    /// The study.
    pub study: StudyRecord,
    /// How many changes there have been.
    pub revision: u64,
    /// Its trials.
    pub trials: Vec<Trial>,
}

/// Looks at everything in `folder`, mends what can be mended, and gives the record, if it can be used.
pub fn examine(folder: &Folder, findings: &mut Vec<Finding>) -> Option<Record> {
    let users = match processes::users(folder) {
        Ok(users) => users,
        Err(failure) => {
            findings.push(Finding::failure(Part::Processes, &failure));
            return None;
        }
    };
    let record = store::read(folder, users.is_none(), findings)?;
    let study = file::check(&record.study, folder.name(), findings);
    let is_sound = record::check(&record, study.as_ref(), findings);
    if let Some(users) = users {
        findings.push(left_to(&users));
    } else if !is_sound {
        let what = "leases and checkpoints are left alone while the record is not sound";
        findings.push(Finding::new(Part::Processes, Standing::Noted, what));
    } else {
        mend(folder, study.and_then(|study| study.checkpoints.keep), findings);
    }
    is_sound.then_some(record)
}

fn left_to(users: &str) -> Finding {
    let what = format!("in use: leases and checkpoints are left to {users}");
    Finding::new(Part::Processes, Standing::Noted, what)
}

/// Mends what interrupted runs have left; `keep` is the number of best trials that keep their checkpoints.
fn mend(folder: &Folder, keep: Option<u32>, findings: &mut Vec<Finding>) {
    // Nobody begins a run while this is done.
    let _lock = match folder.lock() {
        Ok(lock) => lock,
        Err(Failure::Busy { .. }) => return findings.push(left_to(processes::SOMEBODY)),
        Err(failure) => return findings.push(Finding::failure(Part::Processes, &failure)),
    };
    let mut store = match SqliteStore::open(&folder.store()) {
        Ok(store) => store,
        Err(error) => return findings.push(Finding::failure(Part::Store, &error.into())),
    };
    if let Err(failure) = processes::bury(folder, &mut store, findings) {
        return findings.push(Finding::failure(Part::Processes, &failure));
    }
    if let Err(failure) = checkpoints::tend(folder, &store, keep, findings) {
        findings.push(Finding::failure(Part::Checkpoints, &failure));
    }
}
