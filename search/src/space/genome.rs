//! Candidates by slot, open to change: what methods that vary earlier candidates work on.

use std::collections::BTreeMap;

use rand::{Rng, RngExt};

use super::domain::Domain;
use super::{Count, Space, Values};
use crate::candidate::{Candidate, Value};

/// The values of a candidate by slot. Until it is [expressed](Genome::express) it may lack values that are active and
/// hold values that are not.
#[derive(Debug, Clone)]
pub(crate) struct Genome<'a> {
    space: &'a Space,
    values: Values,
}

/// What is inherited as a whole: a copy of a block, or a single parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Parameter(usize),
    /// A block and the number of the copy.
    Copy(usize, u32),
}

impl<'a> Genome<'a> {
    /// The values of `candidate` that `space` knows; names and values that it does not know are left out, and what is
    /// not active.
    pub fn new(space: &'a Space, candidate: &Candidate) -> Self {
        let known = space.known(candidate).into_iter().enumerate();
        let values = known.map(|(slot, value)| space.domain(slot).admit(value?).ok()).collect();
        Self { space, values }
    }

    /// What tells it from others, as [`Candidate::canonical`] does.
    pub fn canonical(&self) -> String {
        self.space.candidate(self.values.clone()).canonical()
    }

    /// The slots that have a value and could have another; of those that all copies of a block share, the first.
    pub fn variable(&self) -> Vec<usize> {
        let free = |slot: &usize| self.values[*slot].is_some() && self.space.domain(*slot).count() != Some(1);
        (0..self.values.len()).filter(|slot| free(slot) && self.leader(*slot) == *slot).collect()
    }

    /// The domain of `slot`.
    pub fn domain(&self, slot: usize) -> &'a Domain {
        self.space.domain(slot)
    }

    /// The value of `slot`, if it has one.
    pub fn get(&self, slot: usize) -> Option<&Value> {
        self.values[slot].as_ref()
    }

    /// Gives `slot` a value of its domain, and with it all slots that share it. Of a number of copies, those that are
    /// too many are removed; where copies are missing, half are duplicates and half are left to be drawn.
    pub fn set(&mut self, slot: usize, value: Value, rng: &mut impl Rng) {
        for (block, described) in self.space.blocks.iter().enumerate() {
            if matches!(described.count, Count::Slot(count) if count == slot) {
                self.resize(block, copies(self.get(slot)), copies(Some(&value)), rng);
            }
        }
        self.put(slot, value);
    }

    /// Takes over half of what `other` has: whole copies of blocks, and single parameters outside them. What only
    /// `other` has comes along, should it become active.
    pub fn inherit(&mut self, other: &Self, rng: &mut impl Rng) {
        let mut taken: BTreeMap<Unit, bool> = BTreeMap::new();
        for (slot, value) in other.values.iter().enumerate() {
            if let Some(value) = value
                && other.leader(slot) == slot
                && (*taken.entry(self.unit(slot)).or_insert_with(|| rng.random_bool(0.5))
                    || self.values[self.leader(slot)].is_none())
            {
                self.put(slot, value.clone());
            }
        }
    }

    /// A candidate with these values where they are active; what is missing is drawn.
    pub fn express(&self, rng: &mut impl Rng) -> Candidate {
        self.space.candidate(self.space.fill(&self.values, rng))
    }

    fn unit(&self, slot: usize) -> Unit {
        match self.space.slots[slot].copy {
            Some((block, copy)) if !self.shared(slot) => Unit::Copy(block, copy),
            _ => Unit::Parameter(self.space.slots[slot].parameter),
        }
    }

    fn shared(&self, slot: usize) -> bool {
        self.space.parameters[self.space.slots[slot].parameter].shared
    }

    /// The slot that stands for `slot`: the first with a value of those that share it.
    fn leader(&self, slot: usize) -> usize {
        if !self.shared(slot) {
            return slot;
        }
        self.siblings(slot).find(|sibling| self.values[*sibling].is_some()).unwrap_or(slot)
    }

    fn siblings(&self, slot: usize) -> impl Iterator<Item = usize> + use<'a> {
        let space = self.space;
        let parameter = space.slots[slot].parameter;
        (0..space.slots.len()).filter(move |other| space.slots[*other].parameter == parameter)
    }

    fn put(&mut self, slot: usize, value: Value) {
        if self.shared(slot) {
            for sibling in self.siblings(slot) {
                self.values[sibling] = None;
            }
        }
        self.values[slot] = Some(value);
    }

    fn resize(&mut self, block: usize, old: usize, new: usize, rng: &mut impl Rng) {
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); self.space.blocks[block].copies as usize];
        for (index, slot) in self.space.slots.iter().enumerate() {
            if let Some((of, copy)) = slot.copy
                && of == block
                && !self.shared(index)
            {
                rows[copy as usize].push(index);
            }
        }
        let width = rows.first().map_or(0, Vec::len);
        let of_row = |row: &Vec<usize>| row.iter().map(|slot| self.values[*slot].clone()).collect::<Values>();
        let mut kept: Vec<Values> = rows.iter().take(old).map(of_row).collect();
        while kept.len() > new {
            kept.remove(rng.random_range(0..kept.len()));
        }
        while kept.len() < new {
            let duplicate = !kept.is_empty() && rng.random_bool(0.5);
            let copy = if duplicate { kept[rng.random_range(0..kept.len())].clone() } else { vec![None; width] };
            kept.insert(rng.random_range(0..=kept.len()), copy);
        }
        let mut kept = kept.into_iter();
        for row in rows {
            let values = kept.next().unwrap_or_else(|| vec![None; width]);
            for (slot, value) in row.into_iter().zip(values) {
                self.values[slot] = value;
            }
        }
    }
}

/// How many copies a value stands for.
fn copies(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Int(count)) => usize::try_from(*count).unwrap_or(0),
        _ => 0,
    }
}
