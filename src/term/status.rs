//! The state of a running study in a few lines.

use std::time::Duration;

use kiln_search::candidate::Candidate;
use kiln_trials::rank;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{State, Trial};

use crate::runner::clock::trained_for;
use crate::term::figure::{self, duration};
use crate::term::ranking::is_complete;
use crate::term::sparkline::sparkline;
use crate::term::trial::word;
use crate::term::{Snapshot, objectives_of};

/// What is running, the best so far, and what is left of the budget; a line each.
pub fn status(now: &Snapshot<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(trial) = now.trials.iter().find(|trial| trial.state == State::Running) {
        lines.push(format!("trial {}  {}", trial.number, candidate(&trial.candidate)));
        lines.push(format!(
            "         epoch {}/{}  {}  {}",
            trial.epochs.len(),
            now.epochs_of(trial),
            curve(now.study, trial),
            objectives_of(now.study, trial)
        ));
    }
    let ranking = rank::rank(now.trials, &now.study.objectives);
    if let Some(best) =
        ranking.rows.first().and_then(|row| now.trials.get(row.trial as usize)).filter(|t| is_complete(t))
    {
        lines.push(format!("best     trial {}  {}", best.number, objectives_of(now.study, best)));
    }
    lines.push(format!("budget   {}", budget(now)));
    lines
}

/// One line about a trial that is over.
pub fn ended(study: &StudyRecord, trial: &Trial) -> String {
    let (mark, outcome) =
        if is_complete(trial) { ("✓", String::new()) } else { ("✗", format!("{}  ", word(&trial.state))) };
    let warned = if trial.warnings.is_empty() { "" } else { "  (has warnings: see `kiln show`)" };
    format!(
        "{mark} trial {}  {outcome}{}  {}  {}{warned}",
        trial.number,
        objectives_of(study, trial),
        curve(study, trial),
        duration(trained_for(trial)),
    )
}

/// `depth=2 normalization=batch …`.
pub fn candidate(candidate: &Candidate) -> String {
    candidate.iter().map(|(name, value)| format!("{name}={}", figure::value(value))).collect::<Vec<_>>().join(" ")
}

/// The curve of the first objective that is measured by epoch.
fn curve(study: &StudyRecord, trial: &Trial) -> String {
    let measured = |metric: &&String| trial.epochs.iter().any(|epoch| epoch.metrics.contains_key(*metric));
    let metric = study.objectives.iter().map(|(metric, _)| metric).find(measured);
    let value = |metric: &String| {
        trial.epochs.iter().map(|epoch| epoch.metrics.get(metric).copied().unwrap_or(f64::NAN)).collect::<Vec<_>>()
    };
    metric.map_or_else(String::new, |metric| sparkline(&value(metric)))
}

fn budget(now: &Snapshot<'_>) -> String {
    let ended = now.ended().count();
    let mut parts = vec![match now.budget.trials {
        Some(trials) => format!("{ended} of {trials} trials"),
        None => format!("{ended} trials"),
    }];
    parts.push(match now.budget.wall {
        Some(wall) => format!("{} of {}", duration(now.spent), duration(wall)),
        None => duration(now.spent),
    });
    if let Some(left) = left(now, ended) {
        parts.push(format!("about {} left", duration(left)));
    }
    parts.join("  ·  ")
}

/// The time until the budget is used up, at the pace so far.
fn left(now: &Snapshot<'_>, ended: usize) -> Option<Duration> {
    let by_trials = now.budget.trials.filter(|_| ended > 0).map(|trials| {
        let pace = now.ended().map(trained_for).sum::<Duration>() / u32::try_from(ended).unwrap_or(u32::MAX);
        let running = now.trials.iter().filter(|trial| trial.state == State::Running).map(trained_for).sum();
        (pace * trials.saturating_sub(ended as u32)).saturating_sub(running)
    });
    let by_wall = now.budget.wall.map(|wall| wall.saturating_sub(now.spent));
    [by_trials, by_wall].into_iter().flatten().min()
}
