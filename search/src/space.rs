//! The search space: parameters with their domains and conditions, repeated blocks, and constraints.
//!
//! A parameter of a repeated block stands for as many *slots* as the block can have copies: `stage[0].channels`,
//! `stage[1].channels`, … A candidate gives a value to exactly the slots that are active: those whose copy exists and
//! whose condition holds. Slots are kept in the order of the file, and drawn in an order in which whatever a slot
//! depends on comes before it.

use std::borrow::Borrow;
use std::collections::HashMap;

use crate::candidate::{Candidate, Value};
use expression::{Expression, Operand};

pub(crate) mod axes;
mod constraint;
pub mod domain;
mod draw;
pub mod expression;
mod genome;
mod partial;
mod probe;
mod question;
mod read;
mod size;
mod validate;
pub mod vocabulary;
mod walk;
mod widening;

use constraint::Constraint;
use domain::Domain;
use vocabulary::Kind;

pub use draw::Incomplete;
pub(crate) use genome::Genome;
pub use probe::Probe;
pub use question::Question;
pub use read::Filter;
pub use size::SpaceSize;

/// No block has more copies than this.
pub const MOST_COPIES: u32 = 100;

/// A search space, read from a study file.
#[derive(Debug, Clone, Default)]
pub struct Space {
    parameters: Vec<Parameter>,
    blocks: Vec<Block>,
    slots: Vec<Slot>,
    /// The slots, each after all that it depends on.
    order: Vec<usize>,
    /// The slot of each name.
    index: HashMap<String, usize>,
    constraints: Vec<Constraint>,
    /// How far the priors have proved bad: from 0, not at all, to 1, when no draw follows them any more.
    doubt: f64,
    /// What could not be read and has been reported: nothing more is said about these names.
    broken: read::Broken,
}

/// One parameter as the file declares it.
#[derive(Debug, Clone)]
pub struct Parameter {
    name: String,
    home: Home,
    domain: Domain,
    compare: bool,
    /// The share of early draws that follow the prior or the weights; 0 if there are none.
    confidence: f64,
    /// Whether one draw holds for all copies of its block: `each = false`.
    shared: bool,
    kind: Option<Kind>,
}

/// Where a parameter is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    /// In `[space]` itself.
    Space,
    /// In a repeated block, by its number.
    Block(usize),
    /// In one copy of a block whose copies are written out: `stage[0]`.
    Copy(String),
}

impl Parameter {
    /// Its name as a candidate has it; in a repeated block, the name without the copy.
    pub fn name(&self) -> String {
        match &self.home {
            Home::Space | Home::Block(_) => self.name.clone(),
            Home::Copy(copy) => format!("{copy}.{}", self.name),
        }
    }

    /// Whether it is declared once for all copies of a repeated block.
    pub fn is_repeated(&self) -> bool {
        matches!(self.home, Home::Block(_))
    }

    /// The values that it may take.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether the evidence for each of its values is wanted.
    pub fn compare(&self) -> bool {
        self.compare
    }

    /// The share of draws that follow its prior or its weights while nothing is known, from 0 to 1; 0 if it has none.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }
}

/// A repeated block.
#[derive(Debug, Clone)]
struct Block {
    name: String,
    /// The most copies that it can have.
    copies: u32,
    count: Count,
}

/// How many copies of a block there are.
#[derive(Debug, Clone)]
enum Count {
    Always,
    /// As many as this slot says.
    Slot(usize),
}

/// One place for a value in a candidate.
#[derive(Debug, Clone)]
struct Slot {
    name: String,
    parameter: usize,
    /// The repeated block and the number of the copy.
    copy: Option<(usize, u32)>,
    condition: Option<Expression<Reference>>,
    /// The slots that decide whether this one is active.
    depends_on: Vec<usize>,
}

/// What a name in an expression refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reference {
    Slot(usize),
    Metric(String),
}

/// The value of each slot, so far.
type Values = Vec<Option<Value>>;

impl Space {
    /// The parameters in the order of the file.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The names that candidates can have values for, in the order of the file: `stage[0].channels`, not `channels`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }

    /// The values that a candidate can have for `name`, if it can have one.
    pub fn domain_of(&self, name: &str) -> Option<&Domain> {
        self.index.get(name).map(|slot| self.domain(*slot))
    }

    /// Whether some parameter is active only sometimes.
    pub fn is_conditional(&self) -> bool {
        self.slots.iter().any(|slot| !slot.depends_on.is_empty() || slot.condition.is_some())
    }

    /// Whether some parameter takes values that have no order.
    pub fn is_unordered(&self) -> bool {
        self.parameters.iter().any(|parameter| match &parameter.domain {
            Domain::Choice(choice) => !choice.ordered && choice.values.len() > 2,
            Domain::Subset(_) => true,
            Domain::Fixed(_) | Domain::Float(_) | Domain::Int(_) => false,
        })
    }

    /// Whether some parameter has a prior or weights.
    pub(crate) fn has_priors(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.confidence > 0.0)
    }

    /// The same space, whose priors have proved bad as far as `doubt` says: from 0, not at all, to 1, when no draw
    /// follows them any more.
    pub(crate) fn doubted(&self, doubt: f64) -> Self {
        Self { doubt, ..self.clone() }
    }

    /// The share of draws that follow the prior or the weights of `slot`.
    fn share(&self, slot: usize) -> f64 {
        self.parameters[self.slots[slot].parameter].confidence * (1.0 - self.doubt)
    }

    /// Whether all that is left to choose are real numbers without steps.
    pub fn is_real(&self) -> bool {
        self.parameters.iter().all(|parameter| matches!(parameter.domain.count(), None | Some(1)))
    }

    fn domain(&self, slot: usize) -> &Domain {
        &self.parameters[self.slots[slot].parameter].domain
    }

    /// Whether `slot` is active, given the values of all slots that it depends on.
    fn is_active<V: Borrow<Value>>(&self, slot: usize, values: &[Option<V>]) -> bool {
        let slot = &self.slots[slot];
        let exists = slot.copy.is_none_or(|(block, copy)| match self.blocks[block].count {
            Count::Always => true,
            Count::Slot(count) => {
                matches!(values[count].as_ref().map(V::borrow), Some(Value::Int(count)) if i64::from(copy) < *count)
            }
        });
        let look_up = |reference: &Reference| match reference {
            Reference::Slot(slot) => values[*slot].as_ref().map(|value| Operand::from(value.borrow())),
            Reference::Metric(_) => None,
        };
        exists && slot.condition.as_ref().is_none_or(|condition| condition.truth(&look_up) == Some(true))
    }

    /// An earlier value of a parameter that is drawn once for all copies, if `slot` belongs to one.
    fn shared_value<'a>(&self, slot: usize, values: &'a [Option<Value>]) -> Option<&'a Value> {
        let parameter = self.slots[slot].parameter;
        if !self.parameters[parameter].shared {
            return None;
        }
        let mut same = self.slots.iter().zip(values).filter(|(slot, _)| slot.parameter == parameter);
        same.find_map(|(_, value)| value.as_ref())
    }

    /// The values of `candidate` by slot, without those that the space does not know or that are not active.
    fn known<'c>(&self, candidate: &'c Candidate) -> Vec<Option<&'c Value>> {
        let mut values = vec![None; self.slots.len()];
        let mut next = 0;
        for (name, value) in candidate.iter() {
            // Candidates are in the order of the slots.
            let ahead = self.slots[next..].iter().position(|slot| slot.name == name).map(|skip| next + skip);
            if let Some(slot) = ahead.or_else(|| self.index.get(name).copied()) {
                next = slot + 1;
                values[slot] = Some(value).filter(|value| self.domain(slot).holds(value));
            }
        }
        for slot in &self.order {
            if values[*slot].is_some() && !self.is_active(*slot, &values) {
                values[*slot] = None;
            }
        }
        values
    }

    /// `values` as a candidate, in the order of the file.
    fn candidate(&self, values: Values) -> Candidate {
        let named = self.slots.iter().zip(values);
        named.filter_map(|(slot, value)| value.map(|value| (slot.name.clone(), value))).collect()
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
