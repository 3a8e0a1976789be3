//! The candidate of most worth that draws, climbs and ascents along the gradient find.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use super::descent::descend;
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;
use crate::space::axes::{Axes, Axis};

/// Draws from the whole space.
const DRAWS: usize = 200;
/// Points where climbs begin: the best trials, and as many of the best draws.
const CLIMBS: usize = 3;
/// Draws around each of the best trials.
const SPRAY: usize = 30;
/// Evaluations of an ascent.
const ASCENT: u32 = 60;
/// Steps of a climb.
const STEPS: u32 = 80;
/// The first step of a number, of the unit interval.
const STEP: f64 = 0.1;

/// What is looked for, as a function of points.
pub(super) trait Worth {
    /// The worth of `point`: more is better.
    fn at(&self, point: &[f64]) -> f64;

    /// The worth of `point`, and its gradient on the axes that are continuous and active there.
    fn slope(&self, point: &[f64]) -> (f64, Vec<f64>);
}

/// A candidate, where it lies, and what it is worth.
struct Place {
    candidate: Candidate,
    point: Vec<f64>,
    worth: f64,
}

/// Candidates and what they are worth.
struct Land<'a, W> {
    axes: &'a Axes<'a>,
    worth: &'a W,
}

impl<W: Worth> Land<'_, W> {
    fn place(&self, candidate: Candidate) -> Place {
        let point = self.axes.point(&candidate);
        let worth = self.worth.at(&point);
        Place { candidate, point, worth }
    }

    /// The candidate at `point`; what is inactive there and must not be is drawn.
    fn at(&self, point: &[f64], rng: &mut Pcg64) -> Place {
        self.place(self.axes.candidate(rng, |group, to, _| copy(&self.axes.groups()[group], point, to)))
    }

    /// Up the slope along the numbers that are there, names and levels as they are.
    fn ascend(&self, from: Place, rng: &mut Pcg64) -> Place {
        let is_free =
            |axis: &usize| matches!(self.axes.axes()[*axis], Axis::Continuum { .. }) && !from.point[*axis].is_nan();
        let free: Vec<usize> = (0..from.point.len()).filter(is_free).collect();
        if free.is_empty() {
            return from;
        }
        let whole = |numbers: &[f64]| {
            let mut point = from.point.clone();
            free.iter().zip(numbers).for_each(|(axis, number)| point[*axis] = *number);
            point
        };
        let start = free.iter().map(|axis| from.point[*axis]).collect();
        let found = descend(start, &vec![(0.0, 1.0); free.len()], ASCENT, |numbers| {
            let (worth, slope) = self.worth.slope(&whole(numbers));
            Some((-worth, free.iter().map(|axis| -slope[*axis]).collect()))
        });
        let Some((_, numbers)) = found else { return from };
        let top = self.at(&whole(&numbers), rng);
        if top.worth > from.worth { top } else { from }
    }
}

/// The candidate of most `worth` that has not been tried, the climbs beginning at draws and around `best`; a draw if all
/// have been.
pub(super) fn best(
    axes: &Axes<'_>,
    worth: &impl Worth,
    best: &[&[f64]],
    space: &Space,
    history: &History,
    rng: &mut Pcg64,
) -> Candidate {
    let land = Land { axes, worth };
    let by_worth = |a: &Place, b: &Place| b.worth.total_cmp(&a.worth);
    let mut starts: Vec<Place> = (0..DRAWS).map(|_| land.place(space.draw(rng))).collect();
    starts.sort_by(by_worth);
    starts.truncate(CLIMBS);
    for point in best.iter().take(CLIMBS) {
        let near = (0..SPRAY).map(|_| {
            let mut goal = point.to_vec();
            shift(axes.axes(), &mut goal, STEP * 10_f64.powf(-3.0 * rng.random::<f64>()), rng);
            land.at(&goal, rng)
        });
        starts.extend(near.min_by(by_worth));
    }
    let has_names = axes.axes().iter().any(|axis| !matches!(axis, Axis::Continuum { .. }));
    let mut found: Option<Place> = None;
    for start in starts {
        let start = if has_names { climb(start, &land, history, rng) } else { start };
        let top = land.ascend(start, rng);
        let better = found.as_ref().is_none_or(|found| top.worth > found.worth);
        if better && !history.contains(&top.candidate) {
            found = Some(top);
        }
    }
    found.map_or_else(|| space.draw(rng), |found| found.candidate)
}

/// Steps from `start` to whatever is worth more: longer after a success, shorter after a failure.
fn climb<W: Worth>(start: Place, land: &Land<'_, W>, history: &History, rng: &mut Pcg64) -> Place {
    let mut is_new = !history.contains(&start.candidate);
    let mut at = start;
    let mut step = STEP;
    for _ in 0..STEPS {
        let mut goal = at.point.clone();
        shift(land.axes.axes(), &mut goal, step, rng);
        let next = land.at(&goal, rng);
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
