//! The values that one parameter may take.

use std::ops::Bound;

use super::expression::check::Type;
use super::vocabulary::{Kind, Misfit, noun};
use crate::candidate::Value;
use crate::problem::suggest;

pub(crate) mod draw;
pub mod float;
pub mod int;
pub mod subset;
mod succession;

pub use float::FloatRange;
pub use int::IntRange;
pub use subset::Subset;

/// The values that one parameter may take.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// A single value, written as a plain literal.
    Fixed(Value),
    /// `float = [low, high]`.
    Float(FloatRange),
    /// `int = [low, high]`.
    Int(IntRange),
    /// `one_of`, `ordinal` and `bool`.
    Choice(Choice),
    /// `subset_of`.
    Subset(Subset),
}

/// One of a list of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The values, all of one kind; false before true.
    pub values: Vec<Value>,
    /// Whether neighbours in the list are alike: `ordinal`.
    pub ordered: bool,
    /// How often each value is drawn, relative to the others; alike if not given.
    pub weights: Option<Vec<f64>>,
}

impl Domain {
    /// How many values there are; `None` for a continuum. At most [`u128::MAX`].
    pub fn count(&self) -> Option<u128> {
        match self {
            Self::Fixed(_) => Some(1),
            Self::Float(range) => range.count().map(u128::from),
            Self::Int(range) => Some(u128::from(range.count())),
            Self::Choice(choice) => Some(choice.values.len() as u128),
            Self::Subset(subset) => Some(subset.count()),
        }
    }

    /// The values of a domain that is no continuum, in order.
    pub fn values(&self) -> Box<dyn Iterator<Item = Value> + '_> {
        match self {
            Self::Fixed(value) => Box::new(std::iter::once(value.clone())),
            Self::Float(range) => {
                Box::new((0..range.count().unwrap_or(0)).map(|index| Value::Float(range.step_at(index))))
            }
            Self::Int(range) => Box::new((0..range.count()).map(|index| Value::Int(range.step_at(index)))),
            Self::Choice(choice) => Box::new(choice.values.iter().cloned()),
            Self::Subset(subset) => Box::new(subset.subsets()),
        }
    }

    /// What an expression takes a value of the domain as.
    pub fn type_of(&self) -> Type {
        match self {
            Self::Fixed(value) => value.into(),
            Self::Float(_) | Self::Int(_) => Type::Number,
            Self::Choice(choice) => choice.values.first().map_or(Type::Text, Type::from),
            Self::Subset(_) => Type::List,
        }
    }

    /// What the domain holds `value` as: a whole number where a real one is meant becomes real, a real number next to
    /// a step is put on it, a subset is put in order.
    pub fn admit(&self, value: &Value) -> Result<Value, Misfit> {
        match self {
            Self::Fixed(fixed) => listed(std::slice::from_ref(fixed), value),
            Self::Float(range) => match value.as_f64() {
                Some(number) => range.admit(number).map(Value::Float),
                None => Err(mismatch("a number", value)),
            },
            Self::Int(range) => match value {
                Value::Int(int) => range.admit(*int).map(Value::Int),
                _ => Err(mismatch("a whole number", value)),
            },
            Self::Choice(choice) => listed(&choice.values, value),
            Self::Subset(subset) => match value {
                Value::List(items) => subset.admit(items).map(Value::List),
                _ => Err(mismatch("a list", value)),
            },
        }
    }

    /// Whether the value of a candidate is one of the domain; steps are not looked at.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Fixed(fixed) => value == fixed,
            Self::Float(range) => value.as_f64().is_some_and(|number| (range.low..=range.high).contains(&number)),
            Self::Int(range) => matches!(value, Value::Int(int) if (range.low..=range.high).contains(int)),
            Self::Choice(choice) => choice.values.contains(value),
            Self::Subset(_) => matches!(value, Value::List(_)),
        }
    }

    /// Whether an expression may ask if a value of the domain is `value`, or, for a subset, holds it.
    ///
    /// A fixed literal is there to be edited, so it may be asked for whatever the trainer's `kind` knows.
    pub fn possible(&self, value: &Value, kind: Option<&Kind>) -> Result<(), Misfit> {
        match (self, kind) {
            (Self::Fixed(Value::List(items)), None) => listed(items, value).map(|_| ()),
            (Self::Fixed(_), Some(kind)) => kind.admit_element(value).map(|_| ()),
            (Self::Subset(subset), _) => listed(&subset.values, value).map(|_| ()),
            _ => self.admit(value).map(|_| ()),
        }
    }

    /// The smallest and the greatest number of the domain, if it is one of numbers.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        let of = |values: &[Value]| {
            let numbers: Option<Vec<f64>> = values.iter().map(Value::as_f64).collect();
            let numbers = numbers?;
            let low = numbers.iter().copied().reduce(f64::min)?;
            Some((low, numbers.iter().copied().reduce(f64::max)?))
        };
        match self {
            Self::Fixed(value) => of(std::slice::from_ref(value)),
            Self::Float(range) => Some((range.low, range.high)),
            Self::Int(range) => Some((range.low as f64, range.high as f64)),
            Self::Choice(choice) => of(&choice.values),
            Self::Subset(_) => None,
        }
    }
}

/// The value of `values` that `value` is.
fn listed(values: &[Value], value: &Value) -> Result<Value, Misfit> {
    let real = value.as_f64().map(Value::Float);
    let same = |known: &&Value| match known {
        Value::Float(_) => Some(*known) == real.as_ref(),
        _ => *known == value,
    };
    if let Some(known) = values.iter().find(same) {
        return Ok(known.clone());
    }
    if values.first().is_some_and(|first| Type::from(first) != Type::from(value)) {
        return Err(mismatch(noun(&values[0]), value));
    }
    let names: Vec<String> = values.iter().map(plain).collect();
    let help = suggest(&plain(value), names.iter().map(String::as_str));
    Err(Misfit { reason: format!("cannot be {value}"), help })
}

/// A value without quotes, as `suggest` names it.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

fn mismatch(wanted: &str, value: &Value) -> Misfit {
    Misfit { reason: format!("is {wanted}, not {}", noun(value)), help: format!("give it {wanted}") }
}

fn outside<T: std::fmt::Debug>(value: T, low: T, high: T) -> Misfit {
    let range = (Bound::Included(low), Bound::Included(high));
    let help = format!("it is drawn {}", crate::problem::range_in_words(&range));
    Misfit { reason: format!("cannot be {value:?}"), help }
}

#[cfg(test)]
mod tests;
