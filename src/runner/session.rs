//! One run of a study: trials one after another, each event recorded before it is shown.

use std::fs;
use std::time::Duration;

use kiln_search::sampler::Proposal;
use kiln_trials::checkpoint::{self, Checkpoints};
use kiln_trials::rank;
use kiln_trials::store::{Beginning, Changes, Lease, Store, StudyRecord};
use kiln_trials::trial::{Trial, TrialNumber};

use crate::failure::Failure;
use crate::runner::End;
use crate::runner::attempt::Rest;
use crate::runner::budget::used_up;
use crate::runner::clock::Clock;
use crate::runner::crew::Crew;
use crate::runner::folder::{Folder, Lock};
use crate::runner::holder::{self, Holder};
use crate::runner::job::{self, Job};
use crate::runner::proposal::Proposer;
use crate::term::{Snapshot, View};

/// A study that is open, locked and has a worker.
pub struct Session {
    lock: Lock,
    holder: Holder,
    pub(super) store: Box<dyn Store>,
    pub(super) checkpoints: Checkpoints,
    pub(super) crew: Crew,
    pub(super) study: StudyRecord,
    pub(super) proposer: Proposer,
    pub(super) trials: Vec<Trial>,
    /// How much of the record is in `trials`.
    revision: u64,
    clock: Clock,
    /// Whether the user has asked to stop.
    pub(super) stopping: bool,
}

impl Session {
    /// A session on the store of `folder`, which is open, and `lock`ed for this process.
    pub fn new(
        folder: &Folder,
        lock: Lock,
        mut store: Box<dyn Store>,
        crew: Crew,
        proposer: Proposer,
    ) -> Result<Self, Failure> {
        for (name, file) in holder::dead(&folder.holders())? {
            store.release(&name)?;
            fs::remove_file(&file).map_err(Failure::io(format!("remove `{}`", file.display())))?;
        }
        let holder = Holder::enter(&folder.holders())?;
        let checkpoints = Checkpoints::new(folder.checkpoints()?);
        let (study, Changes { revision, trials }) = (store.study()?, store.changes(0)?);
        let clock = Clock::start(lock.spent(), &trials);
        let stopping = false;
        Ok(Self { lock, holder, store, checkpoints, crew, study, proposer, trials, revision, clock, stopping })
    }

    /// The study and its trials, at the end.
    pub fn into_record(self) -> (StudyRecord, Vec<Trial>) {
        (self.study, self.trials)
    }

    /// Works until the study ends or the user stops it.
    pub fn run(&mut self, view: &mut dyn View) -> Result<End, Failure> {
        loop {
            let lease = match job::next(self.proposer.study(), &self.trials, self.clock.spent()) {
                Job::Done(reason) => return Ok(End::Done(reason)),
                Job::Continue(_) | Job::Begin if self.stopping => return Ok(End::Interrupted),
                Job::Continue(trial) => self.store.claim(self.holder.record(), trial)?,
                Job::Begin => match self.begin()? {
                    Ok(lease) => lease,
                    Err(reason) => return Ok(End::Done(reason)),
                },
            };
            self.refresh()?;
            match self.attempt(&lease, view)? {
                Rest::Over | Rest::Waiting => self.sweep()?,
                Rest::Again => {}
                Rest::Interrupted => return Ok(End::Interrupted),
            }
        }
    }

    /// The study as it stands.
    pub(super) fn snapshot(&self) -> Snapshot<'_> {
        let study = self.proposer.study();
        Snapshot {
            study: &self.study,
            trials: &self.trials,
            budget: &study.budget,
            fidelity: &study.fidelity,
            spent: self.clock.spent(),
        }
    }

    /// The record of a trial.
    pub(super) fn trial(&self, number: TrialNumber) -> &Trial {
        &self.trials[number as usize]
    }

    /// Reads what is new in the record.
    pub(super) fn refresh(&mut self) -> Result<(), Failure> {
        let Changes { revision, trials } = self.store.changes(self.revision)?;
        self.revision = revision;
        for trial in trials {
            match self.trials.get_mut(trial.number as usize) {
                Some(known) => *known = trial,
                None => self.trials.push(trial),
            }
        }
        Ok(())
    }

    /// Notes how much wall time the study has used.
    pub(super) fn note_time(&self) -> Result<(), Failure> {
        self.lock.note_spent(self.clock.spent())
    }

    /// Whether the study is to end now, also in the middle of a trial.
    pub(super) fn is_used_up(&self) -> bool {
        used_up(self.proposer.study(), &self.trials, self.clock.spent()).is_some()
    }

    /// The wall time that one trial may take.
    pub(super) fn trial_wall(&self) -> Option<Duration> {
        self.proposer.study().budget.trial_wall
    }

    /// Begins the next trial, or says why there is none.
    fn begin(&mut self) -> Result<Result<Lease, String>, Failure> {
        match self.proposer.next(&self.trials) {
            Ok((Proposal { candidate, statics }, origin)) => {
                let (number, seen) = (self.trials.len() as TrialNumber, self.revision);
                let beginning =
                    Beginning { number, candidate: &candidate, origin, statics: &statics, seen, entry: None };
                Ok(Ok(self.store.begin(self.holder.record(), &beginning)?))
            }
            Err(refusal) => Ok(Err(refusal.to_string())),
        }
    }

    /// Removes checkpoints that nothing needs any more, once a trial is over or waits: what trials that are not over
    /// continue from stays, and so do the newest of the trials on the front.
    fn sweep(&self) -> Result<(), Failure> {
        let ranking = rank::rank(&self.trials, &self.study.objectives);
        let on_front = |trial: &Trial| ranking.rows.iter().any(|row| row.on_front && row.trial == trial.number);
        let kept = |trial| match checkpoint::needed(trial) {
            needed if !trial.is_over() => needed,
            [.., newest] if on_front(trial) => std::slice::from_ref(newest),
            _ => &[],
        };
        let keep: Vec<&str> = self.trials.iter().flat_map(kept).map(|checkpoint| checkpoint.name.as_str()).collect();
        Ok(self.checkpoints.sweep(&keep)?)
    }
}
