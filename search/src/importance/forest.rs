//! Trees on bootstrap samples: L. Breiman, "Random forests", Machine Learning 45, 2001, with all parameters open to
//! every cut, as usual in regression.

use rand::RngExt;

use super::fanova;
use super::gates::Gate;
use super::tree::Tree;
use super::trials::Trials;
use crate::rng::Stream;
use crate::space::axes::Axis;

/// Trees of a forest.
const TREES: u64 = 64;

/// What a forest says.
pub(super) struct Forest {
    /// For each tree that is not constant the share of each axis.
    pub(super) shares: Vec<Vec<f64>>,
    /// The share of the variance of trials that trees explain which have not seen them; at most 1, and 0 or less if
    /// they explain nothing.
    pub(super) explained: f64,
}

impl Forest {
    /// The forest of `trials`.
    pub(super) fn grow(axes: &[Axis], gates: &[Gate], trials: &Trials, stream: Stream) -> Self {
        let count = trials.costs.len();
        let mut shares = Vec::new();
        let mut unseen = vec![(0.0, 0_u32); count];
        for tree in 0..TREES {
            let mut rng = stream.at(tree);
            let mut weights = vec![0.0; count];
            (0..count).for_each(|_| weights[rng.random_range(0..count)] += 1.0);
            let tree = Tree::grow(axes, gates, trials, &weights, &mut rng);
            shares.extend(fanova::shares(&tree, axes, gates));
            for trial in (0..count).filter(|trial| weights[*trial] <= 0.0) {
                unseen[trial].0 += tree.predict(|axis| trials.columns[axis][trial]);
                unseen[trial].1 += 1;
            }
        }
        // Costs have the mean 0 and the variance 1.
        let errors = unseen
            .iter()
            .zip(&trials.costs)
            .filter(|((_, trees), _)| *trees > 0)
            .map(|((sum, trees), cost)| (cost.powi(2), (cost - sum / f64::from(*trees)).powi(2)));
        let (whole, left) = errors.fold((0.0, 0.0), |(whole, left), (cost, error)| (whole + cost, left + error));
        Self { shares, explained: if whole > 0.0 { 1.0 - left / whole } else { 0.0 } }
    }
}
