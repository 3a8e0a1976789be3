//! A store that lasts as long as its process: the reference that the others are tested against.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use kiln_search::candidate::Candidate;

use super::clock::{Clock, Moment};
use super::{
    Beginning, Changes, Entry, EntryNumber, ErrorKind, FileRevision, Holder, Lease, Look, Rules, Standings, Store,
    StoreError, StudyRecord, Wishes, admit, now,
};
use crate::trial::{Checkpoint, Confusion, Epoch, Outcome, Phase, State, Trial, TrialNumber};

/// A study in memory.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    study: StudyRecord,
    file_revisions: Vec<FileRevision>,
    trials: Vec<Trial>,
    /// Who took each trial last, and when that lease runs out.
    leases: Vec<(String, Moment)>,
    /// Of each trial, by epoch.
    confusions: Vec<BTreeMap<u32, Confusion>>,
    clock: Clock,
    revision: u64,
    wishes: Wishes,
    spent: Duration,
    looks: Vec<Look>,
    /// How many entries the queue has ever had.
    entries: EntryNumber,
}

impl MemoryStore {
    /// A study without trials, whose leases run out by `clock`.
    pub fn new(study: StudyRecord, clock: Clock) -> Self {
        Self {
            file_revisions: vec![FileRevision {
                number: 1,
                rules: study.rules(),
                first: 0,
                began_at: study.created_at,
            }],
            study,
            trials: Vec::new(),
            leases: Vec::new(),
            confusions: Vec::new(),
            clock,
            revision: 0,
            wishes: Wishes::default(),
            spent: Duration::ZERO,
            looks: Vec::new(),
            entries: 0,
        }
    }

    fn get(&mut self, trial: TrialNumber) -> Result<&mut Trial, StoreError> {
        self.trials.get_mut(trial as usize).ok_or_else(|| refused(ErrorKind::UnknownTrial { trial }))
    }

    fn held(&mut self, lease: &Lease, action: &'static str) -> Result<&mut Trial, StoreError> {
        let trial = self.get(lease.trial)?;
        admit(lease, trial.attempt, trial.state.phase(), action).map_err(refused)?;
        Ok(trial)
    }

    /// Refuses whoever goes by another revision of the file than `revision`.
    fn demand_file(&self, revision: u32) -> Result<(), StoreError> {
        let current = self.study.file_revision;
        if current == revision { Ok(()) } else { Err(refused(ErrorKind::Revised { current })) }
    }

    /// One more change, to `trial`.
    fn revise(&mut self, trial: TrialNumber) {
        self.revision += 1;
        self.trials[trial as usize].revision = self.revision;
    }

    /// Whose lease of a trial has not run out.
    fn holder(&self, trial: TrialNumber) -> Option<&String> {
        let (holder, ends) = &self.leases[trial as usize];
        let running = self.trials[trial as usize].state == State::Running;
        Some(holder).filter(|_| running && !ends.is_past(&self.clock.now()))
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

    fn file_revisions(&self) -> Result<Vec<FileRevision>, StoreError> {
        Ok(self.file_revisions.clone())
    }

    fn revise_file(&mut self, number: u32, rules: &Rules) -> Result<(), StoreError> {
        self.demand_file(number.wrapping_sub(1))?;
        let Rules { space_toml, strategy, reason } = rules.clone();
        self.study = StudyRecord { space_toml, strategy, reason, file_revision: number, ..self.study.clone() };
        let first = self.trials.len() as TrialNumber;
        self.file_revisions.push(FileRevision { number, rules: rules.clone(), first, began_at: now() });
        Ok(())
    }

    fn begin(&mut self, holder: &Holder, beginning: &Beginning<'_>) -> Result<Lease, StoreError> {
        let Beginning { number, candidate, origin, statics, seen, entry, file_revision } = *beginning;
        self.demand_file(file_revision)?;
        let queue = &mut self.wishes.queue;
        if number as usize != self.trials.len()
            || entry.is_some_and(|entry| !queue.iter().any(|queued| queued.number == entry))
        {
            return Err(refused(ErrorKind::Taken { trial: number }));
        }
        queue.retain(|queued| Some(queued.number) != entry);
        self.trials.push(Trial { seen, ..Trial::new(number, candidate.clone(), origin, statics.clone(), now()) });
        self.leases.push((holder.name.clone(), self.clock.now().after(holder.term)));
        self.confusions.push(BTreeMap::new());
        self.revise(number);
        Ok(Lease { trial: number, attempt: 1 })
    }

    fn claim(&mut self, holder: &Holder, trial: TrialNumber) -> Result<Lease, StoreError> {
        if self.get(trial)?.is_over() {
            return Err(refused(ErrorKind::Illegal { trial, phase: Phase::Ended, action: "claimed" }));
        }
        if let Some(other) = self.holder(trial).filter(|other| **other != holder.name) {
            return Err(refused(ErrorKind::Held { trial, holder: other.clone() }));
        }
        let record = self.get(trial)?;
        record.state = State::Running;
        record.attempt += 1;
        let attempt = record.attempt;
        self.leases[trial as usize] = (holder.name.clone(), self.clock.now().after(holder.term));
        self.revise(trial);
        Ok(Lease { trial, attempt })
    }

    fn extend(&mut self, lease: &Lease, term: Duration) -> Result<(), StoreError> {
        self.held(lease, "held on to")?;
        self.leases[lease.trial as usize].1 = self.clock.now().after(term);
        Ok(())
    }

    fn release(&mut self, name: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        for (_, ends) in self.leases.iter_mut().filter(|(holder, _)| holder == name) {
            *ends = now.clone();
        }
        Ok(())
    }

    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<u64, StoreError> {
        let trial = self.held(lease, "given an epoch")?;
        let last = last(trial);
        if epoch.epoch != last + 1 {
            return Err(refused(ErrorKind::OutOfOrder { trial: lease.trial, epoch: epoch.epoch, last }));
        }
        trial.epochs.push(epoch.clone());
        trial.checkpoints.extend(checkpoint.map(|name| Checkpoint { epoch: epoch.epoch, name: name.to_owned() }));
        self.revise(lease.trial);
        Ok(self.revision)
    }

    fn record_confusion(&mut self, lease: &Lease, confusion: &Confusion) -> Result<(), StoreError> {
        self.held(lease, "given an epoch")?;
        self.confusions[lease.trial as usize].insert(confusion.epoch, confusion.clone());
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
        self.confusions[lease.trial as usize].retain(|kept, _| *kept <= epoch);
        self.revise(lease.trial);
        Ok(())
    }

    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError> {
        let trial = self.held(lease, "warned of")?;
        if !trial.warnings.iter().any(|known| known == text) {
            trial.warnings.push(text.to_owned());
        }
        self.revise(lease.trial);
        Ok(())
    }

    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError> {
        let trial = self.held(lease, "given a fault")?;
        trial.faults.push(cause.to_owned());
        let faults = trial.faults.len() as u32;
        self.revise(lease.trial);
        Ok(faults)
    }

    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError> {
        self.held(lease, "paused")?.state = State::Paused;
        self.revise(lease.trial);
        Ok(())
    }

    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
        let trial = self.held(lease, "finished")?;
        trial.state = State::Ended(outcome.clone());
        trial.ended_at = Some(now());
        self.wishes.stops.retain(|stopped| *stopped != lease.trial);
        let best = self.confusion(lease.trial)?.map(|best| best.epoch);
        self.confusions[lease.trial as usize].retain(|kept, _| Some(*kept) == best);
        self.revise(lease.trial);
        Ok(())
    }

    fn halt(&mut self, paused: bool) -> Result<(), StoreError> {
        self.wishes.paused = paused;
        Ok(())
    }

    fn stop(&mut self, trial: TrialNumber) -> Result<(), StoreError> {
        if self.get(trial)?.is_over() {
            return Err(refused(ErrorKind::Illegal { trial, phase: Phase::Ended, action: "stopped" }));
        }
        if !self.wishes.stops.contains(&trial) {
            self.wishes.stops.push(trial);
            self.wishes.stops.sort_unstable();
        }
        Ok(())
    }

    fn enqueue(&mut self, candidate: &Candidate, again: bool) -> Result<EntryNumber, StoreError> {
        self.entries += 1;
        self.wishes.queue.push(Entry { number: self.entries, candidate: candidate.clone(), again });
        Ok(self.entries)
    }

    fn drop_entry(&mut self, entry: EntryNumber) -> Result<(), StoreError> {
        self.wishes.queue.retain(|queued| queued.number != entry);
        Ok(())
    }

    fn note_spent(&mut self, spent: Duration) -> Result<(), StoreError> {
        self.spent = self.spent.max(Duration::from_millis(spent.as_millis() as u64));
        Ok(())
    }

    fn spent(&self) -> Result<Duration, StoreError> {
        Ok(self.spent)
    }

    fn wishes(&self) -> Result<Wishes, StoreError> {
        Ok(self.wishes.clone())
    }

    fn note_look(&mut self, look: &Look) -> Result<(), StoreError> {
        self.get(look.trial)?;
        if !self.looks.iter().any(|known| known.trial == look.trial) {
            self.looks.push(look.clone());
        }
        Ok(())
    }

    fn looks(&self) -> Result<Vec<Look>, StoreError> {
        Ok(self.looks.clone())
    }

    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError> {
        let trial = self.trials.get(number as usize);
        Ok(trial.map(|trial| Trial { holder: self.holder(number).cloned(), ..trial.clone() }))
    }

    fn confusion(&self, trial: TrialNumber) -> Result<Option<Confusion>, StoreError> {
        let known = self.trials.get(trial as usize).zip(self.confusions.get(trial as usize));
        Ok(known.and_then(|(trial, known)| Some(known.range(..=last(trial)).next_back()?.1.clone())))
    }

    fn standings(&self, metrics: Option<&[String]>) -> Result<Standings, StoreError> {
        let Changes { revision, trials } = self.changes(0)?;
        Ok(Standings { revision, trials: trials.iter().map(|trial| trial.standing(metrics)).collect() })
    }

    fn changes(&self, since: u64) -> Result<Changes, StoreError> {
        let changed = self.trials.iter().filter(|trial| trial.revision > since);
        let seen = |trial: &Trial| Trial { holder: self.holder(trial.number).cloned(), ..trial.clone() };
        Ok(Changes { revision: self.revision, trials: changed.map(seen).collect() })
    }
}
