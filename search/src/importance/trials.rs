//! The trials that are compared, as numbers.

use rand::seq::index;
use rand_pcg::Pcg64;

use super::{LEAST, Unknown};
use crate::candidate::Candidate;
use crate::pareto::Goal;
use crate::space::axes::Axes;

/// Trials with finite values, not all of them alike; the best first, and those of one value in an order of their own,
/// so that it makes no difference in which they came.
#[derive(Debug)]
pub(super) struct Trials {
    /// How many there are in all.
    pub(super) all: usize,
    /// The number of each trial on each axis; NaN where it is not active.
    pub(super) columns: Vec<Vec<f64>>,
    /// The cost of each trial, less is better.
    pub(super) costs: Vec<f64>,
}

impl Trials {
    /// The trials `measured`, or `most` of them drawn with `rng`.
    pub(super) fn new(
        axes: &Axes<'_>,
        measured: &[(&Candidate, f64)],
        goal: Goal,
        most: usize,
        rng: &mut Pcg64,
    ) -> Result<Self, Unknown> {
        let finite = measured.iter().filter(|(_, value)| value.is_finite());
        // Adding zero makes -0.0 and 0.0 one cost.
        let mut trials: Vec<(f64, Vec<f64>)> =
            finite.map(|(candidate, value)| (goal.cost(*value) + 0.0, axes.point(candidate))).collect();
        let all = trials.len();
        if all < LEAST {
            return Err(Unknown::TooFew { trials: all });
        }
        trials.sort_by(|(cost, point), (other, others)| {
            let points = point.iter().zip(others).map(|(number, other)| number.total_cmp(other));
            points.fold(cost.total_cmp(other), std::cmp::Ordering::then)
        });
        if all > most {
            let mut drawn = index::sample(rng, all, most).into_vec();
            drawn.sort_unstable();
            trials = drawn.into_iter().map(|trial| std::mem::take(&mut trials[trial])).collect();
        }
        let costs: Vec<f64> = trials.iter().map(|(cost, _)| *cost).collect();
        // Halves, because the whole difference may be infinite.
        if costs[costs.len() - 1] / 2.0 - costs[0] / 2.0 <= 0.0 {
            return Err(Unknown::Alike);
        }
        let column = |axis: usize| trials.iter().map(|(_, point)| point[axis]).collect();
        Ok(Self { all, columns: (0..axes.axes().len()).map(column).collect(), costs })
    }

    /// The costs, scaled to mean 0 and variance 1.
    pub(super) fn standardised(&self) -> Vec<f64> {
        let (low, high) = (self.costs[0], self.costs[self.costs.len() - 1]);
        // First into [-1, 1], so that no sum is infinite and no square is lost.
        let (middle, half) = (f64::midpoint(low, high), high / 2.0 - low / 2.0);
        let costs: Vec<f64> = self.costs.iter().map(|cost| (cost - middle) / half).collect();
        let mean = costs.iter().sum::<f64>() / costs.len() as f64;
        let variance = costs.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>() / costs.len() as f64;
        costs.into_iter().map(|cost| (cost - mean) / variance.sqrt()).collect()
    }

    /// In how many trials one of `axes` is there.
    pub(super) fn active(&self, axes: &[usize]) -> usize {
        (0..self.costs.len()).filter(|trial| axes.iter().any(|axis| !self.columns[*axis][*trial].is_nan())).count()
    }
}
