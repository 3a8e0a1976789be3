//! Where a parameter is active: the part of the space that its condition holds in, as a box.

use rand::RngExt;
use rand_pcg::Pcg64;

use super::region::Region;
use crate::space::axes::{Axes, Axis};

/// Draws that tell what decides over what.
const DRAWS: usize = 4096;

/// Where an axis is there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Gate {
    /// The axes that decide over it.
    pub(super) deciders: Vec<usize>,
    /// Nowhere but where each of these axes is in its region.
    pub(super) regions: Vec<(usize, Region)>,
}

impl Gate {
    /// The share of the space that it takes.
    pub(super) fn share(&self) -> f64 {
        self.regions.iter().map(|(_, region)| region.share()).product()
    }
}

/// The gate of each axis: the smallest box of the axes that decide over it which has all points in which it is there, of
/// [`DRAWS`] even draws of the space and of the trials whose numbers are in `columns`.
///
/// It is exact for `and` of conditions on one parameter each, which is nearly all that people write, and for copies
/// of blocks. Where `or` connects several parameters it is too large, and the share of the parameter is too small.
pub(super) fn gates(axes: &Axes<'_>, columns: &[Vec<f64>], rng: &mut Pcg64) -> Vec<Gate> {
    let deciders: Vec<Vec<usize>> = (0..axes.axes().len()).map(|axis| axes.deciders(axis)).collect();
    if deciders.iter().all(Vec::is_empty) {
        return vec![Gate::default(); deciders.len()];
    }
    let draw = |_| {
        let candidate = axes.candidate(rng, |group, point, rng| {
            for axis in &axes.groups()[group] {
                point[*axis] = axes.axes()[*axis].number(rng.random());
            }
        });
        axes.point(&candidate)
    };
    let draws: Vec<Vec<f64>> = (0..DRAWS).map(draw).collect();
    let numbers = |axis: usize| draws.iter().map(move |draw| draw[axis]).chain(columns[axis].iter().copied());
    let gate = |(axis, deciders): (usize, Vec<usize>)| {
        let there: Vec<bool> = numbers(axis).map(|number| !number.is_nan()).collect();
        let region = |decider: usize| {
            let (mut inside, mut outside) = (Vec::new(), Vec::new());
            for (number, there) in numbers(decider).zip(&there) {
                if *there { inside.push(number) } else { outside.push(number) }
            }
            // Of several copies that can decide, the one that does need not be there.
            let known = !inside.is_empty() && !inside.iter().any(|number| number.is_nan());
            let region = known.then(|| hull(&axes.axes()[decider], &inside, &outside))?;
            (region != Region::whole(&axes.axes()[decider])).then_some((decider, region))
        };
        Gate { regions: deciders.iter().copied().filter_map(region).collect(), deciders }
    };
    deciders.into_iter().enumerate().map(gate).collect()
}

/// The smallest region with all numbers `inside`; it ends half way to the next number `outside`, where there are no
/// edges, and where the axis ends if there is none beyond.
fn hull(axis: &Axis, inside: &[f64], outside: &[f64]) -> Region {
    if let Axis::Names { weights } = axis {
        return Region::Names((0..weights.len()).map(|name| inside.contains(&(name as f64))).collect());
    }
    let least = inside.iter().copied().fold(f64::INFINITY, f64::min);
    let most = inside.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let next_below = outside.iter().copied().filter(|number| *number < least).reduce(f64::max);
    let next_above = outside.iter().copied().filter(|number| *number > most).reduce(f64::min);
    let edges = axis.edges().unwrap_or_default();
    let edge_between = |low: f64, high: f64| {
        let edge = edges.iter().copied().find(|edge| (low..high).contains(edge));
        edge.unwrap_or(f64::midpoint(low, high))
    };
    Region::Interval(
        next_below.map_or(0.0, |below| edge_between(below, least)),
        next_above.map_or(1.0, |above| edge_between(most, above)),
    )
}

#[cfg(test)]
mod tests;
