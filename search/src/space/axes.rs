//! Candidates as points: the coordinates that methods with a model of the past work on.
//!
//! A slot with more than one value has an *axis*, a subset one for each value that it may hold. A point has a number
//! for each axis: the place in the unit interval of what has an order, the index of what has none, NaN of what is not
//! there. Axes fall into *groups* whose axes are there together or not at all. Of a parameter that all copies of a
//! block share only the first copy has a number.

use std::collections::HashMap;
use std::ops::Range;

use rand_pcg::Pcg64;

use super::domain::draw::Peak;
use super::domain::{Choice, Domain};
use super::{Count, Space, Values};
use crate::candidate::Candidate;
use crate::unit::{float_unit, int_edges, int_unit};
use values::{place, value_at};

mod factors;
mod lift;
mod quantile;
mod values;

pub(crate) use factors::Factor;

/// More levels than this are taken for a continuum.
const MOST_LEVELS: u64 = 64;

/// One coordinate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Axis {
    /// A number, or so many numbers that their steps do not matter.
    Continuum {
        /// Where good values are expected.
        prior: Option<Peak>,
    },
    /// A few values in order.
    Levels {
        /// The ends of the parts of the unit interval that stand for the values: one more than there are values.
        edges: Vec<f64>,
        /// How likely each is before anything is known, 1 in all.
        weights: Vec<f64>,
    },
    /// Values without an order.
    Names {
        /// How likely each is before anything is known, 1 in all.
        weights: Vec<f64>,
    },
}

impl Axis {
    /// The parts of the unit interval that stand for the values, names in the order of the file; none of a continuum.
    pub(crate) fn edges(&self) -> Option<Vec<f64>> {
        match self {
            Self::Continuum { .. } => None,
            Self::Levels { edges, .. } => Some(edges.clone()),
            Self::Names { weights } => Some(even_edges(weights.len() as u64)),
        }
    }

    /// `number` as a place in the unit interval, names in the order of the file.
    pub(crate) fn unit(&self, number: f64) -> f64 {
        match self {
            Self::Continuum { .. } | Self::Levels { .. } => number,
            Self::Names { weights } => (number + 0.5) / weights.len() as f64,
        }
    }

    /// The number whose place in the unit interval `unit` is.
    pub(crate) fn number(&self, unit: f64) -> f64 {
        match self {
            Self::Continuum { .. } | Self::Levels { .. } => unit,
            Self::Names { weights } => (unit * weights.len() as f64).floor().min(weights.len() as f64 - 1.0),
        }
    }
}

/// The coordinates of the candidates of a space.
#[derive(Debug)]
pub(crate) struct Axes<'s> {
    space: &'s Space,
    list: Vec<Axis>,
    groups: Vec<Vec<usize>>,
    group: Vec<Option<usize>>,
    of_slot: Vec<Range<usize>>,
}

impl<'s> Axes<'s> {
    /// The coordinates of `space`.
    pub(crate) fn new(space: &'s Space) -> Self {
        Self::with(space, |slot| space.share(slot))
    }

    /// The coordinates of candidates that have this [`whim`](Space::whim): each prior is followed by all of them or by
    /// none.
    pub(crate) fn decided(space: &'s Space, whim: f64) -> Self {
        Self::with(space, |slot| f64::from(u8::from(whim < space.share(slot))))
    }

    fn with(space: &'s Space, share: impl Fn(usize) -> f64) -> Self {
        let (mut axes, mut groups, mut group, mut of_slot) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        // The groups of each copy, each with one of its slots.
        let mut known: HashMap<_, Vec<(usize, usize)>> = HashMap::new();
        for slot in 0..space.slots.len() {
            let begin = axes.len();
            axes.extend(axes_of(space.domain(slot), share(slot)));
            let range = begin..axes.len();
            group.push((!range.is_empty()).then(|| {
                let known = known.entry(space.unsure_copy(slot)).or_default();
                let found = known.iter().find(|(_, other)| space.is_alike(slot, *other)).map(|(number, _)| *number);
                let number = found.unwrap_or_else(|| {
                    groups.push(Vec::new());
                    known.push((groups.len() - 1, slot));
                    groups.len() - 1
                });
                groups[number].extend(range.clone());
                number
            }));
            of_slot.push(range);
        }
        Self { space, list: axes, groups, group, of_slot }
    }

    /// The axes.
    pub(crate) fn axes(&self) -> &[Axis] {
        &self.list
    }

    /// The groups of axes that are there together, each a list of numbers of axes.
    pub(crate) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// Where `candidate` lies. What the space does not know, or not with such a value, and what is not active is left
    /// out.
    pub(crate) fn point(&self, candidate: &Candidate) -> Vec<f64> {
        let mut point = vec![f64::NAN; self.list.len()];
        let mut shared = Vec::new();
        for (slot, value) in self.space.known(candidate).into_iter().enumerate() {
            let Some(value) = value else { continue };
            let parameter = self.space.slots[slot].parameter;
            if self.space.parameters[parameter].shared {
                if shared.contains(&parameter) {
                    continue;
                }
                shared.push(parameter);
            }
            place(self.space.domain(slot), value, &mut point[self.of_slot[slot].clone()]);
        }
        point
    }

    /// The candidate whose coordinates `fill` gives, group after group as they turn out to be there; `fill` gets all
    /// that is known of the point so far. Whatever it leaves NaN is drawn as if nothing was known.
    pub(crate) fn candidate(&self, rng: &mut Pcg64, mut fill: impl FnMut(usize, &mut [f64], &mut Pcg64)) -> Candidate {
        let mut point = vec![f64::NAN; self.list.len()];
        let mut filled = vec![false; self.groups.len()];
        let mut values: Values = vec![None; self.space.slots.len()];
        let whim = self.space.whim(rng);
        for slot in &self.space.order {
            if !self.space.is_active(*slot, &values) {
                continue;
            }
            if let Some(shared) = self.space.shared_value(*slot, &values) {
                values[*slot] = Some(shared.clone());
                continue;
            }
            if let Some(group) = self.group[*slot]
                && !std::mem::replace(&mut filled[group], true)
            {
                fill(group, &mut point, rng);
            }
            let domain = self.space.domain(*slot);
            let here = &point[self.of_slot[*slot].clone()];
            let known = !here.is_empty() && here.iter().all(|number| !number.is_nan());
            values[*slot] =
                Some(if known { value_at(domain, here, rng) } else { self.space.draw_value(*slot, whim, rng) });
        }
        self.space.candidate(values)
    }
}

impl Space {
    /// Whether two slots of the same copy, or of none, are active together.
    fn is_alike(&self, slot: usize, other: usize) -> bool {
        match (&self.slots[slot].condition, &self.slots[other].condition) {
            (None, None) => true,
            (Some(one), Some(other)) => one.is_alike(other),
            _ => false,
        }
    }

    /// The copy that `slot` belongs to, unless that copy is always there.
    fn unsure_copy(&self, slot: usize) -> Option<(usize, u32)> {
        self.slots[slot].copy.filter(|(block, copy)| match self.blocks[*block].count {
            Count::Always => false,
            Count::Slot(count) => {
                let always = self.slots[count].condition.is_none() && self.slots[count].copy.is_none();
                let least = self.domain(count).extremes().map_or(0.0, |(least, _)| least);
                !always || f64::from(*copy) >= least
            }
        })
    }
}

/// The axes of a domain, so large a `share` of whose draws follow its prior or weights.
fn axes_of(domain: &Domain, share: f64) -> Vec<Axis> {
    let axis = match domain {
        _ if domain.count() == Some(1) => return Vec::new(),
        Domain::Fixed(_) => return Vec::new(),
        Domain::Subset(subset) => {
            let held = (subset.min + subset.max) as f64 / 2.0 / subset.values.len() as f64;
            return vec![Axis::Names { weights: vec![1.0 - held, held] }; subset.values.len()];
        }
        Domain::Float(range) => {
            let prior = range.prior.map(|prior| Peak { at: float_unit(range, prior), share });
            match range.count().filter(|count| *count <= MOST_LEVELS) {
                Some(count) => levels(even_edges(count), prior),
                None => Axis::Continuum { prior },
            }
        }
        Domain::Int(range) => {
            let prior = range.prior.map(|prior| Peak { at: int_unit(range, prior), share });
            match range.count() {
                count if count > MOST_LEVELS => Axis::Continuum { prior },
                _ => levels(int_edges(range), prior),
            }
        }
        Domain::Choice(choice) => {
            let weights = shares(choice, share);
            if choice.ordered {
                Axis::Levels { edges: even_edges(weights.len() as u64), weights }
            } else {
                Axis::Names { weights }
            }
        }
    };
    vec![axis]
}

fn shares(choice: &Choice, share: f64) -> Vec<f64> {
    let weights = choice.weights.clone().unwrap_or_else(|| vec![1.0; choice.values.len()]);
    let (sum, even) = (weights.iter().sum::<f64>(), 1.0 / weights.len() as f64);
    weights.into_iter().map(|weight| share * weight / sum + (1.0 - share) * even).collect()
}

fn even_edges(count: u64) -> Vec<f64> {
    (0..=count).map(|edge| edge as f64 / count as f64).collect()
}

fn levels(edges: Vec<f64>, prior: Option<Peak>) -> Axis {
    let below = |at: f64| prior.map_or(at, |prior| prior.mass_below(at));
    let weights = edges.windows(2).map(|ends| below(ends[1]) - below(ends[0]));
    Axis::Levels { weights: weights.collect(), edges }
}
