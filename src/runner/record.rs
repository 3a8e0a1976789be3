//! What a run knows of the record: where every trial stands, and whole the trials that have changed lately. It is read
//! once, and then follows what changes: a trial costs the same however many there were before.

use std::collections::BTreeMap;

use kiln_search::scheduler::{Curve, Scheduler, Standing as Place};
use kiln_trials::store::{Changes, Lease, Standings, Store, StoreError};
use kiln_trials::trial::{Checkpoint, Epoch, Phase, Standing, State, Trial, TrialNumber};

use crate::study::Study;

/// The record of a study, as far as a run needs it.
#[derive(Debug)]
pub struct Record {
    /// The metrics of the objectives.
    metrics: Vec<String>,
    standings: Vec<Standing>,
    /// What the scheduler is told, if there is one.
    curves: Option<Vec<Curve>>,
    /// The trials that are trained, and those that rest since the last change.
    whole: BTreeMap<TrialNumber, Trial>,
    revision: u64,
}

impl Record {
    /// That of a study without trials.
    pub fn new(study: &Study) -> Self {
        let has_scheduler = study.fidelity.scheduler != Scheduler::None;
        Self {
            metrics: study.objectives.iter().map(|objective| objective.metric.clone()).collect(),
            standings: Vec::new(),
            curves: has_scheduler.then(Vec::new),
            whole: BTreeMap::new(),
            revision: 0,
        }
    }

    /// That of `study` in `store`.
    pub fn read(study: &Study, store: &dyn Store) -> Result<Self, StoreError> {
        let mut record = Self::new(study);
        let Standings { revision, trials } = store.standings(Some(&record.metrics))?;
        if let Some(curves) = &mut record.curves {
            for number in 0..trials.len() as TrialNumber {
                // One at a time: together they may be more than the memory holds.
                curves.extend(store.trial(number)?.map(|trial| curve(&record.metrics, &trial)));
            }
        }
        (record.standings, record.revision) = (trials, revision);
        Ok(record)
    }

    /// Where all trials stand, in order of their numbers.
    pub fn trials(&self) -> &[Standing] {
        &self.standings
    }

    /// What the scheduler knows of the trials; nothing if there is none.
    pub fn curves(&self) -> &[Curve] {
        self.curves.as_deref().unwrap_or_default()
    }

    /// The trials that are trained, as far as anything has happened to them since the record was read.
    pub fn trained(&self) -> &BTreeMap<TrialNumber, Trial> {
        &self.whole
    }

    /// How much of the record this is.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Reads what is new in `store`.
    pub fn refresh(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let Changes { revision, trials } = store.changes(self.revision)?;
        self.whole.retain(|_, trial| trial.state == State::Running);
        for trial in trials {
            self.take(trial);
        }
        self.revision = revision;
        Ok(())
    }

    /// Notes an epoch that was recorded as `revision`, and reads the rest if that is not all that is new.
    pub fn follow(
        &mut self,
        store: &dyn Store,
        lease: &Lease,
        (epoch, checkpoint): (&Epoch, Option<&str>),
        revision: u64,
    ) -> Result<(), StoreError> {
        match self.whole.remove(&lease.trial) {
            Some(mut trial) if revision == self.revision + 1 => {
                trial
                    .checkpoints
                    .extend(checkpoint.map(|name| Checkpoint { epoch: epoch.epoch, name: name.to_owned() }));
                trial.epochs.push(epoch.clone());
                (trial.revision, self.revision) = (revision, revision);
                self.take(trial);
                Ok(())
            }
            _ => self.refresh(store),
        }
    }

    /// Reads the trials again that `which` picks. What has happened to one since the rest was read waits for all else that
    /// has: a sampler says up to where it knows the record.
    pub fn look_again(&mut self, store: &dyn Store, which: impl Fn(&Standing) -> bool) -> Result<(), StoreError> {
        let numbers: Vec<_> = self.standings.iter().filter(|trial| which(trial)).map(|trial| trial.number).collect();
        for number in numbers {
            if let Some(trial) = store.trial(number)?.filter(|trial| trial.revision <= self.revision) {
                self.take(trial);
            }
        }
        Ok(())
    }

    /// Notes how `trial` is now.
    pub fn take(&mut self, trial: Trial) {
        let index = trial.number as usize;
        put(&mut self.standings, index, trial.standing(Some(&self.metrics)));
        if let Some(curves) = &mut self.curves {
            put(curves, index, curve(&self.metrics, &trial));
        }
        self.whole.insert(trial.number, trial);
    }
}

fn put<T>(all: &mut Vec<T>, index: usize, one: T) {
    match all.get_mut(index) {
        Some(known) => *known = one,
        None => all.push(one),
    }
}

fn curve(metrics: &[String], trial: &Trial) -> Curve {
    let value = |epoch: &Epoch, metric: &String| {
        epoch.metrics.get(metric).or_else(|| trial.statics.get(metric)).copied().unwrap_or(f64::NAN)
    };
    let point = |epoch: &Epoch| metrics.iter().map(|metric| value(epoch, metric)).collect::<Vec<_>>();
    let standing = match trial.state.phase() {
        Phase::Running => Place::Running,
        Phase::Paused => Place::Paused,
        Phase::Ended => Place::Over,
    };
    Curve { points: trial.epochs.iter().map(point).collect(), standing }
}

#[cfg(test)]
mod tests;
