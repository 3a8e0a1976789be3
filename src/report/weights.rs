//! Which parameters matter, by both methods, for every objective.

use kiln_search::candidate::Candidate;
use kiln_search::importance::{Method, importance};
use serde::Serialize;

use super::axis::Axis;
use super::scope::Scope;
use crate::term::importance::Weights;

/// So many of the parameters that matter most have charts in pairs.
const LEADING: usize = 4;

/// What a method says of an objective.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Weighed<'a> {
    /// The shares.
    Known(Weights<'a>),
    /// Nothing.
    Unknown {
        /// The objective's metric.
        metric: &'a str,
        /// Why.
        unknown: String,
    },
}

/// Of every objective by both methods.
pub fn weights<'a>(scope: &Scope<'a>) -> Vec<Weighed<'a>> {
    let Some(file) = scope.file else { return Vec::new() };
    let complete: Vec<_> = scope.trials.iter().filter(|trial| trial.is_complete()).collect();
    let mut all = Vec::new();
    for objective in scope.objectives() {
        let (metric, goal) = objective;
        let measured: Vec<(&Candidate, f64)> =
            complete.iter().filter_map(|trial| Some((&trial.candidate, trial.figure(metric)?))).collect();
        for method in [Method::Fanova, Method::PedAnova] {
            all.push(match importance(&file.space, &measured, *goal, method, scope.study.seed) {
                Ok(found) => Weighed::Known(Weights::of(&scope.study.name, objective, method, found)),
                Err(unknown) => Weighed::Unknown { metric, unknown: unknown.to_string() },
            });
        }
    }
    all
}

/// The axes that matter most for the first objective, or else the first ones.
pub fn leading<'x>(importance: &[Weighed<'_>], axes: &[&'x Axis]) -> Vec<&'x Axis> {
    let names = match importance.first() {
        Some(Weighed::Known(weights)) => weights.names().collect(),
        _ => Vec::new(),
    };
    let place = |axis: &&&Axis| names.iter().position(|name| *name == axis.name).unwrap_or(usize::MAX);
    let mut order: Vec<&&Axis> = axes.iter().collect();
    order.sort_by_key(place);
    order.into_iter().take(LEADING).copied().collect()
}
