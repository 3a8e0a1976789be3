//! Where a parameter is active: the part of the space that its condition holds in, as a box.

use rand::RngExt;
use rand_pcg::Pcg64;

use super::region::Region;
use crate::space::axes::{Axes, Axis};

/// Draws that tell what decides over what.
const DRAWS: usize = 4096;

/// Where an axis is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Gate {
    /// Nowhere, as far as draws can tell.
    Never,
    /// Where each of these axes is in its region: nothing for what is always there.
    Within(Vec<(usize, Region)>),
}

impl Gate {
    /// The share of the space in which the axis is there.
    pub(super) fn share(&self) -> f64 {
        match self {
            Self::Never => 0.0,
            Self::Within(regions) => regions.iter().map(|(_, region)| region.share()).product(),
        }
    }
}

/// The gate of each axis: the smallest box of the axes that decide over it which has all of 4,096 even draws of the
/// space in which it is there.
///
/// It is exact for `and` of conditions on one parameter each, which is nearly all that people write, and for copies
/// of blocks; where `or` connects several parameters it is too large.
pub(super) fn gates(axes: &Axes<'_>, rng: &mut Pcg64) -> Vec<Gate> {
    let deciders: Vec<Vec<usize>> = (0..axes.axes().len()).map(|axis| axes.deciders(axis)).collect();
    if deciders.iter().all(Vec::is_empty) {
        return vec![Gate::Within(Vec::new()); deciders.len()];
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
    let gate = |(axis, deciders): (usize, Vec<usize>)| {
        let there: Vec<&Vec<f64>> = draws.iter().filter(|draw| !draw[axis].is_nan()).collect();
        if there.is_empty() {
            return Gate::Never;
        }
        if there.len() == draws.len() {
            return Gate::Within(Vec::new());
        }
        let region = |decider: usize| {
            let inside: Vec<f64> = there.iter().map(|draw| draw[decider]).collect();
            let all = draws.iter().map(|draw| draw[decider]).filter(|number| !number.is_nan());
            let region = hull(&axes.axes()[decider], &inside, &all)?;
            (region != Region::whole(&axes.axes()[decider])).then_some((decider, region))
        };
        Gate::Within(deciders.into_iter().filter_map(region).collect())
    };
    deciders.into_iter().enumerate().map(gate).collect()
}

/// The smallest region with all numbers `inside`, which are some of `all`; it ends where the axis does if no number of
/// `all` is closer to the end. `None` if some of `inside` are not there.
fn hull(axis: &Axis, inside: &[f64], all: &(impl Iterator<Item = f64> + Clone)) -> Option<Region> {
    if inside.iter().any(|number| number.is_nan()) {
        return None;
    }
    if let Axis::Names { weights } = axis {
        return Some(Region::Names((0..weights.len()).map(|name| inside.contains(&(name as f64))).collect()));
    }
    let least = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::INFINITY, f64::min);
    let most = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = (least(&mut inside.iter().copied()), most(&mut inside.iter().copied()));
    let edges = axis.edges().unwrap_or_else(|| vec![low, high]);
    let below = edges.iter().rev().find(|edge| **edge <= low).copied();
    let above = edges.iter().find(|edge| **edge >= high).copied();
    let low = if low <= least(&mut all.clone()) { 0.0 } else { below.unwrap_or(low) };
    let high = if high >= most(&mut all.clone()) { 1.0 } else { above.unwrap_or(high) };
    Some(Region::Interval(low, high))
}
