//! How much of the space of objectives a set of results dominates.

use super::{Goal, costs, dominates};

/// The measure of what `points` dominate and `reference` does not: exact, for any number of objectives.
///
/// Only points better than `reference` in every objective count, so NaN never does. Two objectives take n log n; more
/// are cut down by the exclusive volumes of L. While, L. Bradstreet, L. Barone, "A fast way of calculating exact
/// hypervolumes" (WFG), IEEE Transactions on Evolutionary Computation 16(1), 2012, which is quick for up to four
/// objectives and some hundreds of points.
pub fn hypervolume(points: &[Vec<f64>], goals: &[Goal], reference: &[f64]) -> f64 {
    let corner = costs(reference, goals);
    // Distances to the reference: more is better from here on.
    let gains = points.iter().map(|point| -> Vec<f64> {
        costs(point, goals).iter().zip(&corner).map(|(cost, corner)| corner - cost).collect()
    });
    let gains = gains.filter(|gains| gains.iter().all(|gain| *gain > 0.0)).collect();
    volume(undominated(gains))
}

/// The volume that the boxes from the origin to `gains` cover together; none of them is inside another.
fn volume(mut gains: Vec<Vec<f64>>) -> f64 {
    // The greatest last gains come first, so that the sets cut down to later ones are small.
    gains.sort_by(|a, b| b.iter().rev().partial_cmp(a.iter().rev()).unwrap_or(std::cmp::Ordering::Equal));
    match gains.first().map(Vec::len) {
        None => 0.0,
        Some(0 | 1) => gains.iter().map(|gains| gains.first().copied().unwrap_or(0.0)).fold(0.0, f64::max),
        Some(2) => {
            let mut wide = 0.0;
            let strips = gains.iter().map(|gains| {
                let strip = (gains[0] - wide) * gains[1];
                wide = gains[0];
                strip
            });
            strips.sum()
        }
        Some(_) => {
            let exclusive = (0..gains.len()).map(|index| {
                let (before, own) = (&gains[..index], &gains[index]);
                let cut = before.iter().map(|other| own.iter().zip(other).map(|(a, b)| a.min(*b)).collect());
                own.iter().product::<f64>() - volume(undominated(cut.collect()))
            });
            exclusive.sum()
        }
    }
}

/// Those of `gains` that are not inside the box of another; one of equals.
fn undominated(gains: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for new in gains {
        if !kept.iter().any(|old| *old == new || dominates(&new, old)) {
            kept.retain(|old| !dominates(old, &new));
            kept.push(new);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Goal::{Maximize, Minimize};
    use super::*;
    use crate::fixture::{lists, rows};

    #[test]
    fn two_steps_and_what_lies_outside() {
        let points = vec![vec![1.0, 3.0], vec![2.0, 1.0], vec![2.5, 2.5], vec![5.0, 0.0], vec![f64::NAN, 0.0]];
        let close = |volume: f64, expected: f64| assert!((volume - expected).abs() < 1e-12, "{volume}");
        close(hypervolume(&points, &[Minimize, Minimize], &[4.0, 4.0]), 3.0 * 1.0 + 2.0 * 2.0);
        close(hypervolume(&points, &[Maximize, Minimize], &[0.0, 4.0]), 5.0 * 4.0);
        close(hypervolume(&[], &[Minimize], &[1.0]), 0.0);
        close(hypervolume(&[vec![0.25], vec![0.5]], &[Minimize], &[1.0]), 0.75);
    }

    #[test]
    fn volumes_agree_with_pymoo() {
        for row in rows(include_str!("../fixtures/hypervolume.json")) {
            let points = lists(&row["points"]);
            let goals = vec![Minimize; points[0].len()];
            let found = hypervolume(&points, &goals, &vec![1.0; goals.len()]);
            assert!((found - row["volume"].as_f64().expect("a number")).abs() < 1e-12, "{found} {row}");
        }
    }

    proptest! {
        #[test]
        fn the_volume_is_the_number_of_cells(
            points in prop::collection::vec(prop::collection::vec(0_u8..6, 4), 0..12),
            objectives in 1_usize..5,
        ) {
            let points: Vec<Vec<u8>> = points.into_iter().map(|point| point[..objectives].to_vec()).collect();
            // Whole numbers bound unit cells, so the volume can be counted.
            let cells = (0..5_u32.pow(objectives as u32)).filter(|cell| {
                let corner = |objective| (cell / 5_u32.pow(objective as u32) % 5) as u8;
                points.iter().any(|point| point.iter().enumerate().all(|(objective, cost)| *cost <= corner(objective)))
            });
            let count = cells.count();
            let points: Vec<Vec<f64>> =
                points.into_iter().map(|point| point.into_iter().map(f64::from).collect()).collect();
            let goals = vec![Minimize; objectives];
            let volume = hypervolume(&points, &goals, &vec![5.0; objectives]);
            prop_assert!((volume - count as f64).abs() < 1e-9, "{} {}", volume, count);
        }
    }
}
