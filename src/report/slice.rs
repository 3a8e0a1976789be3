//! Each parameter against each objective: how the values of trials lie where it has about one value.

use kiln_search::pareto::Goal;
use kiln_trials::trial::Trial;
use serde::Serialize;

use super::axis::Axis;
use super::scope::{Scope, brief, finite};
use super::spread::Spread;
use crate::term::ranking::Aim;

/// A scale of numbers is cut into so many parts.
const PARTS: usize = 10;

/// More parameters than this are not shown.
pub const MOST: usize = 60;

/// One parameter against one objective, all other parameters as the trials had them.
#[derive(Debug, Serialize)]
pub struct Slice<'a> {
    /// The parameter.
    pub parameter: String,
    /// The objective.
    pub objective: Aim<'a>,
    /// In how many competing trials the parameter was active.
    pub active: usize,
    /// The trials in which it was not active; none where it always is.
    pub inactive: Option<Spread>,
    /// Its values, or parts of its scale, where there are trials.
    pub parts: Vec<Part>,
}

/// The trials in which a parameter had about one value.
#[derive(Debug, Serialize)]
pub struct Part {
    /// The value, or from where to where.
    pub label: String,
    /// On the axis, from.
    pub from: f64,
    /// On the axis, to.
    pub to: f64,
    /// The values of the objective.
    pub values: Spread,
}

/// Every axis against every objective.
pub fn slices<'a>(scope: &Scope<'a>, axes: &[Axis]) -> Vec<Slice<'a>> {
    let shown = &axes[..axes.len().min(MOST)];
    let pairs = scope.objectives().iter().flat_map(|objective| shown.iter().map(move |axis| (objective, axis)));
    pairs.map(|(objective, axis)| slice(scope, objective, axis)).collect()
}

fn slice<'a>(scope: &Scope<'a>, objective: &'a (String, Goal), axis: &Axis) -> Slice<'a> {
    let value = |trial: &Trial| finite(trial, &objective.0);
    let count = axis.parts(PARTS);
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); count];
    let mut inactive = Vec::new();
    for trial in scope.competing() {
        let Some(value) = value(trial) else { continue };
        match axis.number(&trial.candidate) {
            Some(number) => parts[axis.part(number, count)].push(value),
            None => inactive.push(value),
        }
    }
    let active = parts.iter().map(Vec::len).sum();
    let edge = |part: usize| brief(axis.edge(part as f64, count));
    let part = |(index, values): (usize, &mut Vec<f64>)| {
        let values = Spread::of(values)?;
        Some(Part { label: axis.label(index, count), from: edge(index), to: edge(index + 1), values })
    };
    Slice {
        parameter: axis.name.clone(),
        objective: Aim::of(objective),
        active,
        inactive: Spread::of(&mut inactive),
        parts: parts.iter_mut().enumerate().filter_map(part).collect(),
    }
}
