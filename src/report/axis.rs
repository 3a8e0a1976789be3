//! The parameters as axes of charts.

use kiln_search::candidate::{Candidate, Value};
use kiln_search::space::domain::Domain;
use serde::Serialize;

use super::scope::Scope;
use crate::term::candidates;
use crate::term::figure::value;

/// More whole numbers than this make a scale rather than a list of values.
const MOST_LEVELS: u128 = 12;

/// A parameter of which there is something to choose, or of which trials have several values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Axis {
    /// Its name, as candidates have it: `stage[0].channels`.
    pub name: String,
    /// Where its values lie.
    #[serde(flatten)]
    pub scale: Scale,
}

/// Where values lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "scale", rename_all = "kebab-case")]
pub enum Scale {
    /// At one of these, by its index.
    Values {
        /// In the order of the file.
        values: Vec<String>,
        /// Whether they have no order but that.
        names: bool,
    },
    /// Between two numbers.
    Range {
        /// The smallest.
        low: f64,
        /// The greatest.
        high: f64,
        /// Whether orders of magnitude are alike.
        log: bool,
    },
}

impl Axis {
    /// The number of `candidate` on the axis: the value itself, or the index of a listed one.
    pub fn number(&self, candidate: &Candidate) -> Option<f64> {
        let held = candidate.get(&self.name)?;
        match &self.scale {
            Scale::Values { values, .. } => {
                let text = value(held);
                values.iter().position(|known| *known == text).map(|index| index as f64)
            }
            Scale::Range { .. } => held.as_f64(),
        }
    }

    /// How many parts a chart of `parts` has along the axis.
    pub fn parts(&self, parts: usize) -> usize {
        match &self.scale {
            Scale::Values { values, .. } => values.len(),
            Scale::Range { .. } => parts,
        }
    }

    /// The part that a number of the axis falls into.
    pub fn part(&self, number: f64, parts: usize) -> usize {
        match &self.scale {
            Scale::Values { .. } => number as usize,
            Scale::Range { low, high, log } => {
                let place = |number: f64| if *log { number.ln() } else { number };
                let share = (place(number) - place(*low)) / (place(*high) - place(*low));
                ((share * parts as f64).max(0.0) as usize).min(parts - 1)
            }
        }
    }

    /// What part `part` is of: a value, or `0.01 to 0.03`.
    pub fn label(&self, part: usize, parts: usize) -> String {
        match &self.scale {
            Scale::Values { values, .. } => values[part].clone(),
            Scale::Range { .. } => {
                let edge = |part: usize| value(&Value::Float(self.edge(part as f64, parts)));
                format!("{} to {}", edge(part), edge(part + 1))
            }
        }
    }

    /// The number at which part `part` begins.
    pub fn edge(&self, part: f64, parts: usize) -> f64 {
        match &self.scale {
            Scale::Values { .. } => part,
            Scale::Range { low, high, log } => {
                let share = part / parts as f64;
                if *log { low.powf(1.0 - share) * high.powf(share) } else { low + (high - low) * share }
            }
        }
    }
}

/// The axes of a study, in the order of its file.
pub fn axes(scope: &Scope<'_>) -> Vec<Axis> {
    let names: Vec<String> = match scope.file {
        Some(file) => file.space.names().map(str::to_owned).collect(),
        None => candidates::columns(scope.trials.iter().map(|trial| &trial.candidate))
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    let scale = |name: &str| match scope.file.and_then(|file| file.space.domain_of(name)) {
        Some(domain) => of_domain(domain).or_else(|| of_values(scope, name)),
        None => of_values(scope, name),
    };
    names.into_iter().filter_map(|name| Some(Axis { scale: scale(&name)?, name })).filter(has_choice).collect()
}

fn has_choice(axis: &Axis) -> bool {
    match &axis.scale {
        Scale::Values { values, .. } => values.len() > 1,
        Scale::Range { low, high, .. } => low < high,
    }
}

fn of_domain(domain: &Domain) -> Option<Scale> {
    let listed = |names| Scale::Values { values: domain.values().map(|known| value(&known)).collect(), names };
    match domain {
        Domain::Fixed(_) => Some(listed(true)),
        Domain::Choice(choice) => Some(listed(!choice.ordered && choice.values.iter().any(|v| v.as_f64().is_none()))),
        Domain::Int(range) if domain.count().is_some_and(|count| count <= MOST_LEVELS) && !range.log => {
            Some(listed(false))
        }
        Domain::Int(range) => Some(Scale::Range { low: range.low as f64, high: range.high as f64, log: range.log }),
        Domain::Float(range) => Some(Scale::Range { low: range.low, high: range.high, log: range.log }),
        Domain::Subset(_) => None,
    }
}

/// As the values of the trials have it.
fn of_values(scope: &Scope<'_>, name: &str) -> Option<Scale> {
    let held: Vec<&Value> = scope.trials.iter().filter_map(|trial| trial.candidate.get(name)).collect();
    let numbers: Option<Vec<f64>> = held.iter().map(|held| held.as_f64()).collect();
    let mut values: Vec<String> = Vec::new();
    for text in held.iter().map(|held| value(held)) {
        if values.len() as u128 <= MOST_LEVELS && !values.contains(&text) {
            values.push(text);
        }
    }
    match numbers {
        Some(numbers) if values.len() as u128 > MOST_LEVELS => {
            let low = numbers.iter().copied().reduce(f64::min)?;
            Some(Scale::Range { low, high: numbers.iter().copied().reduce(f64::max)?, log: false })
        }
        _ => Some(Scale::Values { values, names: true }),
    }
}
