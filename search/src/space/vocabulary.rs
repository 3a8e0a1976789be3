//! What a trainer understands: the names that may stand in a space, and the values that they may take.

use std::ops::{Bound, RangeBounds};

use crate::candidate::Value;
use crate::problem::{range_in_words, suggest};

/// The names and values that a trainer understands; a space is checked against them.
pub trait Vocabulary {
    /// Every parameter of the trainer.
    fn parameters(&self) -> Vec<ParameterInfo>;

    /// The name of the block whose copies are the layers or stages of the network.
    fn block(&self) -> &'static str;

    /// The kinds of layers that a network can be put together from by hand, in `[network]`; none if it cannot.
    fn layers(&self) -> &'static [&'static str] {
        &[]
    }

    /// What may be said of a layer of one of these kinds.
    fn layer(&self, _kind: &str) -> Option<LayerInfo> {
        None
    }

    /// The parameters that say how the network is put together where `[network]` does not.
    fn structure(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Figures of a network that are known before training, such as `macs`: what a constraint may name.
    fn static_metrics(&self) -> &'static [&'static str];

    /// Figures measured in every epoch, such as `val_accuracy`.
    fn epoch_metrics(&self) -> &'static [&'static str];
}

/// One parameter of a trainer.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterInfo {
    /// What it is called.
    pub name: &'static str,
    /// The values that it may take.
    pub kind: Kind,
    /// Whether it may stand in the trainer's [block](Vocabulary::block), one value a copy.
    pub block: bool,
}

/// One kind of layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerInfo {
    /// What `layer = …` calls it.
    pub name: &'static str,
    /// The parameters that such a layer may give a value to.
    pub own: Vec<&'static str>,
    /// The one of them without which it would do nothing; it may stand in `[space]` instead.
    pub needs: Option<&'static str>,
    /// What it looks up in `[space]` beside its own.
    pub common: Vec<&'static str>,
    /// Whether it holds layers itself, as `body`.
    pub holds: bool,
}

/// The values that a parameter of a trainer may take.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// True or false.
    Bool,
    /// Whole numbers within bounds.
    Int(Bound<i64>, Bound<i64>),
    /// Real numbers within bounds.
    Float(Bound<f64>, Bound<f64>),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Some of these words.
    Subset(&'static [&'static str]),
}

/// Why a value cannot stand where it does, and what could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// A phrase that follows the name: `must be a whole number, not a text`.
    pub reason: String,
    /// What to write instead.
    pub help: String,
}

impl Kind {
    /// What a value of the kind is, with its article.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Bool => "a truth value",
            Self::Int(..) => "a whole number",
            Self::Float(..) => "a real number",
            Self::Choice(_) => "a text",
            Self::Subset(_) => "a list of texts",
        }
    }

    /// What the trainer reads `value` as; a whole number where it wants a real one becomes real.
    pub fn admit(&self, value: &Value) -> Result<Value, Misfit> {
        match (self, value) {
            (Self::Bool, Value::Bool(_)) => Ok(value.clone()),
            (Self::Int(low, high), Value::Int(int)) => within(int, &(*low, *high)).map(|()| value.clone()),
            (Self::Float(low, high), Value::Int(_) | Value::Float(_)) => {
                let number = value.as_f64().unwrap_or(f64::NAN);
                within(&number, &(*low, *high)).map(|()| Value::Float(number))
            }
            (Self::Choice(words), Value::Text(word)) => known(word, words).map(|()| value.clone()),
            (Self::Subset(words), Value::List(items)) => {
                for item in items {
                    self.admit_item(item, words)?;
                }
                Ok(value.clone())
            }
            _ => Err(self.mismatch(value)),
        }
    }

    /// The same for one element of a list that a value is drawn from.
    pub fn admit_element(&self, value: &Value) -> Result<Value, Misfit> {
        match self {
            Self::Subset(words) => self.admit_item(value, words).map(|()| value.clone()),
            _ => self.admit(value),
        }
    }

    fn admit_item(&self, item: &Value, words: &[&'static str]) -> Result<(), Misfit> {
        match item {
            Value::Text(word) => known(word, words),
            _ => Err(self.mismatch(item)),
        }
    }

    fn mismatch(&self, value: &Value) -> Misfit {
        let help = match self {
            Self::Bool => "write true or false, without quotes".to_owned(),
            Self::Int(low, high) => format!("it must be {}", range_in_words(&(*low, *high))),
            Self::Float(low, high) => format!("it must be {}", range_in_words(&(*low, *high))),
            Self::Choice(words) | Self::Subset(words) => suggest("", words.iter().copied()),
        };
        Misfit { reason: format!("must be {}, not {}", self.noun(), noun(value)), help }
    }
}

/// What `value` is, with its article.
pub fn noun(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "a truth value",
        Value::Int(_) => "a whole number",
        Value::Float(_) => "a real number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
    }
}

fn within<T: PartialOrd + std::fmt::Debug>(number: &T, range: &impl RangeBounds<T>) -> Result<(), Misfit> {
    if range.contains(number) {
        return Ok(());
    }
    let help = format!("it must be {}", range_in_words(range));
    Err(Misfit { reason: format!("cannot be {number:?}"), help })
}

fn known(word: &str, words: &[&'static str]) -> Result<(), Misfit> {
    if words.contains(&word) {
        return Ok(());
    }
    Err(Misfit { reason: format!("cannot be {word:?}"), help: suggest(word, words.iter().copied()) })
}
