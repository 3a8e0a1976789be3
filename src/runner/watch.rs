//! What a run looks after between two messages: leases that must not run out, deadlines, silence, memory, and what
//! people ask from other terminals.

use std::time::{Duration, Instant};

use kiln_search::candidate::Candidate;
use kiln_trials::chaos;
use kiln_trials::store::Wishes;
use kiln_trials::trial::{Epoch, Outcome, TrialNumber};

use crate::failure::Failure;
use crate::runner::attempt::Attempt;
use crate::runner::budget::used_up;
use crate::runner::job;
use crate::runner::memory;
use crate::runner::process::{Ending, WorkerNumber};
use crate::runner::session::{Session, past, unless_another_was_quicker};
use crate::term::View;
use crate::term::figure::{bytes, duration};

/// How often the store is asked for what others have done or want, and told how long all of it has taken.
const ASKING: Duration = Duration::from_secs(1);

/// A worker that says nothing for so long hangs, however long its epochs.
const SILENCE: Duration = Duration::from_mins(10);

/// A worker that says nothing for so many of its trial's longest epoch hangs.
const SILENT_EPOCHS: u32 = 20;

/// So much time can pass between two looks at the workers; in what is more, this run was frozen.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What is looked at from time to time, and when that was last done.
#[derive(Debug)]
pub struct Watch {
    looked: Instant,
    extended: Instant,
    asked: Instant,
    killed_for_memory: u64,
}

impl Watch {
    /// From now on.
    pub fn new() -> Self {
        let now = Instant::now();
        Self { looked: now, extended: now, asked: now, killed_for_memory: memory::kills() }
    }

    /// For how long this run was frozen since this was last asked: what it has not heard then is not the workers' fault.
    pub fn absence(&mut self) -> Duration {
        let absence = self.looked.elapsed().saturating_sub(BETWEEN_LOOKS);
        self.looked = Instant::now();
        absence
    }

    /// Whether the system has killed the worker because there was no memory left.
    pub fn has_memory_run_out(&mut self, ending: &Ending) -> bool {
        self.was_for_memory(ending, memory::kills())
    }

    /// The same, now that the system has killed `kills` processes.
    fn was_for_memory(&mut self, ending: &Ending, kills: u64) -> bool {
        let more = kills > self.killed_for_memory;
        self.killed_for_memory = kills;
        more && ending.is_killed()
    }
}

impl Session {
    /// Does what is due.
    pub(super) fn look_after(&mut self, view: &mut dyn View) -> Result<(), Failure> {
        self.forgive_own_absence();
        if self.is_used_up() {
            self.end_with_the_budget(view)?;
        }
        for worker in self.attempts.iter().map(|attempt| attempt.worker).collect::<Vec<_>>() {
            if let Some(outcome) = self.verdict_on(worker) {
                self.kill(worker, outcome, view)?;
            }
        }
        if self.watch.extended.elapsed() >= self.holder.record().term / 3 {
            self.watch.extended = Instant::now();
            self.extend()?;
        }
        if self.watch.asked.elapsed() >= ASKING {
            self.ask(view)?;
        }
        Ok(())
    }

    /// Reads what others have done and what people want, and does it.
    pub(super) fn ask(&mut self, view: &mut dyn View) -> Result<(), Failure> {
        self.watch.asked = Instant::now();
        self.store.note_spent(self.clock.spent())?;
        self.look_at_others()?;
        let wishes = self.store.wishes()?;
        self.grant(wishes, view)
    }

    /// Whether the study is to end now, also in the middle of a trial.
    pub(super) fn is_used_up(&self) -> bool {
        // A confirmation has no budget: what it trains is known before it begins.
        self.confirmation.is_none()
            && used_up(self.proposer.study(), self.record.trials(), self.clock.spent()).is_some()
    }

    /// Does not hold against the workers what this run has not heard while it was frozen itself.
    fn forgive_own_absence(&mut self) {
        let absence = self.watch.absence();
        for attempt in &mut self.attempts {
            attempt.heard += absence;
            attempt.deadline = attempt.deadline.and_then(|deadline| deadline.checked_add(absence));
        }
    }

    /// Pauses the trials, but for those whose end is on its way.
    fn end_with_the_budget(&mut self, view: &mut dyn View) -> Result<(), Failure> {
        let trained = |one: &Attempt| {
            let trial = self.record.standing(one.lease.trial);
            trial.is_some_and(|trial| job::is_trained(self.proposer.study(), trial))
        };
        let (ending, rest) = std::mem::take(&mut self.attempts).into_iter().partition(trained);
        self.attempts = rest;
        self.pause_all(view)?;
        self.attempts = ending;
        Ok(())
    }

    /// How the trial of a worker ends that has used up its time or memory.
    fn verdict_on(&self, worker: WorkerNumber) -> Option<Outcome> {
        let attempt = self.attempt_of(worker)?;
        if past(attempt.deadline) {
            return Some(Outcome::TimedOut { cause: None });
        }
        let patience = patience(self.trial(attempt.lease.trial).map_or(&[], |trial| &trial.epochs));
        if attempt.heard.elapsed() > patience {
            return Some(Outcome::TimedOut { cause: Some(silent(patience)) });
        }
        let used = memory::resident(self.crew.process(worker)?)?;
        let most = self.proposer.study().budget.trial_memory;
        if let Some(most) = most.filter(|most| used > *most) {
            let cause = format!("the worker used {}, and a trial may use {}", bytes(used), bytes(most));
            return Some(Outcome::OutOfMemory { cause });
        }
        let is_largest = || {
            let all = self.attempts.iter().filter_map(|one| memory::resident(self.crew.process(one.worker)?));
            all.max() == Some(used)
        };
        (memory::is_short() && is_largest()).then(|| Outcome::OutOfMemory {
            cause: format!("the worker used {}, and the machine had hardly any memory left", bytes(used)),
        })
    }

    /// Has a fresh worker take the place of one whose process holds so much of earlier trials that the next, of `candidate`,
    /// would pass `trial_memory` by it; whether that is so.
    pub(super) fn relieve(&mut self, worker: WorkerNumber, candidate: &Candidate) -> Result<bool, Failure> {
        let Some(most) = self.proposer.study().budget.trial_memory else { return Ok(false) };
        let Some(held) = self.crew.used_process(worker).and_then(memory::resident) else { return Ok(false) };
        if held.saturating_add(self.proposer.added_memory(candidate)) <= most {
            return Ok(false);
        }
        self.crew.dismiss(worker);
        self.crew.hire()?;
        Ok(true)
    }

    /// Begins the terms of our leases anew.
    fn extend(&mut self) -> Result<(), Failure> {
        let term = self.holder.record().term;
        let leases: Vec<_> = self.attempts.iter().map(|attempt| (attempt.worker, attempt.lease.clone())).collect();
        for (worker, lease) in leases {
            let extended = self.store.extend(&lease, term).map_err(Failure::from);
            self.unless_fenced(worker, extended)?;
        }
        Ok(())
    }

    /// Does what people want.
    fn grant(&mut self, wishes: Wishes, view: &mut dyn View) -> Result<(), Failure> {
        self.queue = wishes.queue;
        if wishes.paused != self.halted {
            self.halted = wishes.paused;
            if self.halted {
                self.pause_after_epochs();
                view.note("the study is paused: trials rest after their epochs, and `kiln resume` lets it go on");
            } else {
                view.note("the study goes on");
            }
        }
        for trial in wishes.stops {
            let worker = self.attempts.iter().find(|attempt| attempt.lease.trial == trial).map(|one| one.worker);
            match worker {
                Some(worker) => self.kill(worker, Outcome::Stopped, view)?,
                None => self.stop_at_rest(trial, view)?,
            }
        }
        Ok(())
    }

    /// Ends a trial that nobody trains.
    fn stop_at_rest(&mut self, trial: TrialNumber, view: &mut dyn View) -> Result<(), Failure> {
        let claimed = self.store.claim(self.holder.record(), trial);
        let Some(lease) = unless_another_was_quicker(claimed)? else { return Ok(()) };
        self.finish(&lease, Outcome::Stopped, view)
    }
}

/// For how long a worker may say nothing that has to do with a trial of these `epochs`.
pub(super) fn patience(epochs: &[Epoch]) -> Duration {
    let seconds = epochs.iter().filter_map(|epoch| epoch.metrics.get("seconds"));
    let longest = Duration::try_from_secs_f64(seconds.copied().fold(0.0, f64::max)).unwrap_or_default();
    chaos::silence(SILENCE).max(longest.saturating_mul(SILENT_EPOCHS))
}

/// What is said of a worker for which `patience` has ended.
pub(super) fn silent(patience: Duration) -> String {
    format!("the worker had said nothing for {}", duration(patience))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn a_kill_is_for_memory_where_the_system_has_done_one_more() {
        let ending = |status| Ending { status: Some(ExitStatus::from_raw(status)), last_lines: Vec::new() };
        let (killed, aborted) = (ending(9), ending(6));
        let mut watch = Watch { killed_for_memory: 3, ..Watch::new() };
        assert!(!watch.was_for_memory(&killed, 3), "a person's");
        assert!(watch.was_for_memory(&killed, 4));
        assert!(!watch.was_for_memory(&killed, 4), "the next one's");
        assert!(!watch.was_for_memory(&aborted, 5), "some other process");
    }
}
