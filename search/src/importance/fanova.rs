//! How much of the variance of one tree each axis explains: functional analysis of variance, exact over its boxes.
//!
//! F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014.
//! The mean of the tree over all axes but one is a function of that one; its variance over the variance of the tree is
//! the share of that axis. What is left to 1 belongs to several axes together, and to what the tree took for effect
//! and is noise.
//!
//! Every part of the unit interval counts alike, and every name: not as often as it was tried, and without regard to
//! priors and weights.
//!
//! An axis that is there only sometimes: as its number makes no difference elsewhere, the function is flat but for the
//! share p of the space in which the axis is there, and its variance p² times the variance there. It is divided by p:
//! the variance that the axis explains where it is there, weighted by how much of the space that is. An axis that is
//! always there has p = 1.

use super::gates::Gate;
use super::region::Region;
use super::tree::Tree;
use crate::space::axes::Axis;

/// A box in which the tree is constant.
struct Leaf {
    /// Its value less the mean of the tree, times its share of the space.
    amount: f64,
    /// The axes at which it does not go from end to end.
    sides: Vec<(usize, Region)>,
}

/// The share of each axis in the variance of `tree`; `None` if it is constant.
pub(super) fn shares(tree: &Tree, axes: &[Axis], gates: &[Gate]) -> Option<Vec<f64>> {
    let mut boxes = Vec::new();
    let mut here: Vec<Region> = axes.iter().map(Region::whole).collect();
    collect(tree, 0, &mut here, &mut Vec::new(), &mut boxes);
    let mean: f64 = boxes.iter().map(|(value, share, _)| value * share).sum();
    let variance: f64 = boxes.iter().map(|(value, share, _)| (value - mean).powi(2) * share).sum();
    let leaves: Vec<Leaf> =
        boxes.into_iter().map(|(value, share, sides)| Leaf { amount: (value - mean) * share, sides }).collect();
    let share = |(axis, gate): (usize, &Gate)| match gate.share() {
        0.0 => 0.0,
        there => marginal(axis, &axes[axis], &leaves) / there / variance,
    };
    // A single leaf, or values that differ by rounding only.
    (variance > 1e-20).then(|| gates.iter().enumerate().map(share).collect())
}

type Box = (f64, f64, Vec<(usize, Region)>);

/// Adds the boxes below `node`: value, share of the space, and the axes `cut` on the way with what is left of them.
fn collect(tree: &Tree, node: usize, here: &mut [Region], cut: &mut Vec<usize>, boxes: &mut Vec<Box>) {
    let node = &tree.nodes[node];
    let Some(split) = &node.split else {
        let share = cut.iter().map(|axis| here[*axis].share()).product();
        boxes.push((node.value, share, cut.iter().map(|axis| (*axis, here[*axis].clone())).collect()));
        return;
    };
    let first = !cut.contains(&split.axis);
    if first {
        cut.push(split.axis);
    }
    let whole = here[split.axis].clone();
    for (side, region) in split.sides.iter().zip(whole.sides(&split.cut)) {
        here[split.axis] = region;
        collect(tree, *side, here, cut, boxes);
    }
    here[split.axis] = whole;
    if first {
        cut.pop();
    }
}

/// The variance of the mean over all other axes.
fn marginal(axis: usize, described: &Axis, leaves: &[Leaf]) -> f64 {
    let mut flat = 0.0;
    let mut parts: Vec<(&Region, f64)> = Vec::new();
    for leaf in leaves {
        match leaf.sides.iter().find(|(other, _)| *other == axis) {
            // A box without extent counts nothing.
            Some((_, region)) if region.share() > 0.0 => parts.push((region, leaf.amount / region.share())),
            Some(_) => {}
            None => flat += leaf.amount,
        }
    }
    if let Axis::Names { weights } = described {
        let mut means = vec![flat; weights.len()];
        for (region, height) in parts {
            if let Region::Names(names) = region {
                means.iter_mut().zip(names).filter(|(_, name)| **name).for_each(|(mean, _)| *mean += height);
            }
        }
        return means.iter().map(|mean| mean * mean).sum::<f64>() / means.len() as f64;
    }
    let mut steps: Vec<(f64, f64)> = vec![(1.0, 0.0)];
    for (region, height) in parts {
        if let Region::Interval(low, high) = region {
            steps.extend([(*low, height), (*high, -height)]);
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut at, mut mean, mut sum) = (0.0, flat, 0.0);
    for (next, step) in steps {
        sum += mean * mean * (next - at);
        mean += step;
        at = next;
    }
    sum
}

#[cfg(test)]
mod tests;
