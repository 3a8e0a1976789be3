//! Whole numbers in an interval.

use super::{Misfit, outside};

/// The greatest size of a whole number in a space: up to here each is exact as a real number too.
pub const GREATEST: i64 = 1 << 53;

/// `int = [low, high]`, with `log`, `step` and `prior`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntRange {
    /// The smallest value.
    pub low: i64,
    /// The greatest value, itself included.
    pub high: i64,
    /// Whether orders of magnitude are alike, rather than differences; never with a step.
    pub log: bool,
    /// The distance of neighbouring values; it divides the interval.
    pub step: i64,
    /// A value near which good ones are expected.
    pub prior: Option<i64>,
}

impl IntRange {
    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.high.abs_diff(self.low) / self.step.unsigned_abs().max(1) + 1
    }

    /// Value number `index`, from 0.
    pub fn step_at(&self, index: u64) -> i64 {
        self.low.saturating_add_unsigned(index.saturating_mul(self.step.unsigned_abs())).min(self.high)
    }

    /// The number of `value`, one of the range, from 0.
    pub fn index_of(&self, value: i64) -> u64 {
        value.abs_diff(self.low) / self.step.unsigned_abs().max(1)
    }

    /// The value that `int` is meant as.
    pub fn admit(&self, int: i64) -> Result<i64, Misfit> {
        if !(self.low..=self.high).contains(&int) {
            return Err(outside(int, self.low, self.high));
        }
        let past = (int - self.low) % self.step;
        if past == 0 {
            return Ok(int);
        }
        let help = format!("the steps of {} next to it are {} and {}", self.step, int - past, int - past + self.step);
        Err(Misfit { reason: format!("cannot be {int}"), help })
    }
}
