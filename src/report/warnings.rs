//! What the trainer noticed, collected: which warnings there were, and with which choices.

use std::collections::BTreeMap;

use kiln_search::candidate::Value;
use kiln_search::thousands::thousands;
use kiln_trials::trial::{Trial, TrialNumber};
use serde::Serialize;

use super::scope::{Scope, capital};
use crate::term::figure::counted;

/// So many trials are named with a warning.
const NAMED: usize = 20;

/// One kind of warning.
#[derive(Debug, Serialize)]
pub struct Warning {
    /// What it means, in a sentence with the counts.
    pub sentence: String,
    /// As one trial has it.
    pub example: String,
    /// How many trials have it.
    pub trials: usize,
    /// The first of them.
    pub first: Vec<TrialNumber>,
}

/// The kinds of warnings, the most frequent first. Those that differ only in numbers and in what is in parentheses
/// (which tensors it is about) are of one kind.
pub fn warnings(scope: &Scope<'_>) -> Vec<Warning> {
    let mut kinds: BTreeMap<String, Vec<(TrialNumber, &str)>> = BTreeMap::new();
    for trial in scope.trials {
        for text in &trial.warnings {
            kinds.entry(kind(text)).or_default().push((trial.number, text));
        }
    }
    let mut warnings: Vec<Warning> = kinds.iter().map(|(kind, told)| warning(scope, kind, told)).collect();
    warnings.sort_by_key(|warning| std::cmp::Reverse(warning.trials));
    warnings
}

fn warning(scope: &Scope<'_>, kind: &str, told: &[(TrialNumber, &str)]) -> Warning {
    let count = thousands(told.len() as u128);
    let sentence = if let Some(rounding) = rounding(kind) {
        let with = |trial: &&Trial| trial.candidate.get("rounding") == Some(&Value::Text(rounding.to_owned()));
        // A trial that did not come to its first step could not be warned of.
        let begun = |trial: &&Trial| !trial.epochs.is_empty() || !trial.warnings.is_empty();
        let all = thousands(scope.trials.iter().filter(with).filter(begun).count() as u128);
        format!("{} rounding stopped the gradient in {count} of {all} trials that had it.", capital(rounding))
    } else {
        format!("{}: in {count} of {}.", capital(kind), counted(scope.trials.len(), "trial"))
    };
    Warning {
        sentence,
        example: told.first().map_or_else(String::new, |(_, text)| (*text).to_owned()),
        trials: told.len(),
        first: told.iter().take(NAMED).map(|(trial, _)| *trial).collect(),
    }
}

/// The rounding that a kind of [warning](crate::train) is about, if it is about one.
fn rounding(kind: &str) -> Option<&'static str> {
    if kind.starts_with("rounding = \"hard\"") {
        Some("hard")
    } else if kind.contains("rounding_low to rounding_high") {
        Some("straight-through")
    } else {
        None
    }
}

/// `text` up to its first colon, which what is special about the trial comes after.
fn kind(text: &str) -> String {
    match text.split_once(':') {
        Some((general, special)) if special.contains("rounding_low") => {
            format!("{general} outside rounding_low to rounding_high")
        }
        Some((general, _)) => general.to_owned(),
        None => text.to_owned(),
    }
}
