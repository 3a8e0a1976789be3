//! Which of several results are worth having when there are several objectives.

use std::cmp::Ordering;

mod hypervolume;
mod order;

pub use hypervolume::hypervolume;
pub use order::best_first;

/// Whether more or less of an objective is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// More is better.
    Maximize,
    /// Less is better.
    Minimize,
}

impl Goal {
    /// `value` with less always better.
    pub fn cost(self, value: f64) -> f64 {
        match self {
            Self::Maximize => -value,
            Self::Minimize => value,
        }
    }
}

/// Whether each point is on the Pareto front: no other point is better in one objective and as good in all others.
///
/// `points` has a value for each of `goals` in every row. A point with NaN is never on the front; equal points are
/// on it together.
pub fn front(points: &[Vec<f64>], goals: &[Goal]) -> Vec<bool> {
    ranks(points, goals).into_iter().map(|rank| rank == Some(0)).collect()
}

/// The front of each point: 0 for the Pareto front, 1 for the front of what remains without it, and so on; `None` for
/// a point with NaN.
///
/// Efficient non-dominated sorting with binary search: X. Zhang, Y. Tian, R. Cheng, Y. Jin, IEEE Transactions on
/// Evolutionary Computation 19(2), 2015. Up to two objectives take n log n; more take n² comparisons at the most.
pub fn ranks(points: &[Vec<f64>], goals: &[Goal]) -> Vec<Option<usize>> {
    let costs: Vec<Vec<f64>> = points.iter().map(|point| costs(point, goals)).collect();
    let mut order: Vec<usize> =
        (0..points.len()).filter(|point| !costs[*point].iter().any(|cost| cost.is_nan())).collect();
    // In this order nobody is dominated by a later one.
    order.sort_by(|a, b| lexicographic(&costs[*a], &costs[*b]));
    let mut ranks = vec![None; points.len()];
    if goals.len() == 1 {
        // Each value is a front: nothing is to be sought.
        for (rank, alike) in order.chunk_by(|a, b| costs[*a] == costs[*b]).enumerate() {
            for &point in alike {
                ranks[point] = Some(rank);
            }
        }
        return ranks;
    }
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    // Of two objectives the first rises along a front and the second falls, so its last point speaks for all.
    let looked_at = if goals.len() > 2 { usize::MAX } else { 1 };
    for point in order {
        // Whoever is behind a point of some front is behind one of every front before.
        let rank = fronts.partition_point(|front| {
            front.iter().rev().take(looked_at).any(|other| dominates(&costs[*other], &costs[point]))
        });
        if rank == fronts.len() {
            fronts.push(Vec::new());
        }
        fronts[rank].push(point);
        ranks[point] = Some(rank);
    }
    ranks
}

/// How far each point of one front is from its neighbours on it, infinite for the extremes: the crowding distance of
/// K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, IEEE Transactions on Evolutionary Computation 6(2), 2002.
///
/// `points` has as many values in every row, none of them NaN. Objectives in which all points are alike count nothing.
pub fn crowding(points: &[Vec<f64>]) -> Vec<f64> {
    let mut distances = vec![0.0; points.len()];
    for objective in 0..points.first().map_or(0, Vec::len) {
        let value = |point: &usize| points[*point][objective];
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|a, b| value(a).total_cmp(&value(b)));
        let (Some(first), Some(last)) = (order.first(), order.last()) else { continue };
        let spread = value(last) - value(first);
        if spread <= 0.0 || !spread.is_finite() {
            continue;
        }
        distances[*first] = f64::INFINITY;
        distances[*last] = f64::INFINITY;
        for neighbours in order.windows(3) {
            distances[neighbours[1]] += (value(&neighbours[2]) - value(&neighbours[0])) / spread;
        }
    }
    distances
}

/// The values with less always better.
pub(crate) fn costs(point: &[f64], goals: &[Goal]) -> Vec<f64> {
    point.iter().zip(goals).map(|(value, goal)| goal.cost(*value)).collect()
}

pub(crate) fn lexicographic(a: &[f64], b: &[f64]) -> Ordering {
    // Zeros of either sign are equal, so not `total_cmp`; there is no NaN here.
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}

/// Whether a point of costs `a` is nowhere worse than one of costs `b` and somewhere better.
pub(crate) fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Goal::{Maximize, Minimize};
    use super::*;

    #[test]
    fn the_front_of_accuracy_and_size() {
        let points = [[0.9, 100.0], [0.8, 50.0], [0.8, 60.0], [0.95, 500.0], [0.7, 200.0], [f64::NAN, 1.0]];
        let points: Vec<Vec<f64>> = points.iter().map(|point| point.to_vec()).collect();
        assert_eq!(front(&points, &[Maximize, Minimize]), [true, true, false, true, false, false]);
        assert_eq!(ranks(&points, &[Maximize, Minimize]), [Some(0), Some(0), Some(1), Some(0), Some(2), None]);
    }

    #[test]
    fn equal_points_share_the_front() {
        let points = vec![vec![1.0, 0.0], vec![1.0, -0.0], vec![1.0, 1.0]];
        assert_eq!(front(&points, &[Minimize, Minimize]), [true, true, false]);
        assert!(front(&[], &[Minimize]).is_empty());
    }

    #[test]
    fn crowded_points_have_close_neighbours() {
        let points = vec![vec![0.0, 4.0], vec![1.0, 3.0], vec![1.5, 2.5], vec![4.0, 0.0]];
        let distances = crowding(&points);
        assert_eq!((distances[0], distances[3]), (f64::INFINITY, f64::INFINITY));
        assert!((distances[1] - 0.75).abs() < 1e-12 && (distances[2] - 1.5).abs() < 1e-12, "{distances:?}");
        assert_eq!(crowding(&vec![vec![1.0]; 3]), [0.0; 3]);
    }

    #[test]
    fn fronts_and_crowding_are_those_of_pymoo() {
        #[derive(serde::Deserialize)]
        struct Case {
            points: Vec<Vec<f64>>,
            ranks: Vec<usize>,
            crowding: Vec<Option<f64>>,
        }
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../tests/oracles/pareto.json")).expect("a committed fixture");
        assert_eq!(cases.len(), 3);
        for Case { points, ranks: expected, crowding: distances } in cases {
            let found = ranks(&points, &vec![Minimize; points[0].len()]);
            assert_eq!(found, expected.iter().copied().map(Some).collect::<Vec<_>>());
            let first: Vec<Vec<f64>> =
                std::iter::zip(points, expected).filter(|(_, rank)| *rank == 0).map(|(point, _)| point).collect();
            for (found, expected) in crowding(&first).into_iter().zip(distances) {
                assert!(expected.map_or(found.is_infinite(), |expected| (found - expected).abs() < 1e-9), "{found}");
            }
        }
    }

    proptest! {
        #[test]
        fn ranks_agree_with_the_definition(
            points in prop::collection::vec(prop::collection::vec(-3_i8..4, 4), 0..30),
            objectives in 1_usize..5,
        ) {
            let ends = |value: i8| if value == 3 { f64::INFINITY } else { f64::from(value) };
            let points: Vec<Vec<f64>> =
                points.into_iter().map(|point| point.into_iter().take(objectives).map(ends).collect()).collect();
            let goals = &[Maximize, Minimize, Minimize, Maximize][..objectives];
            let found = ranks(&points, goals);
            let costs: Vec<_> = points.iter().map(|point| costs(point, goals)).collect();
            // Peel front after front, straight from the definition.
            let mut left: Vec<usize> = (0..points.len()).collect();
            for rank in 0.. {
                if left.is_empty() {
                    break;
                }
                let (on, behind): (Vec<usize>, Vec<usize>) = left
                    .iter()
                    .partition(|point| !left.iter().any(|other| dominates(&costs[*other], &costs[**point])));
                prop_assert!(on.iter().all(|point| found[*point] == Some(rank)));
                left = behind;
            }
        }
    }
}
