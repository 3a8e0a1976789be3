//! The order of points, best first, in which samplers choose parents and schedulers promote.

use super::{Goal, crowding, lexicographic, ranks};

/// The points from best to worst: with one objective by its value, with several by [rank](ranks), and within a front
/// the loneliest first ([crowding]); of equals the earlier first. A point with NaN is left out.
///
/// `points` has a value for each of `goals` in every row.
pub fn best_first(points: &[Vec<f64>], goals: &[Goal]) -> Vec<usize> {
    if let [goal] = goals {
        let cost = |point: &usize| [goal.cost(points[*point][0])];
        let mut order: Vec<usize> = (0..points.len()).filter(|point| !cost(point)[0].is_nan()).collect();
        order.sort_by(|a, b| lexicographic(&cost(a), &cost(b)));
        return order;
    }
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    for (point, rank) in ranks(points, goals).into_iter().enumerate() {
        let Some(rank) = rank else { continue };
        if fronts.len() <= rank {
            fronts.resize_with(rank + 1, Vec::new);
        }
        fronts[rank].push(point);
    }
    fronts.into_iter().flat_map(|front| loneliest_first(points, &front)).collect()
}

fn loneliest_first(points: &[Vec<f64>], front: &[usize]) -> Vec<usize> {
    let distances = crowding(&front.iter().map(|point| points[*point].clone()).collect::<Vec<_>>());
    let mut order: Vec<usize> = (0..front.len()).collect();
    order.sort_by(|a, b| distances[*b].total_cmp(&distances[*a]));
    order.into_iter().map(|place| front[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Goal::{Maximize, Minimize};
    use super::*;

    #[test]
    fn one_objective_is_in_the_order_of_its_values() {
        let points: Vec<Vec<f64>> = [0.0, f64::NAN, 2.0, -0.0, f64::NEG_INFINITY].map(|value| vec![value]).to_vec();
        assert_eq!(best_first(&points, &[Maximize]), [2, 0, 3, 4]);
        assert_eq!(best_first(&points, &[Minimize]), [4, 0, 3, 2]);
    }

    #[test]
    fn several_are_in_the_order_of_fronts_and_then_of_loneliness() {
        let points = [[1.0, 3.0], [1.2, 2.9], [9.0, 9.0], [3.0, 1.0], [2.0, 2.0], [f64::NAN, 0.0], [9.0, 9.0]];
        let points: Vec<Vec<f64>> = points.iter().map(|point| point.to_vec()).collect();
        // The ends of the front, then the lonelier of those between them, then the two that are alike.
        assert_eq!(best_first(&points, &[Minimize, Minimize]), [0, 3, 4, 1, 2, 6]);
    }
}
