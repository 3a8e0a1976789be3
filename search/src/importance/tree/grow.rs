//! How a tree grows: cut by cut, each the one that lowers the sum of squares most, until all trials of a box are alike.
//!
//! A trial can be cut at a parameter only if it has a value for it. So where a cut at a conditional parameter would gain
//! most, the tree is first cut at what decides over it, until all trials of a box have a value. Nowhere else does the
//! tree depend on the parameter.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::super::gates::Gate;
use super::super::region::{Cut, Region};
use super::super::split::{self, Side};
use super::{Node, Split, Tree};
use crate::space::axes::Axis;

/// Fewer different trials than this are not divided further.
const MIN_SPLIT: usize = 2;
/// No branch has more cuts.
const DEEPEST: usize = 64;
/// What does not lower the sum of squares by more is no cut; the variance of all trials is 1.
const LEAST_GAIN: f64 = 1e-10;

impl Tree {
    /// The tree of trials with these `costs`, each of which counts as often as `weights` says.
    pub(in crate::importance) fn grow(
        axes: &[Axis],
        gates: &[Gate],
        columns: &[Vec<f64>],
        costs: &[f64],
        weights: &[f64],
        rng: &mut Pcg64,
    ) -> Self {
        let edges = axes.iter().map(|axis| matches!(axis, Axis::Levels { .. }).then(|| axis.edges()).flatten());
        let mut grower = Grower {
            axes,
            edges: edges.collect(),
            gates,
            columns,
            costs,
            weights,
            rng,
            here: axes.iter().map(Region::whole).collect(),
            side: vec![None; weights.len()],
            tree: Self::default(),
        };
        let chosen: Vec<u32> = (0..weights.len() as u32).filter(|trial| weights[*trial as usize] > 0.0).collect();
        let sorted = |axis: &Axis, column: &Vec<f64>| {
            let mut order: Vec<u32> =
                chosen.iter().copied().filter(|trial| !column[*trial as usize].is_nan()).collect();
            if !matches!(axis, Axis::Names { .. }) {
                order.sort_by(|a, b| column[*a as usize].total_cmp(&column[*b as usize]));
            }
            order
        };
        let orders = axes.iter().zip(columns).map(|(axis, column)| sorted(axis, column)).collect();
        grower.node(Sample { all: chosen, orders }, 0.0, 0);
        grower.tree
    }
}

/// Trials in a box.
struct Sample {
    all: Vec<u32>,
    /// For each axis, those that have a number on it, in its order.
    orders: Vec<Vec<u32>>,
}

impl Sample {
    /// Whether all trials have a number on `axis`.
    fn has(&self, axis: usize) -> bool {
        self.orders[axis].len() == self.all.len()
    }
}

struct Grower<'a> {
    axes: &'a [Axis],
    /// The edges of axes with levels.
    edges: Vec<Option<Vec<f64>>>,
    gates: &'a [Gate],
    columns: &'a [Vec<f64>],
    costs: &'a [f64],
    weights: &'a [f64],
    rng: &'a mut Pcg64,
    /// The box in which it grows.
    here: Vec<Region>,
    /// The side of each trial at the cut that is being made.
    side: Vec<Option<u8>>,
    tree: Tree,
}

impl Grower<'_> {
    /// Adds the node of `sample`, and those below it; `around` is the value of what it was divided from.
    fn node(&mut self, sample: Sample, around: f64, depth: usize) -> usize {
        let side = sample
            .all
            .iter()
            .fold(Side::default(), |side, trial| side.with(self.costs[*trial as usize], self.weights[*trial as usize]));
        let value = if sample.all.is_empty() { around } else { side.mean() };
        let number = self.tree.nodes.len();
        self.tree.nodes.push(Node { value, split: None });
        let may_split = sample.all.len() >= MIN_SPLIT && depth < DEEPEST;
        let Some((axis, cut)) = may_split.then(|| self.best(&sample)).flatten() else { return number };
        let parts = self.divide(&sample, axis, &cut);
        drop(sample);
        let whole = self.here[axis].clone();
        let sides = whole.sides(&cut);
        let mut nodes = [0; 2];
        for ((node, part), side) in nodes.iter_mut().zip(parts).zip(sides) {
            self.here[axis] = side;
            *node = self.node(part, value, depth + 1);
        }
        self.here[axis] = whole;
        self.tree.nodes[number].split = Some(Split { axis, cut, sides: nodes });
        number
    }

    /// The cut that lowers the sum of squares most; the first of equals in an order drawn anew. If the axis is not
    /// there in all of the box, the cut that leads to where it is comes first.
    fn best(&mut self, sample: &Sample) -> Option<(usize, Cut)> {
        let mut order: Vec<usize> = (0..self.axes.len()).collect();
        order.shuffle(self.rng);
        let mut best: Option<(f64, usize, Cut)> = None;
        for axis in order {
            let Some((gain, cut)) = self.gain(sample, axis, |trial| self.costs[trial]) else { continue };
            if best.as_ref().is_some_and(|(most, ..)| gain <= *most) {
                continue;
            }
            let first = self.towards(axis).or_else(|| self.apart(sample, axis));
            match first {
                Some((axis, cut)) => best = Some((gain, axis, cut)),
                None if sample.has(axis) => best = Some((gain, axis, cut)),
                None => {}
            }
        }
        best.map(|(_, axis, cut)| (axis, cut))
    }

    /// The best cut at `axis` for trials that cost what `cost` says, and what is gained, if that is anything.
    fn gain(&self, sample: &Sample, axis: usize, cost: impl Fn(usize) -> f64) -> Option<split::Gain> {
        let column = &self.columns[axis];
        let trials = sample.orders[axis].iter().map(|trial| {
            let trial = *trial as usize;
            (column[trial], cost(trial), self.weights[trial])
        });
        let gain = match &self.axes[axis] {
            Axis::Names { weights } => split::of_names(trials, weights.len()),
            Axis::Continuum { .. } | Axis::Levels { .. } => split::of_numbers(trials, self.edges[axis].as_deref()),
        };
        gain.filter(|(gain, _)| *gain > LEAST_GAIN)
    }

    /// A cut that leads from the box to the gate of `axis`; `None` if the box is within.
    fn towards(&self, axis: usize) -> Option<(usize, Cut)> {
        self.gates[axis].regions.iter().find_map(|(decider, region)| {
            let cut = self.here[*decider].cut_towards(region)?;
            Some(self.towards(*decider).unwrap_or((*decider, cut)))
        })
    }

    /// The cut at what decides over `axis` that best tells trials that have a number on it from those that have none,
    /// as is needed where its gate has both; `None` if all have, or no cut tells.
    fn apart(&self, sample: &Sample, axis: usize) -> Option<(usize, Cut)> {
        let deciders = self.gates[axis].deciders.iter().filter(|decider| !sample.has(axis) && sample.has(**decider));
        let there = |trial: usize| f64::from(!self.columns[axis][trial].is_nan());
        let gains = deciders.filter_map(|decider| Some((*decider, self.gain(sample, *decider, there)?)));
        let best = gains.max_by(|(_, (gain, _)), (_, (other, _))| gain.total_cmp(other));
        best.map(|(decider, (_, cut))| (decider, cut))
    }

    /// The trials on either side of a cut; those that lack the axis are on neither.
    fn divide(&mut self, sample: &Sample, axis: usize, cut: &Cut) -> [Sample; 2] {
        for trial in &sample.all {
            let number = self.columns[axis][*trial as usize];
            self.side[*trial as usize] = if number.is_nan() { None } else { Some(cut.side(number)) };
        }
        [0, 1].map(|side| {
            let on = |trials: &Vec<u32>| -> Vec<u32> {
                trials.iter().copied().filter(|trial| self.side[*trial as usize] == Some(side)).collect()
            };
            Sample { all: on(&sample.all), orders: sample.orders.iter().map(on).collect() }
        })
    }
}
