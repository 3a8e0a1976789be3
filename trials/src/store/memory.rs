//! A store that lasts as long as its process: the reference that the others are tested against.

use std::path::Path;

use kiln_search::candidate::Candidate;

use super::{ErrorKind, Lease, Store, StoreError, StudyRecord, admit, now};
use crate::trial::{Checkpoint, Epoch, Metrics, Origin, Outcome, Phase, State, Trial, TrialNumber};

/// A study in memory.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    study: StudyRecord,
    trials: Vec<Trial>,
}

impl MemoryStore {
    /// A study without trials.
    pub fn new(study: StudyRecord) -> Self {
        Self { study, trials: Vec::new() }
    }

    fn get(&mut self, trial: TrialNumber) -> Result<&mut Trial, StoreError> {
        self.trials.get_mut(trial as usize).ok_or_else(|| refused(ErrorKind::UnknownTrial { trial }))
    }

    fn held(&mut self, lease: &Lease, action: &'static str) -> Result<&mut Trial, StoreError> {
        let trial = self.get(lease.trial)?;
        admit(lease, trial.attempt, trial.state.phase(), action).map_err(refused)?;
        Ok(trial)
    }
}

fn refused(kind: ErrorKind) -> StoreError {
    StoreError::new(kind, Path::new("(memory)"))
}

fn last(trial: &Trial) -> u32 {
    trial.epochs.last().map_or(0, |epoch| epoch.epoch)
}

impl Store for MemoryStore {
    fn study(&self) -> Result<StudyRecord, StoreError> {
        Ok(self.study.clone())
    }

    fn begin(&mut self, candidate: &Candidate, origin: Origin, statics: &Metrics) -> Result<Lease, StoreError> {
        let number = self.trials.len() as TrialNumber;
        self.trials.push(Trial {
            number,
            candidate: candidate.clone(),
            origin,
            attempt: 1,
            faults: Vec::new(),
            state: State::Running,
            statics: statics.clone(),
            epochs: Vec::new(),
            warnings: Vec::new(),
            checkpoints: Vec::new(),
            began_at: now(),
            ended_at: None,
        });
        Ok(Lease { trial: number, attempt: 1 })
    }

    fn claim(&mut self, trial: TrialNumber) -> Result<Lease, StoreError> {
        let record = self.get(trial)?;
        if record.is_over() {
            return Err(refused(ErrorKind::Illegal { trial, phase: Phase::Ended, action: "claimed" }));
        }
        record.state = State::Running;
        record.attempt += 1;
        Ok(Lease { trial, attempt: record.attempt })
    }

    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<(), StoreError> {
        let trial = self.held(lease, "given an epoch")?;
        let last = last(trial);
        if epoch.epoch != last + 1 {
            return Err(refused(ErrorKind::OutOfOrder { trial: lease.trial, epoch: epoch.epoch, last }));
        }
        trial.epochs.push(epoch.clone());
        trial.checkpoints.extend(checkpoint.map(|name| Checkpoint { epoch: epoch.epoch, name: name.to_owned() }));
        Ok(())
    }

    fn rewind(&mut self, lease: &Lease, epoch: u32) -> Result<(), StoreError> {
        let trial = self.held(lease, "rewound")?;
        let last = last(trial);
        if epoch > last {
            return Err(refused(ErrorKind::OutOfOrder { trial: lease.trial, epoch, last }));
        }
        trial.epochs.retain(|kept| kept.epoch <= epoch);
        trial.checkpoints.retain(|kept| kept.epoch <= epoch);
        Ok(())
    }

    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError> {
        let trial = self.held(lease, "warned of")?;
        if !trial.warnings.iter().any(|known| known == text) {
            trial.warnings.push(text.to_owned());
        }
        Ok(())
    }

    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError> {
        let trial = self.held(lease, "given a fault")?;
        trial.faults.push(cause.to_owned());
        Ok(trial.faults.len() as u32)
    }

    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError> {
        self.held(lease, "paused")?.state = State::Paused;
        Ok(())
    }

    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
        let trial = self.held(lease, "finished")?;
        trial.state = State::Ended(outcome.clone());
        trial.ended_at = Some(now());
        Ok(())
    }

    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError> {
        Ok(self.trials.get(number as usize).cloned())
    }

    fn snapshot(&self) -> Result<Vec<Trial>, StoreError> {
        Ok(self.trials.clone())
    }
}
