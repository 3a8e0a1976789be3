//! Subsets of a list.

use std::collections::BTreeSet;

use super::{Misfit, listed};
use crate::candidate::Value;

/// No list that subsets are drawn from is longer: the number of subsets stays countable.
pub const LONGEST: usize = 64;

/// `subset_of = [...]`, with `min` and `max`.
#[derive(Debug, Clone, PartialEq)]
pub struct Subset {
    /// The values, all of one kind, at most [`LONGEST`].
    pub values: Vec<Value>,
    /// The least size of a subset.
    pub min: usize,
    /// The greatest size of a subset.
    pub max: usize,
}

impl Subset {
    /// How many subsets there are.
    pub fn count(&self) -> u128 {
        (self.min..=self.max).map(|size| self.of_size(size)).sum()
    }

    /// How many subsets of `size` there are.
    pub fn of_size(&self, size: usize) -> u128 {
        let all = self.values.len() as u128;
        (0..size as u128).fold(1, |count, taken| count * (all - taken) / (taken + 1))
    }

    /// The subsets, smaller ones first.
    pub fn subsets(&self) -> impl Iterator<Item = Value> + '_ {
        let end = 1_u128 << self.values.len();
        let of_size = move |size: usize| {
            let first = (1_u128 << size) - 1;
            std::iter::successors(Some(first), |mask| next_of_size(*mask)).take_while(move |mask| *mask < end)
        };
        (self.min..=self.max).flat_map(of_size).map(|mask| self.chosen(mask))
    }

    /// The subset after `items`, in the order of [`subsets`](Subset::subsets); `None` after the last.
    pub(crate) fn following(&self, items: &[Value]) -> Option<Value> {
        let mask = self.mask(items);
        let end = 1_u128 << self.values.len();
        let size = mask.count_ones() as usize;
        if let Some(next) = next_of_size(mask).filter(|next| *next < end) {
            return Some(self.chosen(next));
        }
        (size < self.max).then(|| self.chosen((1_u128 << (size + 1)) - 1))
    }

    /// The subsets with one value more or less than `items`, or with one swapped if all have the same size.
    pub(crate) fn neighbours(&self, items: &[Value]) -> Vec<Value> {
        let mask = self.mask(items);
        let bits = || (0..self.values.len()).map(|bit| 1_u128 << bit);
        let swaps = bits().flat_map(|lost| bits().map(move |gained| lost | gained));
        let changes: Vec<u128> = if self.min == self.max {
            swaps.filter(|swap| swap.count_ones() == 2 && (mask & swap).is_power_of_two()).collect()
        } else {
            bits().collect()
        };
        let mut found: Vec<u128> = changes.into_iter().map(|change| mask ^ change).collect();
        found.retain(|mask| (self.min..=self.max).contains(&(mask.count_ones() as usize)));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|mask| self.chosen(mask)).collect()
    }

    /// A bit for each value that is among `items`.
    fn mask(&self, items: &[Value]) -> u128 {
        let held = self.values.iter().enumerate().filter(|(_, value)| items.contains(value));
        held.map(|(bit, _)| 1_u128 << bit).sum()
    }

    /// The subset of the values whose bits are set in `mask`.
    fn chosen(&self, mask: u128) -> Value {
        let chosen = self.values.iter().enumerate().filter(|(index, _)| mask >> index & 1 == 1);
        Value::List(chosen.map(|(_, value)| value.clone()).collect())
    }

    /// The subset that `items` are, in the order of the domain.
    pub fn admit(&self, items: &[Value]) -> Result<Vec<Value>, Misfit> {
        let mut places = BTreeSet::new();
        for item in items {
            let known = listed(&self.values, item)?;
            let place = self.values.iter().position(|value| *value == known);
            if !place.is_some_and(|place| places.insert(place)) {
                let help = "a subset holds each value once".to_owned();
                return Err(Misfit { reason: format!("holds {item} twice"), help });
            }
        }
        if !(self.min..=self.max).contains(&places.len()) {
            let help = format!("it holds from {} to {} values", self.min, self.max);
            return Err(Misfit { reason: format!("cannot hold {} values", places.len()), help });
        }
        Ok(places.into_iter().map(|place| self.values[place].clone()).collect())
    }
}

/// The next greater number with as many bits set: R. W. Gosper, HAKMEM item 175 (1972).
fn next_of_size(mask: u128) -> Option<u128> {
    let lowest = mask & mask.wrapping_neg();
    if lowest == 0 {
        return None;
    }
    let ripple = mask + lowest;
    Some(ripple | (((mask ^ ripple) >> 2) / lowest))
}
