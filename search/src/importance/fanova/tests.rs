use proptest::prelude::*;
use rand::RngExt;

use super::*;
use crate::importance::gates::gates;
use crate::importance::region::Cut;
use crate::rng::{Purpose, Stream};
use crate::space::axes::Axes;
use crate::space::fixture::space;

const SPACE: &str = "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\nbatch_size = { int = [1, 5], log = true }\n\
                     momentum = { float = [0.0, 0.9], when = \"optimizer != 'adamw' and batch_size > 1\" }\n\
                     dropout = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n";

/// The cells of an axis between which `tree` can cut, each with a number in it and its share of the axis.
fn cells(tree: &Tree, axis: usize, described: &Axis) -> Vec<(f64, f64)> {
    if let Axis::Names { weights } = described {
        return (0..weights.len()).map(|name| (name as f64, 1.0 / weights.len() as f64)).collect();
    }
    let cuts = tree.nodes.iter().filter_map(|node| node.split.as_ref()).filter(|split| split.axis == axis);
    let mut edges: Vec<f64> = described.edges().unwrap_or(vec![0.0, 1.0]);
    edges.extend(cuts.map(|split| if let Cut::At(at) = split.cut { at } else { 0.0 }));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    edges.windows(2).map(|ends| (f64::midpoint(ends[0], ends[1]), ends[1] - ends[0])).collect()
}

/// Mean and variance of values with weights.
fn moments(values: &[(f64, f64)]) -> (f64, f64) {
    let whole: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mean = values.iter().map(|(value, weight)| value * weight).sum::<f64>() / whole;
    (mean, values.iter().map(|(value, weight)| (value - mean).powi(2) * weight).sum::<f64>() / whole)
}

/// The shares as they are defined: by going through all cells of the space.
fn by_hand(tree: &Tree, axes: &[Axis], gates: &[Gate]) -> Vec<f64> {
    let cells: Vec<Vec<(f64, f64)>> = (0..axes.len()).map(|axis| cells(tree, axis, &axes[axis])).collect();
    let mut points: Vec<(Vec<usize>, f64)> = vec![(Vec::new(), 1.0)];
    for cells in &cells {
        let longer = |(point, weight): &(Vec<usize>, f64)| {
            let (point, weight) = (point.clone(), *weight);
            let add = move |(cell, (_, share)): (usize, &(f64, f64))| ([&point[..], &[cell]].concat(), weight * share);
            cells.iter().enumerate().map(add).collect::<Vec<_>>()
        };
        points = points.iter().flat_map(longer).collect();
    }
    let value = |point: &[usize]| tree.predict(|axis| cells[axis][point[axis]].0);
    let all: Vec<(f64, f64)> = points.iter().map(|(point, weight)| (value(point), *weight)).collect();
    let share = |axis: usize| {
        let within = |point: &[usize]| {
            gates[axis].regions.iter().all(|(decider, region)| {
                let number = cells[*decider][point[*decider]].0;
                match region {
                    Region::Interval(low, high) => (*low..*high).contains(&number),
                    Region::Names(names) => names[number as usize],
                }
            })
        };
        let mut part = 0.0;
        let mut means = Vec::new();
        for (cell, (_, share)) in cells[axis].iter().enumerate() {
            let here = points.iter().filter(|(point, _)| point[axis] == cell && within(point));
            let here: Vec<(f64, f64)> = here.map(|(point, weight)| (value(point), *weight)).collect();
            part += here.iter().map(|(_, weight)| weight).sum::<f64>();
            means.push((moments(&here).0, *share));
        }
        part * moments(&means).1 / moments(&all).1
    };
    (0..axes.len()).map(share).collect()
}

proptest! {
    #[test]
    fn shares_of_a_tree_are_those_of_going_through_all_cells(seed in any::<u64>(), count in 2..25_usize) {
        let space = space(SPACE);
        let axes = Axes::new(&space);
        let mut rng = Stream::new(seed, 0, Purpose::Importance).rng();
        let points: Vec<Vec<f64>> = (0..count).map(|_| axes.point(&space.draw(&mut rng))).collect();
        let columns: Vec<Vec<f64>> =
            (0..axes.axes().len()).map(|axis| points.iter().map(|point| point[axis]).collect()).collect();
        let gates = gates(&axes, &columns, &mut rng);
        let costs: Vec<f64> = (0..count).map(|_| rng.random()).collect();
        let tree = Tree::grow(axes.axes(), &gates, &columns, &costs, &vec![1.0; count], &mut rng);
        let Some(found) = shares(&tree, axes.axes(), &gates) else { return Ok(()) };
        for (axis, (found, expected)) in found.iter().zip(by_hand(&tree, axes.axes(), &gates)).enumerate() {
            prop_assert!((found - expected).abs() < 1e-9, "axis {axis}: {found}, by hand {expected}");
        }
        prop_assert!(found.iter().sum::<f64>() < 1.0 + 1e-9);
    }
}
