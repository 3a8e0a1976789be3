//! How much likelier a candidate is under the priors of its space than under even draws.

use super::{Axes, Axis};
use crate::candidate::Candidate;

impl Axes<'_> {
    /// The logarithm of how much likelier the values of `candidate` that have a prior or weights are in draws from these
    /// axes than in even ones.
    pub(crate) fn log_lift(&self, candidate: &Candidate) -> f64 {
        let point = self.point(candidate);
        let slots = self.of_slot.iter().enumerate();
        let axes = slots.filter(|(slot, _)| self.space.share(*slot) > 0.0).flat_map(|(_, axes)| axes.clone());
        axes.filter(|axis| !point[*axis].is_nan()).map(|axis| self.list[axis].log_lift(point[axis])).sum()
    }
}

impl Axis {
    fn log_lift(&self, number: f64) -> f64 {
        match self {
            Self::Continuum { prior } => prior.map_or(0.0, |prior| prior.density(number).ln()),
            Self::Levels { edges, weights } => {
                let level = edges.partition_point(|edge| *edge <= number).clamp(1, weights.len()) - 1;
                (weights[level] / (edges[level + 1] - edges[level])).ln()
            }
            Self::Names { weights } => (weights[number as usize] * weights.len() as f64).ln(),
        }
    }
}
