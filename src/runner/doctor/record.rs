//! What the record says of trials, which the types allow and the runner never writes.

use std::collections::BTreeMap;

use kiln_search::scheduler::Scheduler;
use kiln_trials::checkpoint;
use kiln_trials::trial::{Outcome, State, Trial};

use super::{Finding, Part, Record, Standing};
use crate::study::Study;
use crate::term::figure::counted;

/// What to do about it.
pub const NEXT: &str = "something else than Kiln has changed the record, or this is a mistake in Kiln: put a copy of the \
                        study's directory back, or begin a study of another name";

/// Looks at every trial; `study` is the meaning of the file, if it can be read. Whether all is sound.
pub fn check(record: &Record, study: Option<&Study>, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    for (index, trial) in record.trials.iter().enumerate() {
        if trial.number as usize != index {
            let what = format!("there is no trial {index}, but a trial {}", trial.number);
            findings.push(Finding::problem(Part::Record, what, NEXT));
            break;
        }
        let wrong = wrong_by_itself(trial, record.revision);
        let wrong = wrong.or_else(|| wrong_in(trial, study?));
        findings.extend(wrong.map(|what| Finding::problem(Part::Record, format!("trial {index}: {what}"), NEXT)));
    }
    let is_sound = findings.len() == before;
    if is_sound {
        let epochs: usize = record.trials.iter().map(|trial| trial.epochs.len()).sum();
        let what = format!("{} with {}", counted(record.trials.len(), "trial"), counted(epochs, "epoch"));
        findings.push(Finding::new(Part::Record, Standing::Sound, what));
    }
    is_sound
}

/// The first thing that is wrong with `trial`, whatever its study.
fn wrong_by_itself(trial: &Trial, revision: u64) -> Option<String> {
    if let Some((index, epoch)) = (1_u32..).zip(&trial.epochs).find(|(number, epoch)| epoch.epoch != *number) {
        return Some(format!("epoch {index} is missing before epoch {}", epoch.epoch));
    }
    let last = trial.epochs.len() as u32;
    let figures = |index: usize| trial.epochs[index].metrics.keys();
    if let Some(other) = (0..trial.epochs.len()).find(|index| !figures(*index).eq(figures(0))) {
        return Some(format!("epoch {} has other figures than epoch 1", other + 1));
    }
    let strange = |name: &str, epoch| {
        let suffix = format!("-epoch-{epoch}");
        checkpoint::owner(name) != Some(trial.number) || !name.ends_with(&suffix)
    };
    if let Some(strange) = trial.checkpoints.iter().find(|one| strange(&one.name, one.epoch)) {
        return Some(format!(
            "`{}` is no name of its checkpoint of epoch {}",
            strange.name.escape_default(),
            strange.epoch
        ));
    }
    if trial.faults.len() > trial.attempt as usize {
        return Some(format!("{} attempts, of which {} failed", trial.attempt, trial.faults.len()));
    }
    if trial.seen >= trial.revision || trial.revision > revision {
        return Some(format!("change {} of {revision}, after change {}", trial.revision, trial.seen));
    }
    match trial.state {
        State::Ended(Outcome::Complete) if last == 0 => Some("it is complete, without an epoch".to_owned()),
        State::Ended(Outcome::Diverged { epoch, .. }) if epoch != last + 1 => {
            Some(format!("it diverged in epoch {epoch}, with {} on record", counted(last as usize, "epoch")))
        }
        _ => None,
    }
}

/// The first thing that is wrong with `trial` as one of `study`.
fn wrong_in(trial: &Trial, study: &Study) -> Option<String> {
    if let Err(misfit) = study.space.validate(&trial.candidate) {
        return Some(format!("its candidate is not of the space: {misfit}"));
    }
    let (last, full) = (trial.epochs.len() as u32, study.fidelity.epochs_of(&trial.candidate));
    if last > full {
        return Some(format!("it has {last} epochs of {full}"));
    }
    let may_settle = matches!(study.fidelity.scheduler, Scheduler::Patience { .. });
    if trial.is_complete() && last < full && !may_settle {
        return Some(format!("it is complete with {last} of {full} epochs"));
    }
    let known: BTreeMap<&str, Option<f64>> =
        study.objectives.iter().map(|one| (one.metric.as_str(), trial.figure(&one.metric))).collect();
    let unknown = known.into_iter().find(|(_, value)| trial.is_complete() && value.is_none());
    unknown.map(|(metric, _)| format!("it is complete, and its {metric} is not known"))
}

#[cfg(test)]
mod tests;
