//! The answer, in a sentence.

use kiln_search::thousands::thousands;
use kiln_trials::trial::{Outcome, State, Trial};
use serde::Serialize;

use super::cost::by_outcome;
use super::scope::{Scope, capital};
use crate::term::figure::{counted, figure};

/// What the study found.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// One sentence.
    pub sentence: String,
    /// What is to be known with it, a sentence each.
    pub remarks: Vec<String>,
}

impl Answer {
    /// Of the study in `scope`.
    pub fn of(scope: &Scope<'_>) -> Self {
        let best = scope.competing().next();
        let searched = || best.map_or_else(|| nothing(scope), |best| found(scope, best));
        let confirmed = scope.confirmed.and_then(|confirmed| Some(format!("{}.", capital(&confirmed.headline()?))));
        Self { sentence: confirmed.unwrap_or_else(searched), remarks: remarks(scope, best) }
    }
}

/// Why no trial is the best.
fn nothing(scope: &Scope<'_>) -> String {
    let Some(first) = scope.trials.first() else {
        return format!("Study {} has no trials yet.", scope.study.name);
    };
    let all = counted(scope.trials.len(), "trial");
    let metrics = scope.study.metrics().join(" and ");
    if scope.trials.iter().any(Trial::is_complete) {
        return format!("No winner: no complete trial of the {all} has a number for {metrics}.");
    }
    if scope.unfinished() > 0 {
        return format!("No winner yet: none of the {all} is complete.");
    }
    match scope.trials.len() {
        1 => format!("No winner: the only trial ended without a result ({}).", first_outcome(first)),
        _ => format!("No winner: all {all} ended without a result ({}).", tally(scope)),
    }
}

fn first_outcome(trial: &Trial) -> String {
    match &trial.state {
        State::Ended(outcome) => outcome.to_string(),
        State::Running | State::Paused => String::new(),
    }
}

/// `10 diverged, 2 crashed`.
fn tally(scope: &Scope<'_>) -> String {
    let outcomes = by_outcome(scope.trials);
    let parts = outcomes.iter().map(|tally| format!("{} {}", thousands(tally.trials as u128), tally.outcome));
    parts.collect::<Vec<_>>().join(", ")
}

fn found(scope: &Scope<'_>, best: &Trial) -> String {
    let (number, all) = (best.number, counted(scope.trials.len(), "trial"));
    let [(metric, _), others @ ..] = scope.objectives() else { return format!("Trial {number} is the best of {all}.") };
    let shown = |trial: &Trial, metric: &str| figure(metric, trial.figure(metric).unwrap_or(f64::NAN));
    if others.is_empty() {
        let size = best.figure("parameters").filter(|_| metric != "parameters");
        let size = size.map_or_else(String::new, |size| format!(", with {} parameters", figure("parameters", size)));
        return match scope.trials.len() {
            1 => format!("The only trial reached {metric} {}{size}.", shown(best, metric)),
            _ => format!("Trial {number} is the best of {all}: {metric} {}{size}.", shown(best, metric)),
        };
    }
    let front = scope.on_front().count();
    let others: Vec<String> = others.iter().map(|(other, _)| format!("{other} {}", shown(best, other))).collect();
    let (value, others) = (shown(best, metric), others.join(" and "));
    if scope.trials.len() == 1 {
        return format!("The only trial reached {metric} {value} with {others}.");
    }
    if front == 1 {
        return format!("Trial {number} is beaten in nothing by any other of {all}: {metric} {value}, {others}.");
    }
    format!(
        "{} of {all} are beaten by no other; of these trial {number} has the best {metric}, {value}, with {others}.",
        thousands(front as u128)
    )
}

fn remarks(scope: &Scope<'_>, best: Option<&Trial>) -> Vec<String> {
    let mut remarks = Vec::new();
    let competing = scope.competing().count();
    if let Some(confirmed) = scope.confirmed {
        let headline = confirmed.headline();
        let others = confirmed.said().iter().filter(|said| Some(*said) != headline.as_ref());
        remarks.extend(others.map(|said| format!("{}.", capital(said))));
    }
    if best.is_some() && competing > 1 && scope.confirmed.is_none() {
        remarks.push(format!(
            "Nobody trained it again yet: the best of {competing} scores is too high by the luck of being the best. Only \
             a confirmation on fresh seeds (`kiln confirm`), and the test images, tell what it is worth.",
            competing = thousands(competing as u128)
        ));
    }
    if best.is_some() && competing == 1 {
        remarks.push("There is nothing to compare it with yet.".to_owned());
    }
    let odd = scope.trials.iter().filter(|trial| trial.is_complete()).count() - competing;
    if odd > 0 {
        remarks.push(format!("{} complete, but not a number in an objective, so out of the ranking.", are(odd)));
    }
    let failed = scope.trials.iter().filter(|trial| is_failure(&trial.state)).count();
    if failed > 0 && best.is_some() {
        remarks.push(format!("{} without a result: see how trials ended.", ended(failed)));
    }
    let paused = scope.trials.iter().filter(|trial| trial.state == State::Paused).count();
    if paused > 0 {
        let wait = if paused == 1 { "waits" } else { "wait" };
        remarks.push(format!("{} {wait} before the last epoch, out of the ranking.", counted(paused, "trial")));
    }
    let running = scope.unfinished() - paused;
    if running > 0 {
        remarks.push(format!("{} being trained: the answer may change.", are(running)));
    }
    if scope.file.is_none() {
        remarks.push(
            "This version of Kiln reads the file of the study differently: what depends on it is left out.".to_owned(),
        );
    }
    remarks
}

fn are(count: usize) -> String {
    format!("{} {}", counted(count, "trial"), if count == 1 { "is" } else { "are" })
}

fn ended(count: usize) -> String {
    format!("{} ended", counted(count, "trial"))
}

fn is_failure(state: &State) -> bool {
    matches!(
        state,
        State::Ended(
            Outcome::Diverged { .. } | Outcome::OutOfMemory { .. } | Outcome::TimedOut { .. } | Outcome::Crashed { .. }
        )
    )
}
