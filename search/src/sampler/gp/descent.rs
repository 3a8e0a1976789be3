//! Descent in a box: quasi-Newton steps of little memory, along the sides where the way leads outside.
//!
//! J. Nocedal, "Updating quasi-Newton matrices with limited storage", Mathematics of Computation 35, 1980; sides as in
//! D. P. Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on
//! Control and Optimization 20(2), 1982: a number at its end that the slope pushes outwards stays there for a step.

use crate::linear::dot;

/// Steps that are remembered.
const MEMORY: usize = 10;
/// The most that a number may change in a step, of the interval between its ends.
const LONGEST: f64 = 0.25;
/// The same of a step without any before it, which knows nothing of the scale.
const LONGEST_AT_FIRST: f64 = 0.05;
/// The share of the decrease promised by the slope that makes a step good enough: the usual one of L. Armijo's rule.
const ENOUGH: f64 = 1e-4;
/// By so much a step is shortened that is not good enough.
const SHORTER: f64 = 0.4;
/// A step that is shorter everywhere, of the interval between the ends, is the last.
const SHORTEST: f64 = 1e-9;
/// A step tells the curvature if its product with the turn of the gradient is more, of the square of the turn.
const STRAIGHT: f64 = 1e-12;
/// A step that gains less, of the value or of 1, is the last.
const LEAST_GAIN: f64 = 1e-10;

/// How a step changed the place and the gradient, and one over the product of the two.
struct Change {
    place: Vec<f64>,
    gradient: Vec<f64>,
    curvature: f64,
}

/// The lowest place found from `start` on in `evaluations` of `cost`, which gives a value and its gradient, or nothing
/// where there is none; nothing if there is none at the start.
pub(super) fn descend(
    start: Vec<f64>,
    ends: &[(f64, f64)],
    evaluations: u32,
    cost: impl Fn(&[f64]) -> Option<(f64, Vec<f64>)>,
) -> Option<(f64, Vec<f64>)> {
    let (mut value, mut gradient) = cost(&start)?;
    let mut at = start;
    let mut changes: Vec<Change> = Vec::new();
    let mut left = evaluations.saturating_sub(1);
    while left > 0 {
        let is_stuck = |index: usize| {
            let (low, high) = ends[index];
            (at[index] <= low && gradient[index] > 0.0) || (at[index] >= high && gradient[index] < 0.0)
        };
        let free: Vec<bool> = (0..at.len()).map(|index| !is_stuck(index)).collect();
        let mut way = newton(&gradient, &free, &changes);
        if dot(&way, &gradient) >= 0.0 {
            changes.clear();
            way = newton(&gradient, &free, &changes);
        }
        let length = way.iter().zip(ends).map(|(way, (low, high))| way.abs() / (high - low)).fold(0.0, f64::max);
        if length.is_nan() || length <= 0.0 {
            break;
        }
        let longest = if changes.is_empty() { LONGEST_AT_FIRST } else { LONGEST };
        let mut share = f64::min(1.0, longest / length);
        let (next, moved, lower, slope) = loop {
            if left == 0 || share * length < SHORTEST {
                return Some((value, at));
            }
            left -= 1;
            let next: Vec<f64> = (at.iter().zip(&way).zip(ends))
                .map(|((at, way), (low, high))| (at + share * way).clamp(*low, *high))
                .collect();
            let moved: Vec<f64> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
            let promised = dot(&moved, &gradient);
            if let Some((lower, slope)) = cost(&next)
                && lower <= value + ENOUGH * promised
            {
                break (next, moved, lower, slope);
            }
            share *= SHORTER;
        };
        let turned: Vec<f64> = slope.iter().zip(&gradient).map(|(slope, gradient)| slope - gradient).collect();
        let product = dot(&moved, &turned);
        if product > STRAIGHT * dot(&turned, &turned) {
            if changes.len() == MEMORY {
                changes.remove(0);
            }
            changes.push(Change { place: moved, gradient: turned, curvature: 1.0 / product });
        }
        let gained = value - lower;
        (at, value, gradient) = (next, lower, slope);
        if gained <= LEAST_GAIN * (1.0 + value.abs()) {
            break;
        }
    }
    Some((value, at))
}

/// Minus the gradient times the estimated inverse of the second derivatives; zero where not `free`.
fn newton(gradient: &[f64], free: &[bool], changes: &[Change]) -> Vec<f64> {
    let masked =
        |numbers: &mut [f64]| numbers.iter_mut().zip(free).filter(|(_, free)| !**free).for_each(|(n, _)| *n = 0.0);
    let mut way: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    masked(&mut way);
    let mut shares = vec![0.0; changes.len()];
    for (change, share) in changes.iter().zip(&mut shares).rev() {
        *share = change.curvature * dot(&change.place, &way);
        way.iter_mut().zip(&change.gradient).for_each(|(way, turned)| *way -= *share * turned);
    }
    if let Some(last) = changes.last() {
        let scale = 1.0 / (last.curvature * dot(&last.gradient, &last.gradient));
        for way in &mut way {
            *way *= scale;
        }
    }
    for (change, share) in changes.iter().zip(&shares) {
        let back = change.curvature * dot(&change.gradient, &way);
        way.iter_mut().zip(&change.place).for_each(|(way, moved)| *way += (share - back) * moved);
    }
    masked(&mut way);
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley: its floor is curved, and its end is at (1, 1).
    fn valley(x: &[f64]) -> (f64, Vec<f64>) {
        let (off, along) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        (100.0 * off * off + along * along, vec![-400.0 * x[0] * off - 2.0 * along, 200.0 * off])
    }

    #[test]
    fn a_valley_is_followed_to_its_end() {
        let (value, at) = descend(vec![-1.2, 1.0], &[(-2.0, 2.0); 2], 100, |x| Some(valley(x))).expect("defined");
        assert!(value < 1e-9 && (at[0] - 1.0).abs() < 1e-4, "{value} {at:?}");
    }

    #[test]
    fn the_way_ends_at_the_side_of_the_box() {
        // With x at most 0.5 the lowest place is (0.5, 0.25).
        let (value, at) =
            descend(vec![-1.2, 1.0], &[(-2.0, 0.5), (-2.0, 2.0)], 100, |x| Some(valley(x))).expect("defined");
        assert!((value - 0.25).abs() < 1e-6 && (at[1] - 0.25).abs() < 1e-3, "{value} {at:?}");
    }

    #[test]
    fn where_there_is_no_cost_no_step_leads() {
        let half = |x: &[f64]| (x[0] < 0.5).then(|| (-x[0], vec![-1.0]));
        let (value, at) = descend(vec![0.0], &[(0.0, 1.0)], 60, half).expect("defined");
        assert!(at[0] < 0.5 && value < -0.3, "{at:?}");
        assert!(descend(vec![0.7], &[(0.0, 1.0)], 60, half).is_none());
    }
}
