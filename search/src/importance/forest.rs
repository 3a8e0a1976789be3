//! Trees on bootstrap samples: L. Breiman, "Random forests", Machine Learning 45, 2001, with all parameters open to
//! every cut, as usual in regression. 64 trees, as in Optuna.
//!
//! Its shares are the means over the trees.

use rand::RngExt;

use super::gates::Gate;
use super::tree::Tree;
use super::trials::Trials;
use super::{Found, fanova};
use crate::rng::Stream;
use crate::space::axes::Axis;

/// Trees of a forest.
const TREES: u64 = 64;
/// No more trials are looked at: with them it takes seconds, and more would change little.
pub(super) const MOST_TRIALS: usize = 5000;

/// What the forest of `trials` says.
pub(super) fn grow(axes: &[Axis], gates: &[Gate], trials: &Trials, stream: Stream) -> Found {
    let costs = trials.standardised();
    let mut resamples = Vec::new();
    // For each trial the sum of what is expected of it by trees that have not seen it, and how many these are.
    let mut unseen = vec![(0.0, 0_u32); costs.len()];
    for tree in 0..TREES {
        let mut rng = stream.at(tree);
        let mut weights = vec![0.0; costs.len()];
        (0..costs.len()).for_each(|_| weights[rng.random_range(0..costs.len())] += 1.0);
        let tree = Tree::grow(axes, gates, &trials.columns, &costs, &weights, &mut rng);
        resamples.extend(fanova::shares(&tree, axes, gates));
        for trial in (0..costs.len()).filter(|trial| weights[*trial] <= 0.0) {
            unseen[trial].0 += tree.predict(|axis| trials.columns[axis][trial]);
            unseen[trial].1 += 1;
        }
    }
    let mean = |axis: usize| resamples.iter().map(|shares| shares[axis]).sum::<f64>() / resamples.len().max(1) as f64;
    Found { shares: (0..axes.len()).map(mean).collect(), explained: Some(explained(&costs, &unseen)), resamples }
}

/// The share of the variance of `costs` that is explained by what was expected; their mean is 0.
fn explained(costs: &[f64], expected: &[(f64, u32)]) -> f64 {
    let told = costs.iter().zip(expected).filter(|(_, (_, trees))| *trees > 0);
    let squares = told.map(|(cost, (sum, trees))| (cost.powi(2), (cost - sum / f64::from(*trees)).powi(2)));
    let (whole, left) = squares.fold((0.0, 0.0), |(whole, left), (cost, error)| (whole + cost, left + error));
    if whole > 0.0 { 1.0 - left / whole } else { 0.0 }
}
