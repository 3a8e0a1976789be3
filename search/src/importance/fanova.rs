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
//! **An axis that is there only sometimes** stands in the tree for functions that are flat outside of its gate, the part
//! of the space in which it is there. The variance that the best of these explains is p times the variance of the mean
//! over all other axes within the gate, where p is the share of the gate in the space. An axis that is always there has
//! p = 1, and the usual share. Such functions of one axis are orthogonal to those of any other, since one of the two
//! does not decide over the other; so the shares of all axes are at most 1 together.
//!
//! Deviations from the paper: the treatment of conditions, which it does not have; and only single parameters, no pairs.

use super::gates::Gate;
use super::region::Region;
use super::tree::Tree;
use crate::space::axes::Axis;

/// A box in which the tree is constant.
struct Leaf {
    /// Its value.
    value: f64,
    /// Its share of the space.
    share: f64,
    /// The axes at which it does not go from end to end.
    sides: Vec<(usize, Region)>,
}

/// The share of each axis in the variance of `tree`; `None` if it is constant.
pub(super) fn shares(tree: &Tree, axes: &[Axis], gates: &[Gate]) -> Option<Vec<f64>> {
    let mut leaves = Vec::new();
    let mut here: Vec<Region> = axes.iter().map(Region::whole).collect();
    collect(tree, 0, &mut here, &mut Vec::new(), &mut leaves);
    let mean: f64 = leaves.iter().map(|leaf| leaf.value * leaf.share).sum();
    for leaf in &mut leaves {
        leaf.value -= mean;
    }
    let variance: f64 = leaves.iter().map(|leaf| leaf.value.powi(2) * leaf.share).sum();
    let share = |(axis, gate): (usize, &Gate)| marginal(axis, &axes[axis], &leaves) / gate.share() / variance;
    // A single leaf, or values that differ by rounding only.
    (variance > 1e-20).then(|| gates.iter().enumerate().map(share).collect())
}

/// Adds the leaves below `node`; `here` is its box, and `cut` are the axes that were cut on the way.
fn collect(tree: &Tree, node: usize, here: &mut [Region], cut: &mut Vec<usize>, leaves: &mut Vec<Leaf>) {
    let node = &tree.nodes[node];
    let Some(split) = &node.split else {
        let share = cut.iter().map(|axis| here[*axis].share()).product();
        let sides = cut.iter().map(|axis| (*axis, here[*axis].clone())).collect();
        leaves.push(Leaf { value: node.value, share, sides });
        return;
    };
    let first = !cut.contains(&split.axis);
    if first {
        cut.push(split.axis);
    }
    let whole = here[split.axis].clone();
    for (side, region) in split.sides.iter().zip(whole.sides(&split.cut)) {
        here[split.axis] = region;
        collect(tree, *side, here, cut, leaves);
    }
    here[split.axis] = whole;
    if first {
        cut.pop();
    }
}

/// The variance of the mean over all axes but one.
fn marginal(axis: usize, described: &Axis, leaves: &[Leaf]) -> f64 {
    let mut flat = 0.0;
    let mut parts: Vec<(&Region, f64)> = Vec::new();
    for leaf in leaves {
        let amount = leaf.value * leaf.share;
        match leaf.sides.iter().find(|(other, _)| *other == axis) {
            // A box without extent counts nothing.
            Some((_, region)) if region.share() > 0.0 => parts.push((region, amount / region.share())),
            Some(_) => {}
            None => flat += amount,
        }
    }
    if parts.is_empty() {
        return 0.0;
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
