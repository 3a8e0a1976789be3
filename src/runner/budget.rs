//! What ends a study: a function of the record, and of the time that the runs of the study have used.
//!
//! Every part of the budget is one total over all runs. Confirmations do not count: the search is over when they begin.

use std::time::Duration;

use kiln_search::pareto::Goal;
use kiln_search::thousands::thousands;
use kiln_trials::trial::Standing;

use crate::study::{Budget, Objective, Plateau, Study, Target};
use crate::term::figure::{counted, duration, figure};

/// What part of the budget is used up, in words: what ends the study even in the middle of a trial.
pub fn used_up(study: &Study, trials: &[Standing], spent: Duration) -> Option<String> {
    let Budget { wall, epochs, plateau, target, .. } = &study.budget;
    if let Some(wall) = wall.filter(|wall| spent >= *wall) {
        return Some(format!("the budget of {} wall time is used up", duration(wall)));
    }
    let trained: u64 = searched(trials).map(|trial| u64::from(trial.epochs)).sum();
    if let Some(epochs) = epochs.filter(|epochs| trained >= u64::from(*epochs)) {
        return Some(format!("the budget of {} epochs is used up", thousands(epochs)));
    }
    if let Some(trial) = searched(trials).find(|trial| has_reached(trial, &study.objectives, target)) {
        return Some(format!("trial {} has reached the target of {}", trial.number, in_words(target)));
    }
    let plateau = plateau.filter(|plateau| is_flat(trials, &study.objectives, *plateau))?;
    let trials = counted(plateau.trials as usize, "complete trial");
    Some(format!("the last {trials} brought no improvement of more than {}", plateau.delta))
}

/// Whether one more trial may begin.
pub fn may_begin(budget: &Budget, trials: &[Standing]) -> bool {
    budget.trials.is_none_or(|most| searched(trials).count() < most as usize)
}

fn searched(trials: &[Standing]) -> impl Iterator<Item = &Standing> {
    trials.iter().filter(|trial| trial.origin.is_search())
}

/// Whether a complete trial has every value of a target that there is.
fn has_reached(trial: &Standing, objectives: &[Objective], target: &[Target]) -> bool {
    let reached = |target: &Target| {
        let goal =
            objectives.iter().find(|objective| objective.metric == target.metric).map(|objective| objective.goal);
        match (goal, trial.figure(&target.metric)) {
            (Some(Goal::Maximize), Some(value)) => value >= target.value,
            (Some(Goal::Minimize), Some(value)) => value <= target.value,
            _ => false,
        }
    };
    !target.is_empty() && trial.is_complete() && target.iter().all(reached)
}

fn in_words(target: &[Target]) -> String {
    let one = |target: &Target| format!("{} {}", target.metric, figure(&target.metric, target.value));
    target.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// Whether none of the last complete trials is better than all before them: by more than `delta`, in one objective at
/// least.
fn is_flat(trials: &[Standing], objectives: &[Objective], plateau: Plateau) -> bool {
    let mut complete: Vec<&Standing> = searched(trials).filter(|trial| trial.is_complete()).collect();
    // In the order in which they ended: nothing changes a trial afterwards. The calendar may have been set meanwhile.
    complete.sort_by_key(|trial| trial.revision);
    let Some(before) = complete.len().checked_sub(plateau.trials as usize).filter(|before| *before > 0) else {
        return false;
    };
    let costs = |trial: &&Standing| -> Vec<f64> {
        let cost = |objective: &Objective| trial.figure(&objective.metric).map(|value| objective.goal.cost(value));
        // What is not known, or no number, is as bad as can be.
        objectives
            .iter()
            .map(|objective| cost(objective).filter(|cost| !cost.is_nan()).unwrap_or(f64::INFINITY))
            .collect()
    };
    let (before, last) = complete.split_at(before);
    let before: Vec<Vec<f64>> = before.iter().map(costs).collect();
    let gains = |new: &[f64], old: &[f64]| new.iter().zip(old).any(|(new, old)| *new < old - plateau.delta);
    !last.iter().map(costs).any(|new| before.iter().all(|old| gains(&new, old)))
}

#[cfg(test)]
mod tests;
