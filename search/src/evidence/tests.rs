use super::answer::Trainings;
use super::student::Estimate;
use super::*;
use crate::candidate::{Candidate, Value};
use crate::pareto::Goal::{self, Maximize, Minimize};

mod answers;
mod designs;
mod statistics;

/// A candidate `x = number` with an arm.
fn candidate(number: i64, arm: &str) -> Candidate {
    let values = [("depth", Value::Int(number)), ("optimizer", Value::Text(arm.to_owned()))];
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
