//! One attempt at a trial: from the lease to the trial's end, or to the worker's.

use std::time::{Duration, Instant};

use kiln_search::scheduler::Verdict;
use kiln_trials::checkpoint::Sound;
use kiln_trials::store::Lease;
use kiln_trials::trial::{Epoch, Outcome};

use crate::failure::Failure;
use crate::runner::clock::trained_for;
use crate::runner::crew::{Muster, News};
use crate::runner::job;
use crate::runner::opening::same_data;
use crate::runner::process::Ending;
use crate::runner::protocol::{Assignment, Command, Event};
use crate::runner::session::Session;
use crate::term::View;

/// How many workers may die of a trial before it is given up.
const MAX_FAULTS: u32 = 3;

/// How often the view is told that time passes.
const TICK: Duration = Duration::from_millis(250);

/// Why the work on a trial rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// It is over.
    Over,
    /// It waits until it is promoted.
    Waiting,
    /// It is to be claimed again, if there is time.
    Again,
    /// The user stopped the run.
    Interrupted,
}

impl Session {
    /// Trains the trial of `lease` until something ends that.
    pub(super) fn attempt(&mut self, lease: &Lease, view: &mut dyn View) -> Result<Rest, Failure> {
        if self.trial(lease.trial).faults.len() >= MAX_FAULTS as usize {
            // The runner was killed between the last fault and its consequence.
            let cause = self.trial(lease.trial).faults.last().cloned().unwrap_or_default();
            return self.finish(lease, Outcome::Crashed { cause }, view);
        }
        // The runner was killed, or stopped, between an epoch and its verdict; a trial that is promoted goes on.
        if let Some(rest) = self.judge(lease, view)? {
            return Ok(rest);
        }
        if self.is_used_up() {
            return self.pause(lease, Rest::Again, view);
        }
        match self.crew.muster()? {
            Muster::Present => {}
            Muster::Ready(ready) => same_data(&self.study, &ready)?,
            Muster::Interrupted => return self.pause(lease, Rest::Interrupted, view),
        }
        let judged = self.trial(lease.trial).epochs.len() as u32;
        let checkpoint = self.last_sound_checkpoint(lease)?;
        let trial = self.trial(lease.trial).clone();
        let mut waits = job::waits(self.proposer.study(), &trial);
        // Where damaged checkpoints have cost epochs, the verdicts on them stand.
        waits.retain(|epoch| *epoch > judged);
        let left = self.trial_wall().map(|wall| wall.saturating_sub(trained_for(&trial)));
        // A deadline beyond what the clock can count is none.
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        self.crew.tell(&Command::Train(Assignment {
            trial: lease.trial,
            attempt: lease.attempt,
            candidate: trial.candidate.clone(),
            checkpoint,
            waits: waits.clone(),
        }));
        self.show(
            view,
            &Event::Started {
                trial: lease.trial,
                attempt: lease.attempt,
                origin: trial.origin,
                candidate: trial.candidate,
                statics: trial.statics,
            },
        )?;
        self.follow(lease, &waits, deadline, view)
    }

    /// Records what the worker reports until the trial rests. After the epochs in `waits` the worker waits.
    fn follow(
        &mut self,
        lease: &Lease,
        waits: &[u32],
        deadline: Option<Instant>,
        view: &mut dyn View,
    ) -> Result<Rest, Failure> {
        loop {
            match self.crew.wait(TICK) {
                News::Event(Event::Epoch { epoch, checkpoint, .. }) => {
                    let waits = waits.contains(&epoch.epoch);
                    self.epoch(lease, epoch, checkpoint, view)?;
                    if waits {
                        if let Some(rest) = self.judge(lease, view)? {
                            self.crew.tell(&Command::Leave);
                            return Ok(rest);
                        }
                        self.crew.tell(&Command::GoOn);
                    }
                }
                News::Event(Event::Warning { text, .. }) => {
                    self.store.warn(lease, &text)?;
                    self.show(view, &Event::Warning { trial: lease.trial, text })?;
                }
                News::Event(Event::Finished { outcome, .. }) => return self.finish(lease, outcome, view),
                News::Event(Event::Paused { .. }) => return self.pause(lease, Rest::Interrupted, view),
                News::Event(Event::Unusable { checkpoint, cause, .. }) => {
                    tracing::warn!("trial {} goes back to an earlier checkpoint: {cause}", lease.trial);
                    self.checkpoints.remove(&checkpoint)?;
                    return Ok(Rest::Again);
                }
                News::Event(Event::Failed { input, message, help }) => {
                    return Err(Failure::Worker { input, message, help });
                }
                News::Event(Event::Ready(_) | Event::Started { .. } | Event::Fault { .. }) => {}
                News::Died(_) if self.stopping => return self.pause(lease, Rest::Interrupted, view),
                News::Died(ending) => return self.fault(lease, &ending, view),
                News::Interrupt if self.stopping => {
                    self.crew.dismiss();
                    return self.pause(lease, Rest::Interrupted, view);
                }
                News::Interrupt => {
                    self.stopping = true;
                    self.crew.tell(&Command::Pause);
                    view.note("stopping after the current epoch; press Ctrl-C again to stop at once");
                }
                News::Nothing => view.tick(&self.snapshot()),
            }
            self.note_time()?;
            // After its last epoch, the trial's end is on its way.
            if self.is_used_up() && !job::is_trained(self.proposer.study(), self.trial(lease.trial)) {
                self.crew.dismiss();
                return self.pause(lease, Rest::Again, view);
            }
            if past(deadline) {
                self.crew.dismiss();
                return self.finish(lease, Outcome::TimedOut, view);
            }
        }
    }

    fn epoch(
        &mut self,
        lease: &Lease,
        epoch: Epoch,
        checkpoint: Option<String>,
        view: &mut dyn View,
    ) -> Result<(), Failure> {
        self.store.record_epoch(lease, &epoch, checkpoint.as_deref())?;
        self.show(view, &Event::Epoch { trial: lease.trial, epoch, checkpoint })?;
        Ok(self.checkpoints.tidy(self.trial(lease.trial))?)
    }

    fn finish(&mut self, lease: &Lease, outcome: Outcome, view: &mut dyn View) -> Result<Rest, Failure> {
        if matches!(outcome, Outcome::Crashed { .. } | Outcome::OutOfMemory { .. }) {
            // The worker has ended or is in an unknown state.
            self.crew.dismiss();
        }
        self.store.finish(lease, &outcome)?;
        self.show(view, &Event::Finished { trial: lease.trial, outcome })?;
        Ok(Rest::Over)
    }

    fn pause(&mut self, lease: &Lease, rest: Rest, view: &mut dyn View) -> Result<Rest, Failure> {
        self.store.pause(lease)?;
        self.show(view, &Event::Paused { trial: lease.trial })?;
        Ok(rest)
    }

    /// Does what the scheduler decides about a trial that waits; `None` if that is to train on, or if it does not wait.
    fn judge(&mut self, lease: &Lease, view: &mut dyn View) -> Result<Option<Rest>, Failure> {
        let rest = match job::verdict(self.proposer.study(), &self.trials, lease.trial) {
            None | Some(Verdict::Continue) => return Ok(None),
            Some(Verdict::Pause) => self.pause(lease, Rest::Waiting, view),
            Some(Verdict::Prune) => self.finish(lease, Outcome::Pruned, view),
            Some(Verdict::Settle) => self.finish(lease, Outcome::Complete, view),
        };
        rest.map(Some)
    }

    fn fault(&mut self, lease: &Lease, ending: &Ending, view: &mut dyn View) -> Result<Rest, Failure> {
        let cause = ending.cause();
        if cause.contains("memory allocation of") {
            // Rust's allocator gave up: the next attempt would need as much.
            return self.finish(lease, Outcome::OutOfMemory { cause }, view);
        }
        let faults = self.store.fault(lease, &cause)?;
        self.show(view, &Event::Fault { trial: lease.trial, faults, cause: cause.clone() })?;
        if faults >= MAX_FAULTS { self.finish(lease, Outcome::Crashed { cause }, view) } else { Ok(Rest::Again) }
    }

    /// The newest checkpoint that can be read; epochs after it are dropped from the record.
    fn last_sound_checkpoint(&mut self, lease: &Lease) -> Result<Option<String>, Failure> {
        let Sound { checkpoint, refused } = self.checkpoints.newest_sound(self.trial(lease.trial))?;
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

fn past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
