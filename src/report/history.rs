//! The best value so far, trial by trial.

use kiln_search::pareto::Goal;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use super::scope::{Scope, brief, finite};
use super::spread::Spread;
use crate::term::ranking::Aim;

/// From so many trials on, quantiles stand for the values of all.
const MANY: usize = super::table::MOST;

/// So many stretches of trials have quantiles of their own.
const STRETCHES: usize = 60;

/// How an objective got better.
#[derive(Debug, Serialize)]
pub struct History<'a> {
    /// The objective.
    pub objective: Aim<'a>,
    /// The complete trials that were better than all before, with their values.
    pub best: Vec<(TrialNumber, f64)>,
    /// How the values of stretches of trials lie, where there are too many to be shown one by one.
    pub stretches: Vec<Stretch>,
}

/// How values of neighbouring trials lie.
#[derive(Debug, Serialize)]
pub struct Stretch {
    /// The first trial.
    pub from: TrialNumber,
    /// The last trial.
    pub to: TrialNumber,
    /// The values of the complete ones.
    pub values: Spread,
}

/// The history of each objective.
pub fn histories<'a>(scope: &Scope<'a>) -> Vec<History<'a>> {
    scope.objectives().iter().map(|objective| history(scope, objective)).collect()
}

fn history<'a>(scope: &Scope<'_>, objective: &'a (String, Goal)) -> History<'a> {
    let (metric, goal) = objective;
    let mut best: Vec<(TrialNumber, f64)> = Vec::new();
    for trial in scope.trials.iter().filter(|trial| trial.is_complete()) {
        if let Some(value) = finite(trial, metric)
            && best.last().is_none_or(|(_, before)| goal.cost(value) < goal.cost(*before))
        {
            best.push((trial.number, value));
        }
    }
    let length = scope.trials.len().div_ceil(STRETCHES);
    let stretches = if scope.trials.len() > MANY { scope.trials.chunks(length) } else { [].chunks(1) };
    let stretch = |trials: &[kiln_trials::trial::Trial]| {
        let complete = trials.iter().filter(|trial| trial.is_complete());
        let values = Spread::of(&mut complete.filter_map(|trial| finite(trial, metric)).collect())?;
        Some(Stretch { from: trials.first()?.number, to: trials.last()?.number, values })
    };
    History {
        objective: Aim::of(objective),
        best: best.into_iter().map(|(trial, value)| (trial, brief(value))).collect(),
        stretches: stretches.filter_map(stretch).collect(),
    }
}
