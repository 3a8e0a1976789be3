//! How many candidates a space has.
//!
//! Counted exactly by a sweep over the slots in their order: a *state* is the values of those slots that later ones
//! still depend on, and each state keeps the number of ways that lead to it. Slots on which nothing depends multiply.

use std::collections::BTreeMap;
use std::fmt;

use super::{Space, Values};
use crate::candidate::Value;
use crate::thousands::thousands;

/// Beyond so many states at once the sweep drops some, and the count becomes a lower bound.
const MOST_STATES: usize = 4_000;

/// How many candidates a space has, constraints aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpaceSize {
    /// Exactly so many.
    Finite(u128),
    /// More than could be counted: at least so many.
    MoreThan(u128),
    /// A continuum, with so many real parameters at the most.
    Continuous {
        /// The number of slots that hold a real number without steps.
        dimensions: usize,
    },
}

impl fmt::Display for SpaceSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite(1) => f.write_str("1 candidate"),
            Self::Finite(count) => write!(f, "{} candidates", in_words(*count)),
            Self::MoreThan(count) => write!(f, "more than {} candidates", in_words(*count)),
            Self::Continuous { dimensions: 1 } => f.write_str("a continuum, with 1 real parameter"),
            Self::Continuous { dimensions } => write!(f, "a continuum, with up to {dimensions} real parameters"),
        }
    }
}

/// In groups of three digits; in powers of ten from a billion billions on.
fn in_words(count: u128) -> String {
    if count >= 1_000_000_000_000_000_000 { format!("{:.1e}", count as f64) } else { thousands(count) }
}

/// The values that matter later, by slot.
type State = Vec<(usize, String)>;

impl Space {
    /// How many candidates the space has; constraints are not looked at.
    pub fn size(&self) -> SpaceSize {
        let dimensions = (0..self.slots.len()).filter(|slot| self.domain(*slot).count().is_none()).count();
        if dimensions > 0 {
            return SpaceSize::Continuous { dimensions };
        }
        let last_use = self.last_uses();
        let mut exact = true;
        let mut states: BTreeMap<State, (Values, u128)> =
            BTreeMap::from([(Vec::new(), (vec![None; self.slots.len()], 1))]);
        for (step, slot) in self.order.iter().enumerate() {
            let mut next: BTreeMap<State, (Values, u128)> = BTreeMap::new();
            for (values, ways) in states.into_values() {
                for (value, weight) in self.branches(*slot, &values, last_use[*slot].is_some()) {
                    let mut values = values.clone();
                    values[*slot] = value;
                    // What nothing later depends on is forgotten, so that states meet.
                    for (known, last) in values.iter_mut().zip(&last_use) {
                        if last.is_none_or(|last| last <= step) {
                            *known = None;
                        }
                    }
                    let state = Self::state(&values);
                    if next.len() >= MOST_STATES && !next.contains_key(&state) {
                        exact = false;
                        break;
                    }
                    let entry = next.entry(state).or_insert((values, 0));
                    let Some(sum) = ways.checked_mul(weight).and_then(|ways| entry.1.checked_add(ways)) else {
                        return SpaceSize::MoreThan(u128::MAX);
                    };
                    entry.1 = sum;
                }
            }
            states = next;
        }
        match states.into_values().try_fold(0_u128, |sum, (_, ways)| sum.checked_add(ways)) {
            Some(count) if exact => SpaceSize::Finite(count),
            Some(count) => SpaceSize::MoreThan(count),
            None => SpaceSize::MoreThan(u128::MAX),
        }
    }

    /// For each slot the last step of the order at which its value is looked at.
    fn last_uses(&self) -> Vec<Option<usize>> {
        let mut last = vec![None; self.slots.len()];
        for (step, slot) in self.order.iter().enumerate() {
            for leader in &self.slots[*slot].depends_on {
                last[*leader] = Some(step);
            }
            let parameter = self.slots[*slot].parameter;
            if self.parameters[parameter].shared {
                // Later copies take over the value of earlier ones.
                for (other, earlier) in self.slots.iter().enumerate() {
                    if earlier.parameter == parameter {
                        last[other] = last[other].max(Some(step));
                    }
                }
            }
        }
        last
    }

    /// The values that `slot` can have, each with the number of values that it stands for.
    fn branches(&self, slot: usize, values: &[Option<Value>], matters: bool) -> Vec<(Option<Value>, u128)> {
        if !self.is_active(slot, values) {
            return vec![(None, 1)];
        }
        if let Some(shared) = self.shared_value(slot, values) {
            return vec![(Some(shared.clone()), 1)];
        }
        let domain = self.domain(slot);
        if matters {
            return domain.values().take(MOST_STATES + 1).map(|value| (Some(value), 1)).collect();
        }
        vec![(None, domain.count().unwrap_or(u128::MAX))]
    }

    fn state(values: &[Option<Value>]) -> State {
        let known = values.iter().enumerate();
        known.filter_map(|(slot, value)| value.as_ref().map(|value| (slot, value.to_string()))).collect()
    }
}
