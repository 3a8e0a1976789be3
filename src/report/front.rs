//! The trials that no other beats; with several objectives, also where all the others are.

use kiln_trials::trial::{Trial, TrialNumber};
use serde::Serialize;

use super::scope::{Scope, brief, finite};
use crate::network::plan::STATIC_METRICS;

/// More of the front are told by the first and a sample.
const MOST: usize = 500;

/// Rows and columns in which trials are counted.
const CELLS: usize = 48;

/// The front.
#[derive(Debug, Serialize)]
pub struct Front {
    /// How many trials no other beats.
    pub size: usize,
    /// These trials, best in the first objective first, with the value of each objective.
    pub trials: Vec<(TrialNumber, Vec<f64>)>,
    /// Where all competing trials are, by two objectives, where there are too many to be shown one by one.
    pub density: Option<Density>,
}

/// How many trials there are in each part of a plane. The parts of an axis are alike; of one that counts something
/// (`parameters`, `macs`, …), in orders of magnitude.
#[derive(Debug, Serialize)]
pub struct Density {
    /// The least and the greatest value of the first objective.
    pub x: [f64; 2],
    /// The least and the greatest value of the second objective.
    pub y: [f64; 2],
    /// Columns, and as many rows.
    pub cells: usize,
    /// Column, row and number of trials, where there are any.
    pub counts: Vec<(usize, usize, usize)>,
}

impl Front {
    /// Of the trials in `scope`.
    pub fn of(scope: &Scope<'_>) -> Self {
        let on_front: Vec<&Trial> = scope.on_front().collect();
        let point = |trial: &Trial| {
            let values = scope.objectives().iter().map(|(metric, _)| brief(trial.figure(metric).unwrap_or(f64::NAN)));
            (trial.number, values.collect())
        };
        let stride = on_front.len().div_ceil(MOST).max(1);
        Self {
            size: on_front.len(),
            trials: on_front.iter().step_by(stride).map(|trial| point(trial)).collect(),
            density: density(scope),
        }
    }
}

fn density(scope: &Scope<'_>) -> Option<Density> {
    let [(first, _), (second, _), ..] = scope.objectives() else { return None };
    let points: Vec<[f64; 2]> =
        scope.competing().filter_map(|trial| Some([finite(trial, first)?, finite(trial, second)?])).collect();
    if points.len() <= super::table::MOST {
        return None;
    }
    let range = |axis: usize| {
        let values = points.iter().map(|point| point[axis]);
        [values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max)]
    };
    let (x, y) = (range(0), range(1));
    // Of what counts something, orders of magnitude are alike, as on the axes of charts.
    let place = |metric: &str, low: f64, value: f64| {
        if STATIC_METRICS.contains(&metric) && low > 0.0 { value.ln() } else { value }
    };
    let cell = |metric: &str, value: f64, [low, high]: [f64; 2]| {
        let place = |value| place(metric, low, value);
        let share = if high > low { (place(value) - place(low)) / (place(high) - place(low)) } else { 0.0 };
        ((share * CELLS as f64) as usize).min(CELLS - 1)
    };
    let mut counts = vec![0; CELLS * CELLS];
    for point in &points {
        counts[cell(first, point[0], x) * CELLS + cell(second, point[1], y)] += 1;
    }
    let filled = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    let counts = filled.map(|(index, count)| (index / CELLS, index % CELLS, count)).collect();
    Some(Density { x, y, cells: CELLS, counts })
}
