//! Whether a choice gains the same, whatever the value of another compared choice is.

use serde::Serialize;

use super::answer::Trainings;
use super::contrast::Contrast;
use super::design::{Comparison, Design};
use crate::candidate::Value;
use crate::pareto::Goal;

/// The contrasts of one compared choice, for each value of another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Interaction {
    /// The choice whose gains are told.
    pub parameter: String,
    /// The other one.
    pub by: String,
    /// A row for each value of the other one that some block has.
    pub rows: Vec<Within>,
}

/// The contrasts on the networks that have one value of the other choice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Within {
    /// The value of the other choice.
    pub value: Value,
    /// Each arm against each later one, as in [`Question`](super::Question); corrected for nothing.
    pub contrasts: Vec<Contrast>,
}

pub(super) fn interactions(design: &Design, goal: Goal, trainings: Trainings<'_>) -> Vec<Interaction> {
    let mut found = Vec::new();
    for (number, comparison) in design.comparisons.iter().enumerate() {
        for (other, by) in design.comparisons.iter().enumerate() {
            if other == number {
                continue;
            }
            let rows = by.arms.iter().enumerate().filter_map(|(level, value)| {
                let mut within = Comparison::clone(comparison);
                within.blocks.retain(|block| design.networks[block.own].arms[other] == Some(level));
                let contrasts = within.contrasts(design.seeds, goal, trainings, 1);
                (!within.blocks.is_empty()).then(|| Within { value: value.clone(), contrasts })
            });
            let rows = rows.collect();
            found.push(Interaction { parameter: comparison.parameter.clone(), by: by.parameter.clone(), rows });
        }
    }
    found
}
