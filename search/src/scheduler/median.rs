//! Median stopping: D. Golovin, B. Solnik, S. Moitra, G. Kochanski, J. Karro, D. Sculley, "Google Vizier: a service for
//! black-box optimization", KDD 2017, section 3.2.2.
//!
//! A trial is pruned after an epoch if the best that it has had so far is worse than the median of what the trials that
//! are over had on average up to the same epoch.
//!
//! Deviations:
//!
//! - trials that were pruned or failed later count too, as far as they came: without them, those that remain would set
//!   an ever higher bar;
//! - the median of fewer than 5 trials prunes nobody;
//! - with several objectives a trial is pruned only where it is behind in every one that changes with the epochs; if
//!   none does in any trial, nobody is.
//!
//! A value that is not finite is worse than every other, and so is an average over one.

use super::{Curve, Standing};
use crate::pareto::Goal;

/// A median of fewer trials says too little.
const ENOUGH: usize = 5;

/// Whether `trial` is worse than the median after its last epoch.
pub(super) fn is_behind(goals: &[Goal], curves: &[Curve], trial: usize) -> bool {
    let epochs = curves[trial].points.len();
    let over = |curve: &&Curve| curve.standing == Standing::Over && curve.points.len() >= epochs;
    let over: Vec<&[Vec<f64>]> = curves.iter().filter(over).map(|curve| &curve.points[..epochs]).collect();
    if epochs == 0 || over.len() < ENOUGH {
        return false;
    }
    let changing: Vec<usize> = (0..goals.len()).filter(|objective| changes(curves, *objective)).collect();
    let behind = |objective: &usize| {
        let goal = goals[*objective];
        let average = |points: &&[Vec<f64>]| costs(points, goal, *objective).sum::<f64>() / epochs as f64;
        let best = costs(&curves[trial].points, goal, *objective).fold(f64::INFINITY, f64::min);
        best > median(over.iter().map(average).collect())
    };
    !changing.is_empty() && changing.iter().all(behind)
}

/// Whether an objective is one of training: others, such as the size of the network, are the same after every epoch.
fn changes(curves: &[Curve], objective: usize) -> bool {
    let value = |point: &Vec<f64>| point.get(objective).copied().filter(|value| value.is_finite());
    let differ =
        |pair: &[Vec<f64>]| matches!((value(&pair[0]), value(&pair[1])), (Some(a), Some(b)) if (a - b).abs() > 0.0);
    curves.iter().any(|curve| curve.points.windows(2).any(differ))
}

/// One objective after each epoch, less better, infinite where it is not finite.
pub(super) fn costs(points: &[Vec<f64>], goal: Goal, objective: usize) -> impl Iterator<Item = f64> {
    points.iter().map(move |point| {
        let value = point.get(objective).copied().filter(|value| value.is_finite());
        value.map_or(f64::INFINITY, |value| goal.cost(value))
    })
}

/// The one in the middle, or what lies midway between the two there.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2].midpoint(values[values.len() / 2])
}
