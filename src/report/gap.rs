//! The generalization gap: how much more accurate networks are on the images that they were trained on than on those
//! that were held back, by choice.

use kiln_trials::trial::Trial;
use serde::Serialize;

use super::axis::{Axis, Scale};
use super::scope::{Scope, finite};
use super::spread::Spread;

/// The gap by the values of a choice.
#[derive(Debug, Serialize)]
pub struct Gap {
    /// The choice.
    pub parameter: String,
    /// Its values, with training less validation accuracy of the complete trials.
    pub choices: Vec<Choice>,
}

/// The gap with one value.
#[derive(Debug, Serialize)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// Training less validation accuracy at the last epoch.
    pub gap: Spread,
}

/// Of every parameter that is a choice without order and for which there are two values to compare.
pub fn gaps(scope: &Scope<'_>, axes: &[Axis]) -> Vec<Gap> {
    let gap = |trial: &Trial| Some(finite(trial, "train_accuracy")? - finite(trial, "val_accuracy")?);
    let of = |axis: &Axis| {
        let Scale::Values { values, names: true } = &axis.scale else { return None };
        let mut found: Vec<Vec<f64>> = vec![Vec::new(); values.len()];
        for trial in scope.trials.iter().filter(|trial| trial.is_complete()) {
            if let (Some(number), Some(gap)) = (axis.number(&trial.candidate), gap(trial)) {
                found[number as usize].push(gap);
            }
        }
        let choices = values.iter().zip(&mut found);
        let choices: Vec<Choice> =
            choices.filter_map(|(value, gaps)| Some(Choice { value: value.clone(), gap: Spread::of(gaps)? })).collect();
        (choices.len() > 1).then(|| Gap { parameter: axis.name.clone(), choices })
    };
    axes.iter().filter_map(of).collect()
}
