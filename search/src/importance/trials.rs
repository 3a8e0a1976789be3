//! The trials that are compared, as numbers.

use super::{LEAST, Unknown};
use crate::history::History;
use crate::space::Space;
use crate::space::axes::Axes;

/// Trials with values, none of them all alike.
#[derive(Debug)]
pub(super) struct Trials {
    /// The number of each trial on each axis; NaN where it is not active.
    pub(super) columns: Vec<Vec<f64>>,
    /// The cost of each trial, less is better; of mean 0 and variance 1.
    pub(super) costs: Vec<f64>,
}

impl Trials {
    /// The trials of `history` that have values, by their objective number `objective`.
    pub(super) fn new(space: &Space, axes: &Axes<'_>, history: &History, objective: usize) -> Result<Self, Unknown> {
        let goal = history.goals()[objective];
        let scored = history.scored().map(|(trial, values)| (trial, goal.cost(values[objective])));
        let (trials, costs): (Vec<usize>, Vec<f64>) = scored.unzip();
        if costs.len() < LEAST {
            return Err(Unknown::TooFew { trials: costs.len() });
        }
        let costs = standardised(costs).ok_or(Unknown::Alike)?;
        let mut columns = vec![Vec::with_capacity(trials.len()); axes.axes().len()];
        for trial in trials {
            let point = axes.point(&space.active(&history.pasts()[trial].candidate));
            for (column, number) in columns.iter_mut().zip(point) {
                column.push(number);
            }
        }
        Ok(Self { columns, costs })
    }

    /// In how many trials one of `axes` is there.
    pub(super) fn active(&self, axes: &[usize]) -> usize {
        (0..self.costs.len()).filter(|trial| axes.iter().any(|axis| !self.columns[*axis][*trial].is_nan())).count()
    }
}

/// Finite `costs` with mean 0 and variance 1; `None` if they are all alike.
fn standardised(mut costs: Vec<f64>) -> Option<Vec<f64>> {
    let count = costs.len() as f64;
    // First into [-1, 1], so that no sum is infinite and no square is lost.
    let (low, high) =
        costs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cost| (cost.min(low), cost.max(high)));
    let (middle, half) = (f64::midpoint(low, high), high / 2.0 - low / 2.0);
    if half <= 0.0 {
        return None;
    }
    for cost in &mut costs {
        *cost = (*cost - middle) / half;
    }
    let mean = costs.iter().sum::<f64>() / count;
    let deviation = (costs.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>() / count).sqrt();
    for cost in &mut costs {
        *cost = (*cost - mean) / deviation;
    }
    Some(costs)
}
