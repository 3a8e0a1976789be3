//! One point of a search space.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The value of one parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite real number.
    Float(f64),
    /// One of a list of names.
    Text(String),
    /// A subset, in the order of its domain.
    List(Vec<Value>),
}

/// An assignment of values to the active parameters of a space, in the order of their declaration.
///
/// Two candidates are the same exactly if their [canonical](Candidate::canonical) texts are equal.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    values: Vec<(String, Value)>,
}
