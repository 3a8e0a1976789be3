//! Early stopping with patience, as in L. Prechelt, "Early stopping — but when?", Neural Networks: Tricks of the Trade,
//! 1998: a trial settles once no objective has got better for some epochs.
//!
//! The best value of the last `epochs` epochs is compared with the best before them; it is an improvement if it is
//! better by more than `delta`. The first verdict comes after `epochs` + 1 epochs. Objectives that do not change with
//! the epochs never improve. A value that is not finite is worse than every other.

use super::Curve;
use super::median::costs;
use crate::pareto::Goal;

/// Whether no objective of `curve` has got better by more than `delta` in the last `epochs` epochs.
pub(super) fn is_flat(goals: &[Goal], curve: &Curve, epochs: u32, delta: f64) -> bool {
    let Some(before) = curve.points.len().checked_sub(epochs as usize).filter(|before| *before > 0) else {
        return false;
    };
    let (early, late) = curve.points.split_at(before);
    let improved = |(objective, goal): (usize, &Goal)| {
        let best = |points: &[Vec<f64>]| costs(points, *goal, objective).fold(f64::INFINITY, f64::min);
        best(late) < best(early) - delta
    };
    !goals.iter().enumerate().any(improved)
}
