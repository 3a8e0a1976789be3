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
    /// The trials of the search, in order of their numbers.
    searched: Vec<Standing>,
    /// The confirmations, likewise.
    confirmed: Vec<Standing>,
    /// What the scheduler is told of the search, if there is one.
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
            searched: Vec::new(),
            confirmed: Vec::new(),
            curves: has_scheduler.then(Vec::new),
            whole: BTreeMap::new(),
            revision: 0,
        }
    }

    /// That of `study` in `store`.
    pub fn read(study: &Study, store: &dyn Store) -> Result<Self, StoreError> {
        let mut record = Self::new(study);
        let Standings { revision, trials } = store.standings(Some(&record.metrics))?;
        let (searched, confirmed): (Vec<_>, Vec<_>) = trials.into_iter().partition(|trial| trial.origin.is_search());
        if let Some(curves) = &mut record.curves {
            for Standing { number, .. } in &searched {
                // One at a time: together they may be more than the memory holds.
                curves.extend(store.trial(*number)?.map(|trial| curve(&record.metrics, &trial)));
            }
        }
        Ok(Self { searched, confirmed, revision, ..record })
    }

    /// Where the trials of the search stand, in order of their numbers.
    pub fn trials(&self) -> &[Standing] {
        &self.searched
    }

    /// Where the confirmations stand, in order of their numbers.
    pub fn confirmations(&self) -> &[Standing] {
        &self.confirmed
    }

    /// The number that the next trial has, of whichever kind.
    pub fn next_number(&self) -> TrialNumber {
        (self.searched.len() + self.confirmed.len()) as TrialNumber
    }

    /// Where trial `number` stands, of whichever kind.
    pub fn standing(&self, number: TrialNumber) -> Option<&Standing> {
        [&self.searched, &self.confirmed].into_iter().find_map(|trials| trials.get(find(trials, number).ok()?))
    }

    /// Which of the trials of the search trial `number` is, if it is one.
    pub fn place(&self, number: TrialNumber) -> Option<usize> {
        find(&self.searched, number).ok()
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
        let all = self.searched.iter().chain(&self.confirmed);
        let numbers: Vec<_> = all.filter(|trial| which(trial)).map(|trial| trial.number).collect();
        for number in numbers {
            if let Some(trial) = store.trial(number)?.filter(|trial| trial.revision <= self.revision) {
                self.take(trial);
            }
        }
        Ok(())
    }

    /// Notes how `trial` is now.
    pub fn take(&mut self, trial: Trial) {
        let is_search = trial.origin.is_search();
        let trials = if is_search { &mut self.searched } else { &mut self.confirmed };
        let place = find(trials, trial.number);
        put(trials, place, trial.standing(Some(&self.metrics)));
        if let Some(curves) = self.curves.as_mut().filter(|_| is_search) {
            put(curves, place, curve(&self.metrics, &trial));
        }
        self.whole.insert(trial.number, trial);
    }
}

/// Where trial `number` is among `trials`, or else would be.
fn find(trials: &[Standing], number: TrialNumber) -> Result<usize, usize> {
    trials.binary_search_by_key(&number, |trial| trial.number)
}

fn put<T>(all: &mut Vec<T>, place: Result<usize, usize>, one: T) {
    match place {
        Ok(place) => all[place] = one,
        Err(place) => all.insert(place, one),
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
