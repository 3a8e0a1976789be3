//! One attempt at a trial: from the lease to the trial's rest, or to the worker's end.

use std::time::Instant;

use kiln_search::scheduler::Verdict;
use kiln_trials::checkpoint::Sound;
use kiln_trials::store::{ErrorKind, Lease};
use kiln_trials::trial::{Epoch, Outcome};

use crate::failure::Failure;
use crate::runner::clock::trained_for;
use crate::runner::job;
use crate::runner::prediction::MEASURED;
use crate::runner::process::{Ending, WorkerNumber};
use crate::runner::protocol::{Assignment, Command, Event};
use crate::runner::session::Session;
use crate::term::View;

/// How many workers may die of a trial before it is given up.
const MAX_FAULTS: u32 = 3;

/// A trial in the hands of a worker.
#[derive(Debug)]
pub struct Attempt {
    /// The worker.
    pub worker: WorkerNumber,
    /// The right to record what it does.
    pub lease: Lease,
    /// The epochs after which the worker waits for a verdict.
    pub waits: Vec<u32>,
    /// When the trial's own wall time is used up.
    pub deadline: Option<Instant>,
    /// When the worker was last heard of.
    pub heard: Instant,
}

/// Whether a trial goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    On,
    Rests,
}

impl Session {
    /// Gives the trial of `lease` to `worker`, unless it is over or to wait already.
    pub(super) fn start(&mut self, lease: Lease, worker: WorkerNumber, view: &mut dyn View) -> Result<(), Failure> {
        let Some(trial) = self.trial(lease.trial) else { return Ok(()) };
        if trial.faults.len() >= MAX_FAULTS as usize {
            // The runner was killed between the last fault and its consequence.
            let cause = trial.faults.last().cloned().unwrap_or_default();
            return self.finish(&lease, Outcome::Crashed { cause }, view);
        }
        // The runner was killed, or stopped, between an epoch and its verdict; a trial that is promoted goes on.
        if self.judge(&lease, view)? == Course::Rests {
            return Ok(());
        }
        if self.is_used_up() {
            return self.pause(&lease, view);
        }
        let Some(trial) = self.trial(lease.trial) else { return Ok(()) };
        let judged = trial.epochs.len() as u32;
        let checkpoint = self.last_sound_checkpoint(&lease)?;
        let Some(trial) = self.trial(lease.trial).cloned() else { return Ok(()) };
        let place = self.record.place(trial.number);
        let mut waits = place.map_or_else(Vec::new, |place| job::waits(self.proposer.study(), place, &trial.candidate));
        // Where damaged checkpoints have cost epochs, the verdicts on them stand.
        waits.retain(|epoch| *epoch > judged);
        let wall = self.proposer.study().budget.trial_wall;
        let left = wall.map(|wall| wall.saturating_sub(trained_for(&trial)));
        // A deadline beyond what the clock can count is none.
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        self.crew.assign(
            worker,
            Assignment {
                trial: lease.trial,
                attempt: lease.attempt,
                stream: trial.stream(),
                candidate: trial.candidate.clone(),
                checkpoint,
                waits: waits.clone(),
            },
        );
        let started = Event::Started {
            trial: lease.trial,
            attempt: lease.attempt,
            origin: trial.origin,
            candidate: trial.candidate,
            statics: trial.statics,
        };
        self.attempts.push(Attempt { worker, lease, waits, deadline, heard: Instant::now() });
        self.show(view, &started)
    }

    /// Records what a worker reports.
    pub(super) fn hear(&mut self, worker: WorkerNumber, event: Event, view: &mut dyn View) -> Result<(), Failure> {
        let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.worker == worker) else { return Ok(()) };
        attempt.heard = Instant::now();
        let (lease, waits) = (attempt.lease.clone(), attempt.waits.clone());
        let recorded = self.record(worker, &lease, &waits, event, view);
        self.unless_fenced(worker, recorded)
    }

    fn record(
        &mut self,
        worker: WorkerNumber,
        lease: &Lease,
        waits: &[u32],
        event: Event,
        view: &mut dyn View,
    ) -> Result<(), Failure> {
        match event {
            Event::Epoch { epoch, checkpoint, .. } => {
                let waits = waits.contains(&epoch.epoch);
                self.epoch(lease, epoch, checkpoint, view)?;
                if waits {
                    let course = self.judge(lease, view)?;
                    self.crew.tell(worker, if course == Course::On { &Command::GoOn } else { &Command::Leave });
                    if course == Course::Rests {
                        self.rest(worker);
                    }
                }
                Ok(())
            }
            Event::Best { confusion, .. } => Ok(self.store.record_confusion(lease, &confusion)?),
            Event::Warning { text, .. } => {
                self.store.warn(lease, &text)?;
                self.show(view, &Event::Warning { trial: lease.trial, text })
            }
            Event::Finished { outcome, .. } => {
                if matches!(outcome, Outcome::Crashed { .. } | Outcome::OutOfMemory { .. }) {
                    // The worker has ended or is in an unknown state.
                    self.crew.dismiss(worker);
                }
                self.rest(worker);
                self.finish(lease, outcome, view)
            }
            Event::Paused { .. } => {
                self.rest(worker);
                self.pause(lease, view)
            }
            Event::Unusable { checkpoint, cause, .. } => {
                tracing::warn!("trial {} goes back to an earlier checkpoint: {cause}", lease.trial);
                self.rest(worker);
                self.keeping.remove(&checkpoint)
            }
            Event::Crowded { .. } => {
                self.make_room()?;
                self.crew.tell(worker, &Command::GoOn);
                Ok(())
            }
            // The runner's own, and what the crew has dealt with.
            Event::Ready(_)
            | Event::Started { .. }
            | Event::Fault { .. }
            | Event::Tested { .. }
            | Event::Untested { .. }
            | Event::Failed { .. } => Ok(()),
        }
    }

    /// Deals with the death of a worker.
    pub(super) fn lose(&mut self, worker: WorkerNumber, ending: &Ending, view: &mut dyn View) -> Result<(), Failure> {
        let Some(lease) = self.attempt_of(worker).map(|attempt| attempt.lease.clone()) else { return Ok(()) };
        self.rest(worker);
        let recorded = if self.stopping { self.pause(&lease, view) } else { self.fault(&lease, ending, view) };
        self.unless_fenced(worker, recorded)
    }

    /// Kills the worker, and ends its trial.
    pub(super) fn kill(&mut self, worker: WorkerNumber, outcome: Outcome, view: &mut dyn View) -> Result<(), Failure> {
        let Some(lease) = self.attempt_of(worker).map(|attempt| attempt.lease.clone()) else { return Ok(()) };
        self.crew.dismiss(worker);
        self.rest(worker);
        let recorded = self.finish(&lease, outcome, view);
        self.unless_fenced(worker, recorded)
    }

    /// Pauses every trial at once; what its worker does meanwhile is lost.
    pub(super) fn pause_all(&mut self, view: &mut dyn View) -> Result<(), Failure> {
        for Attempt { worker, lease, .. } in std::mem::take(&mut self.attempts) {
            self.crew.dismiss(worker);
            let recorded = self.pause(&lease, view);
            self.unless_fenced(worker, recorded)?;
        }
        Ok(())
    }

    /// Kills all workers after a failure, and pauses what can still be paused; whether that is all.
    pub(super) fn let_go(&mut self) -> bool {
        let mut paused = true;
        for Attempt { worker, lease, .. } in std::mem::take(&mut self.attempts) {
            self.crew.dismiss(worker);
            if let Err(error) = self.store.pause(&lease) {
                tracing::debug!(%error, "what failed has failed here, too");
                paused &= matches!(error.kind(), ErrorKind::Fenced { .. });
            }
        }
        paused
    }

    /// Removes every checkpoint that can be spared.
    fn make_room(&mut self) -> Result<(), Failure> {
        self.take_stock()?;
        let trials = [self.record.trials(), self.record.confirmations()];
        self.keeping.make_room(trials, |trial| self.holder.is_kept_from(trial))
    }

    /// Asks all workers to pause their trials after their epochs.
    pub(super) fn pause_after_epochs(&mut self) {
        for attempt in &self.attempts {
            self.crew.tell(attempt.worker, &Command::Pause);
        }
    }

    /// Where another run has taken the trial of `worker`, the work on it stops here, and nothing is wrong.
    pub(super) fn unless_fenced(&mut self, worker: WorkerNumber, recorded: Result<(), Failure>) -> Result<(), Failure> {
        match recorded {
            Err(Failure::Store(error)) if matches!(error.kind(), ErrorKind::Fenced { .. }) => {
                tracing::warn!("{error}");
                self.crew.dismiss(worker);
                self.attempts.retain(|attempt| attempt.worker != worker);
                self.refresh()
            }
            recorded => recorded,
        }
    }

    /// The worker has no trial any more.
    fn rest(&mut self, worker: WorkerNumber) {
        self.attempts.retain(|attempt| attempt.worker != worker);
        self.crew.free(worker);
    }

    fn epoch(
        &mut self,
        lease: &Lease,
        epoch: Epoch,
        checkpoint: Option<String>,
        view: &mut dyn View,
    ) -> Result<(), Failure> {
        let recorded = (&epoch, checkpoint.as_deref());
        let revision = self.store.record_epoch(lease, recorded.0, recorded.1)?;
        self.record.follow(self.store.as_ref(), lease, recorded, revision)?;
        if let Some(trial) = self.record.trained().get(&lease.trial) {
            self.proposer.observe(&trial.candidate, &epoch);
        }
        if let Some(bytes) = epoch.metrics.get(MEASURED) {
            self.crew.fit(*bytes as u64);
        }
        view.event(&Event::Epoch { trial: lease.trial, epoch, checkpoint }, &self.snapshot());
        self.record.trained().get(&lease.trial).map_or(Ok(()), |trial| self.keeping.tidy(trial))
    }

    pub(super) fn finish(&mut self, lease: &Lease, outcome: Outcome, view: &mut dyn View) -> Result<(), Failure> {
        self.store.finish(lease, &outcome)?;
        self.show(view, &Event::Finished { trial: lease.trial, outcome })?;
        self.sweep()
    }

    fn pause(&mut self, lease: &Lease, view: &mut dyn View) -> Result<(), Failure> {
        self.store.pause(lease)?;
        self.show(view, &Event::Paused { trial: lease.trial })
    }

    /// Does what the scheduler decides about a trial that waits.
    fn judge(&mut self, lease: &Lease, view: &mut dyn View) -> Result<Course, Failure> {
        match job::verdict(self.proposer.study(), &self.record, lease.trial) {
            None | Some(Verdict::Continue) => return Ok(Course::On),
            Some(Verdict::Pause) => self.pause(lease, view)?,
            Some(Verdict::Prune) => self.finish(lease, Outcome::Pruned, view)?,
            Some(Verdict::Settle) => self.finish(lease, Outcome::Complete, view)?,
        }
        Ok(Course::Rests)
    }

    fn fault(&mut self, lease: &Lease, ending: &Ending, view: &mut dyn View) -> Result<(), Failure> {
        let cause = ending.cause();
        if cause.contains("memory allocation of") || self.watch.has_memory_run_out(ending) {
            // The next attempt would need as much.
            return self.finish(lease, Outcome::OutOfMemory { cause }, view);
        }
        let faults = self.store.fault(lease, &cause)?;
        self.show(view, &Event::Fault { trial: lease.trial, faults, cause: cause.clone() })?;
        if faults >= MAX_FAULTS { self.finish(lease, Outcome::Crashed { cause }, view) } else { Ok(()) }
    }

    /// The newest checkpoint that can be read; epochs after it are dropped from the record.
    fn last_sound_checkpoint(&mut self, lease: &Lease) -> Result<Option<String>, Failure> {
        let Some(trial) = self.trial(lease.trial) else { return Ok(None) };
        let Sound { checkpoint, refused } = self.keeping.checkpoints().newest_sound(trial)?;
        for error in refused {
            tracing::warn!("trial {} goes back to an earlier checkpoint: {error}", lease.trial);
        }
        let (epoch, name) = checkpoint.map_or((0, None), |found| (found.epoch, Some(found.name.clone())));
        self.store.rewind(lease, epoch)?;
        self.refresh()?;
        Ok(name)
    }

    /// Reads what is new and shows what happened.
    fn show(&mut self, view: &mut dyn View, event: &Event) -> Result<(), Failure> {
        self.refresh()?;
        view.event(event, &self.snapshot());
        Ok(())
    }
}
