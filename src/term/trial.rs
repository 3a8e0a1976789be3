//! Everything about one trial.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kiln_search::candidate::Candidate;
use kiln_trials::store::{FileRevision, StudyRecord};
use kiln_trials::trial::{Confusion, Epoch, Metrics, Origin, Outcome, State, Trial, TrialNumber};
use serde::Serialize;

use crate::runner::prediction::MEASURED;
use crate::study::Fidelity;
use crate::term::figure::figure;
use crate::term::sparkline::sparkline;
use crate::term::table::Table;
use crate::train::TIMINGS;

/// One word for where a trial stands: the value of `outcome` in JSON.
pub fn word(state: &State) -> &'static str {
    match state {
        State::Running => "running",
        State::Paused => "paused",
        State::Ended(outcome) => match outcome {
            Outcome::Complete => "complete",
            Outcome::Pruned => "pruned",
            Outcome::Diverged { .. } => "diverged",
            Outcome::OutOfMemory { .. } => "out-of-memory",
            Outcome::TimedOut { .. } => "timed-out",
            Outcome::Crashed { .. } => "crashed",
            Outcome::Stopped => "stopped",
        },
    }
}

/// Where a trial stands: a word, but `paused at 4 of 12 epochs`, as far as its length is known.
pub fn standing(trial: &Trial, fidelity: Option<&Fidelity>) -> String {
    match (&trial.state, fidelity) {
        (State::Paused, Some(fidelity)) => {
            format!("paused at {} of {} epochs", trial.epochs.len(), fidelity.epochs_of(&trial.candidate))
        }
        (state, _) => word(state).to_owned(),
    }
}

/// Why a trial stands where it does, where there is more to say than the word.
pub fn cause(state: &State) -> Option<String> {
    match state {
        State::Ended(Outcome::Diverged { epoch, step, last_loss }) => Some(match last_loss {
            Some(loss) => format!("the loss was no number at step {step} of epoch {epoch}; it had been {loss:.4}"),
            None => format!("the loss was no number from the start (step {step} of epoch {epoch})"),
        }),
        State::Ended(Outcome::OutOfMemory { cause } | Outcome::Crashed { cause }) => Some(cause.clone()),
        State::Ended(Outcome::TimedOut { cause }) => {
            Some(cause.clone().unwrap_or_else(|| "its budget of wall time was used up".to_owned()))
        }
        State::Ended(Outcome::Pruned) => Some("others did better".to_owned()),
        State::Ended(Outcome::Stopped) => Some("somebody stopped it".to_owned()),
        State::Ended(Outcome::Complete) | State::Running | State::Paused => None,
    }
}

/// A trial for people, which began under `revision` of the study's file. `fidelity` is that of its study, if known,
/// `layers` the table of its layers, and `confusion` what its best epoch took images for.
pub fn text(
    study: &StudyRecord,
    trial: &Trial,
    revision: &FileRevision,
    fidelity: Option<&Fidelity>,
    layers: &str,
    confusion: Option<&str>,
) -> String {
    let mut origin = match trial.origin {
        Origin::Enqueued => "enqueued".to_owned(),
        Origin::Sampled => format!("sampled by {}", revision.rules.strategy.name()),
        Origin::Confirmation { seed } => format!("a confirmation on fresh seed {seed}"),
    };
    if study.file_revision > 1 {
        // Writing to a String cannot fail.
        let _ = write!(origin, ", under revision {} of {}", revision.number, study.file_revision);
    }
    let mut text = format!("trial {} of {}: {}, {origin}", trial.number, study.name, standing(trial, fidelity));
    let _ = if trial.attempt > 1 { writeln!(text, ", {} attempts", trial.attempt) } else { writeln!(text) };
    if let Some(cause) = cause(&trial.state) {
        let _ = writeln!(text, "{cause}");
    }
    match (&trial.state, &trial.holder) {
        (State::Running, Some(holder)) => {
            let _ = writeln!(text, "{holder} trains it");
        }
        (State::Running, None) => text.push_str("nobody trains it now: `kiln run` continues it\n"),
        (State::Paused | State::Ended(_), _) => {}
    }
    for fault in &trial.faults {
        let _ = writeln!(text, "\na worker died of it: {fault}");
    }
    for warning in &trial.warnings {
        let _ = writeln!(text, "\nwarning: {warning}");
    }
    let _ = writeln!(text, "\n[candidate]\n{}", trial.candidate.to_toml().trim_end());
    if !trial.statics.is_empty() {
        let _ = writeln!(text, "\n[figures]");
    }
    let latencies = trial.epochs.last().into_iter().flat_map(|epoch| epoch.metrics.iter());
    let statics = trial.statics.iter().map(|(name, value)| (name.as_str(), value));
    for (name, value) in statics.chain(latencies.filter(|(name, _)| TIMINGS[2..].contains(name))) {
        let _ = writeln!(text, "{name} = {}", figure(name, *value));
    }
    let _ = writeln!(text, "\n[layers]\n{}", layers.trim_end());
    if !trial.epochs.is_empty() {
        let _ = writeln!(text, "\n[curve]\n{}", curve(study, trial).to_text(None).trim_end());
        let _ = writeln!(text, "\n{}", sparklines(trial).trim_end());
    }
    if let Some(confusion) = confusion {
        let _ = writeln!(text, "\n[confusion]\n{}", confusion.trim_end());
    }
    text
}

/// The curves of all trials with all digits, a column for each metric.
pub fn curves(trials: &[Trial]) -> Table {
    let names: BTreeSet<&str> = trials.iter().flat_map(names).collect();
    let mut table = Table::new(["trial", "epoch"].into_iter().chain(names.iter().copied()));
    for (trial, epoch) in trials.iter().flat_map(|trial| trial.epochs.iter().map(move |epoch| (trial, epoch))) {
        let value = |name: &&str| epoch.metrics.get(name).map(f64::to_string).unwrap_or_default();
        table.row([trial.number.to_string(), epoch.epoch.to_string()].into_iter().chain(names.iter().map(value)));
    }
    table
}

/// What the curve has a column for, beside the objectives.
const COLUMNS: [&str; 6] = ["images_per_second", "seconds", "train_accuracy", "train_loss", "val_accuracy", "val_loss"];

/// The metrics of each epoch, a column each: the usual ones and the objectives.
fn curve(study: &StudyRecord, trial: &Trial) -> Table {
    let aims = study.metrics();
    let mut names = names(trial);
    names.retain(|name| COLUMNS.contains(name) || aims.iter().any(|aim| aim == name));
    let mut table = Table::new(std::iter::once("epoch").chain(names.iter().copied()));
    for epoch in &trial.epochs {
        let value = |name: &&str| epoch.metrics.get(name).map_or_else(|| "-".to_owned(), |value| figure(name, *value));
        table.row(std::iter::once(epoch.epoch.to_string()).chain(names.iter().map(value)));
    }
    table
}

/// The course of every metric, and where it has come to.
fn sparklines(trial: &Trial) -> String {
    let mut text = String::new();
    let names: Vec<&str> =
        names(trial).into_iter().filter(|name| !TIMINGS.contains(name) && *name != MEASURED).collect();
    let width = names.iter().map(|name| name.len()).max().unwrap_or(0);
    for name in names {
        let values: Vec<f64> =
            trial.epochs.iter().map(|epoch| epoch.metrics.get(name).copied().unwrap_or(f64::NAN)).collect();
        let last = values.last().map(|value| figure(name, *value)).unwrap_or_default();
        let _ = writeln!(text, "{name:width$}  {}  {last}", sparkline(&values));
    }
    text
}

/// The metrics that any epoch has: one that was trained by an earlier Kiln can have fewer.
fn names(trial: &Trial) -> Vec<&str> {
    let names: BTreeSet<&str> = trial.epochs.iter().flat_map(|epoch| epoch.metrics.keys()).collect();
    names.into_iter().collect()
}

/// A trial for programs. Its keys are stable.
#[derive(Debug, Serialize)]
pub struct Record<'a> {
    study: &'a str,
    trial: TrialNumber,
    outcome: &'static str,
    cause: Option<String>,
    #[serde(flatten)]
    origin: Origin,
    /// Of the study's file, when it began.
    revision: u32,
    attempt: u32,
    holder: Option<&'a str>,
    faults: &'a [String],
    candidate: &'a Candidate,
    statics: &'a Metrics,
    epochs: &'a [Epoch],
    /// Of the best epoch.
    confusion: Option<&'a Confusion>,
    /// The names of the classes that its rows and columns are of, if the data are there.
    classes: Option<&'a [String]>,
    warnings: &'a [String],
    checkpoint: Option<&'a str>,
    began_at: u64,
    ended_at: Option<u64>,
}

impl<'a> Record<'a> {
    /// All that the store knows of the trial, which began under `revision` of the study's file.
    pub fn of(
        study: &'a StudyRecord,
        trial: &'a Trial,
        revision: &FileRevision,
        confusion: Option<&'a Confusion>,
        classes: Option<&'a [String]>,
    ) -> Self {
        Self {
            study: &study.name,
            trial: trial.number,
            outcome: word(&trial.state),
            cause: cause(&trial.state),
            origin: trial.origin,
            revision: revision.number,
            attempt: trial.attempt,
            holder: trial.holder.as_deref(),
            faults: &trial.faults,
            candidate: &trial.candidate,
            statics: &trial.statics,
            epochs: &trial.epochs,
            confusion,
            classes,
            warnings: &trial.warnings,
            checkpoint: trial.checkpoint(),
            began_at: trial.began_at,
            ended_at: trial.ended_at,
        }
    }
}
