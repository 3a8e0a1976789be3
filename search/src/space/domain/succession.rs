//! The values of a domain one after the other, and the values next to a given one.

use super::{Choice, Domain, FloatRange, IntRange};
use crate::candidate::Value;
use crate::unit::{float_at, float_unit, int_at, int_unit};

/// How far the neighbours of a number lie from it, of the unit interval.
const DISTANCES: [f64; 3] = [0.2, 0.05, 0.0125];

impl Domain {
    /// The first value of a domain that is no continuum; the lowest one of a continuum.
    pub(crate) fn first(&self) -> Option<Value> {
        match self {
            Self::Float(range) => Some(Value::Float(range.low)),
            _ => self.values().next(),
        }
    }

    /// The value after `value`; `None` after the last, and in a continuum.
    pub(crate) fn following(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::Float(range), Value::Float(float)) => {
                let next = range.index_of(*float)? + 1;
                (next < range.count()?).then(|| Value::Float(range.step_at(next)))
            }
            (Self::Int(range), Value::Int(int)) => {
                let next = range.index_of(*int) + 1;
                (next < range.count()).then(|| Value::Int(range.step_at(next)))
            }
            (Self::Choice(choice), _) => {
                let index = choice.values.iter().position(|known| known == value)?;
                choice.values.get(index + 1).cloned()
            }
            (Self::Subset(subset), Value::List(items)) => subset.following(items),
            _ => None,
        }
    }

    /// The values next to `value`, itself not among them: of numbers those a step and some fixed distances away, of
    /// ordinals the one before and the one after, of choices all others, of subsets those with one value more or less,
    /// or with one swapped where the size is fixed.
    pub(crate) fn neighbours(&self, value: &Value) -> Vec<Value> {
        match (self, value) {
            (Self::Float(range), Value::Float(float)) => range.neighbours(*float),
            (Self::Int(range), Value::Int(int)) => range.neighbours(*int),
            (Self::Choice(choice), _) => choice.neighbours(value),
            (Self::Subset(subset), Value::List(items)) => subset.neighbours(items),
            _ => Vec::new(),
        }
    }
}

impl FloatRange {
    fn neighbours(&self, value: f64) -> Vec<Value> {
        let mut found: Vec<f64> = around(float_unit(self, value)).map(|unit| float_at(self, unit)).collect();
        if let (Some(index), Some(count)) = (self.index_of(value), self.count()) {
            found.extend(beside(index, count).map(|index| self.step_at(index)));
        }
        found.sort_by(f64::total_cmp);
        found.dedup();
        found.into_iter().map(Value::Float).filter(|other| *other != Value::Float(value)).collect()
    }
}

impl IntRange {
    fn neighbours(&self, value: i64) -> Vec<Value> {
        let far = around(int_unit(self, value)).map(|unit| int_at(self, unit));
        let near = beside(self.index_of(value), self.count()).map(|index| self.step_at(index));
        let mut found: Vec<i64> = far.chain(near).filter(|other| *other != value).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(Value::Int).collect()
    }
}

impl Choice {
    fn neighbours(&self, value: &Value) -> Vec<Value> {
        let Some(index) = self.values.iter().position(|known| known == value) else { return Vec::new() };
        let near = |other: &usize| *other != index && (!self.ordered || other.abs_diff(index) == 1);
        (0..self.values.len()).filter(near).map(|other| self.values[other].clone()).collect()
    }
}

fn around(unit: f64) -> impl Iterator<Item = f64> {
    let both = DISTANCES.into_iter().flat_map(move |distance| [unit - distance, unit + distance]);
    both.filter(|unit| (0.0..=1.0).contains(unit))
}

/// The indices before and after `index` of `count`.
fn beside(index: u64, count: u64) -> impl Iterator<Item = u64> {
    index.checked_sub(1).into_iter().chain((index + 1 < count).then_some(index + 1))
}
