//! The candidate with the highest expected improvement that draws and climbing find.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use super::model::Model;
use crate::candidate::Candidate;
use crate::history::History;
use crate::normal::log_expected_excess;
use crate::space::Space;
use crate::space::axes::{Axes, Axis};

/// Draws from the whole space.
const DRAWS: usize = 200;
/// Points where climbs begin: the best trials, and as many of the best draws.
const CLIMBS: usize = 3;
/// Steps of a climb.
const STEPS: u32 = 80;
/// The first step of a number, of the unit interval.
const STEP: f64 = 0.1;

/// A candidate, where it lies, and the logarithm of the improvement to be expected of it.
struct Place {
    candidate: Candidate,
    point: Vec<f64>,
    worth: f64,
}

/// The most promising candidate that has not been tried; a draw if all have been.
pub(super) fn best(axes: &Axes<'_>, model: &Model<'_>, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
    let mut trials: Vec<(&Vec<f64>, f64)> = model.expectations().collect();
    trials.sort_by(|a, b| a.1.total_cmp(&b.1));
    let lowest = trials.first().map_or(0.0, |(_, score)| *score);
    let place = |candidate: Candidate| {
        let point = axes.point(&candidate);
        let (expected, deviation) = model.predict(&point);
        let worth = deviation.ln() + log_expected_excess((lowest - expected) / deviation);
        Place { candidate, point, worth }
    };
    let mut places: Vec<Place> = (0..DRAWS).map(|_| place(space.draw(rng))).collect();
    for (point, _) in trials.iter().take(CLIMBS) {
        places.push(place(axes.candidate(rng, |group, to, _| copy(&axes.groups()[group], point, to))));
    }
    let by_trials = places.split_off(DRAWS);
    places.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    places.truncate(CLIMBS);
    places.extend(by_trials);
    let mut found: Option<Place> = None;
    for start in places {
        let top = climb(start, axes, history, &place, rng);
        let better = found.as_ref().is_none_or(|found| top.worth > found.worth);
        if better && !history.contains(&top.candidate) {
            found = Some(top);
        }
    }
    found.map_or_else(|| space.draw(rng), |found| found.candidate)
}

/// Steps from `start` to whatever is worth more: longer after a success, shorter after a failure.
fn climb(
    start: Place,
    axes: &Axes<'_>,
    history: &History,
    place: &impl Fn(Candidate) -> Place,
    rng: &mut Pcg64,
) -> Place {
    let mut is_new = !history.contains(&start.candidate);
    let mut at = start;
    let mut step = STEP;
    for _ in 0..STEPS {
        let mut goal = at.point.clone();
        shift(axes.axes(), &mut goal, step, rng);
        let next = place(axes.candidate(rng, |group, to, _| copy(&axes.groups()[group], &goal, to)));
        // From a trial every new candidate is a way up.
        let up = next.worth > at.worth || !is_new;
        if up && !history.contains(&next.candidate) {
            at = next;
            is_new = true;
            step = f64::min(step * 1.5, STEP * 2.0);
        } else {
            step *= 0.92;
        }
    }
    at
}

/// Writes the numbers of a group; what is inactive in `from` is left to be drawn.
fn copy(group: &[usize], from: &[f64], to: &mut [f64]) {
    for axis in group {
        to[*axis] = from[*axis];
    }
}

/// Moves some of the numbers, one at least.
fn shift(axes: &[Axis], point: &mut [f64], step: f64, rng: &mut Pcg64) {
    let sure = rng.random_range(0..axes.len());
    let share = if rng.random_bool(0.5) { 1.0 } else { 1.0 / axes.len() as f64 };
    for (index, (axis, at)) in axes.iter().zip(point).enumerate() {
        if at.is_nan() {
            continue;
        }
        match axis {
            Axis::Continuum { .. } if index == sure || rng.random_bool(share) => {
                let away: f64 = StandardNormal.sample(rng);
                *at = (*at + step * away).clamp(0.0, 1.0);
            }
            // Values in steps are few: moving many at once would leave the neighbourhood.
            Axis::Levels { edges, .. } if index == sure || rng.random_bool(1.0 / axes.len() as f64) => {
                let level = edges.partition_point(|edge| edge <= at).max(1) - 1;
                let up = rng.random_bool(0.5) || level == 0;
                let level = if up && level + 2 < edges.len() { level + 1 } else { level.saturating_sub(1) };
                *at = f64::midpoint(edges[level], edges[level + 1]);
            }
            Axis::Names { weights } if index == sure || rng.random_bool(1.0 / axes.len() as f64) => {
                *at = rng.random_range(0..weights.len()) as f64;
            }
            _ => {}
        }
    }
}
