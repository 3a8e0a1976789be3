//! How trials ended, and what they cost.

use std::collections::BTreeMap;

use kiln_trials::trial::{Epoch, Trial};
use serde::Serialize;

use super::scope::{Scope, brief};
use super::spread::Spread;
use crate::term::trial::{cause, word};

/// So many causes of failures are told, the most frequent first.
const MOST_CAUSES: usize = 12;

/// What a study took.
#[derive(Debug, Serialize)]
pub struct Cost {
    /// How many trials there are.
    pub trials: usize,
    /// How they stand, the most frequent first.
    pub outcomes: Vec<Tally>,
    /// What those that failed died of, the most frequent first.
    pub causes: Vec<Cause>,
    /// Wall time of all runs, in seconds.
    pub wall_seconds: f64,
    /// The time of all epochs on record, in seconds.
    pub trained_seconds: f64,
    /// Epochs on record.
    pub epochs: usize,
    /// Epochs that all trials would have had, had each been trained to its end; none where the file is not known.
    pub full_epochs: Option<u64>,
    /// The seconds of training of a trial.
    pub seconds_a_trial: Option<Spread>,
    /// Images a second in training.
    pub images_per_second: Option<Spread>,
}

/// How many trials ended in one way.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// As `kiln rank` calls it.
    pub outcome: &'static str,
    /// So many.
    pub trials: usize,
}

/// Why trials failed.
#[derive(Debug, Serialize)]
pub struct Cause {
    /// As `kiln rank` calls it.
    pub outcome: &'static str,
    /// What there is to say of it.
    pub text: String,
    /// So many.
    pub trials: usize,
}

impl Cost {
    /// Of all trials in `scope`.
    pub fn of(scope: &Scope<'_>) -> Self {
        let seconds = |epoch: &Epoch| epoch.metrics.get("seconds").copied().filter(|seconds| seconds.is_finite());
        let trained = |trial: &Trial| trial.epochs.iter().filter_map(seconds).sum::<f64>();
        let mut times: Vec<f64> = scope.trials.iter().map(trained).filter(|time| *time > 0.0).collect();
        let mut speeds: Vec<f64> = scope
            .trials
            .iter()
            .filter_map(|trial| trial.epochs.last()?.metrics.get("images_per_second").copied())
            .collect();
        let full = |trial: &Trial| scope.file.map(|file| u64::from(file.fidelity.epochs_of(&trial.candidate)));
        Self {
            trials: scope.trials.len(),
            outcomes: by_outcome(scope.trials),
            causes: causes(scope.trials),
            wall_seconds: brief(scope.spent.as_secs_f64()),
            trained_seconds: brief(times.iter().sum()),
            epochs: scope.trials.iter().map(|trial| trial.epochs.len()).sum(),
            full_epochs: scope.trials.iter().map(full).sum(),
            seconds_a_trial: Spread::of(&mut times),
            images_per_second: Spread::of(&mut speeds),
        }
    }
}

/// How many of `trials` stand in each way, the most frequent first.
pub fn by_outcome(trials: &[Trial]) -> Vec<Tally> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for trial in trials {
        *counts.entry(word(&trial.state)).or_default() += 1;
    }
    let mut tallies: Vec<Tally> = counts.into_iter().map(|(outcome, trials)| Tally { outcome, trials }).collect();
    tallies.sort_by_key(|tally| std::cmp::Reverse(tally.trials));
    tallies
}

fn causes(trials: &[Trial]) -> Vec<Cause> {
    let mut counts: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for trial in trials {
        if let Some(cause) = cause(&trial.state) {
            // Where exactly is the trial's own affair.
            let general: String = cause.split_whitespace().map(without_digits).collect::<Vec<_>>().join(" ");
            *counts.entry((word(&trial.state), general)).or_default() += 1;
        }
    }
    let mut causes: Vec<Cause> =
        counts.into_iter().map(|((outcome, text), trials)| Cause { outcome, text, trials }).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.trials));
    causes.truncate(MOST_CAUSES);
    causes
}

/// `word`, or for a number `N` with what stands after it: `N;`.
fn without_digits(word: &str) -> String {
    if !word.starts_with(|first: char| first.is_ascii_digit()) {
        return word.to_owned();
    }
    let number = word.trim_end_matches(|last: char| last.is_ascii_punctuation());
    format!("N{}", &word[number.len()..])
}
