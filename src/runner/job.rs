//! What is to be done next: a pure function of the study and its record, so that a run which was killed between two
//! records goes on as if it had not been.
//!
//! With a scheduler that has rungs, a trial that has reached one waits there, paused, until it is among the best and
//! promoted. Work that has begun comes first, then promotions from the highest rung down, then new trials: with one
//! worker that is the order of the papers. See `docs/decisions/0009-pausing.md`.

use std::time::Duration;

use kiln_search::candidate::Candidate;
use kiln_search::scheduler::{Scheduler, Verdict};
use kiln_trials::trial::{Phase, Standing, State, TrialNumber};

use crate::runner::budget::{may_begin, used_up};
use crate::runner::record::Record;
use crate::study::Study;
use crate::term::figure::counted;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Train this trial, which has begun before.
    Continue(TrialNumber),
    /// Begin a trial.
    Begin,
    /// Begin the training of a network of the confirmation's design, by its place, on a fresh seed.
    Confirm {
        /// The network.
        network: usize,
        /// The seed, from 0.
        seed: u32,
    },
    /// Nothing before a trial that is trained now rests.
    Wait,
    /// Nothing more; the reason in words.
    Done(String),
}

/// What is to be done after the trials of `record`, which took `spent`, by a worker that has nothing to do; `taken` are
/// the trials that others train, and `queued` says whether somebody has enqueued a candidate, which begins even where
/// the budget has no trial left.
pub fn next(study: &Study, record: &Record, spent: Duration, taken: &dyn Fn(&Standing) -> bool, queued: bool) -> Job {
    let trials = record.trials();
    // Left by a runner that was killed: what it would have recorded next comes first, also if the budget is used up.
    let left = trials.iter().find(|trial| trial.state.phase() == Phase::Running && !taken(trial));
    if let Some(trial) = left {
        return Job::Continue(trial.number);
    }
    if let Some(reason) = used_up(study, trials, spent) {
        return Job::Done(reason);
    }
    let mut paused = trials.iter().enumerate().filter(|(_, trial)| trial.state == State::Paused);
    if let Some((_, trial)) = paused.find(|(place, trial)| !awaits_promotion(study, *place, trial)) {
        return Job::Continue(trial.number);
    }
    let promoted = study.fidelity.scheduler.promotion(&study.goals(), record.curves());
    if let Some(trial) = promoted.and_then(|index| trials.get(index)) {
        return Job::Continue(trial.number);
    }
    if queued || may_begin(&study.budget, trials) {
        return Job::Begin;
    }
    if trials.iter().any(|trial| trial.state == State::Running) {
        return Job::Wait;
    }
    // Those that were enqueued on top have not made it larger.
    let most = study.budget.trials.map_or(trials.len(), |most| most as usize);
    Job::Done(format!("the budget of {} is used up", counted(most, "trial")))
}

/// The epochs after which the trial at `place` of the search, of this candidate, waits for a verdict.
pub fn waits(study: &Study, place: usize, candidate: &Candidate) -> Vec<u32> {
    study.fidelity.scheduler.waits(place, study.fidelity.epochs_of(candidate))
}

/// What becomes of the trial `number`, which is running; `None` if it is not at an epoch after which it waits. One that
/// has all its epochs is over. A confirmation waits for none.
pub fn verdict(study: &Study, record: &Record, number: TrialNumber) -> Option<Verdict> {
    let trial = record.standing(number)?;
    if is_trained(study, trial) {
        return Some(Verdict::Settle);
    }
    let place = record.place(number)?;
    is_at_wait(study, place, trial).then(|| study.fidelity.scheduler.verdict(&study.goals(), record.curves(), place))
}

/// Whether `trial` has all its epochs.
pub fn is_trained(study: &Study, trial: &Standing) -> bool {
    trial.epochs >= study.fidelity.epochs_of(&trial.candidate)
}

/// Whether `trial` was paused by the scheduler, which will promote it or not, and not by an interruption.
fn awaits_promotion(study: &Study, place: usize, trial: &Standing) -> bool {
    let promotes = matches!(study.fidelity.scheduler, Scheduler::Asha(_) | Scheduler::Hyperband(_));
    promotes && trial.state.phase() == Phase::Paused && is_at_wait(study, place, trial)
}

fn is_at_wait(study: &Study, place: usize, trial: &Standing) -> bool {
    waits(study, place, &trial.candidate).contains(&trial.epochs)
}

#[cfg(test)]
mod tests;
