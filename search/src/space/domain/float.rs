//! Real numbers in an interval.

use super::{Misfit, outside};

/// `float = [low, high]`, with `log`, `step` and `prior`.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatRange {
    /// The smallest value.
    pub low: f64,
    /// The greatest value, itself included.
    pub high: f64,
    /// Whether orders of magnitude are alike, rather than differences; never with a step.
    pub log: bool,
    /// The distance of neighbouring values; it divides the interval.
    pub step: Option<f64>,
    /// A value near which good ones are expected.
    pub prior: Option<f64>,
}

/// How far a number may be from a step, in steps, and still be meant: decimal fractions are not exact.
const SLACK: f64 = 1e-6;

/// More steps than this would not be told apart by that slack.
const MOST_STEPS: f64 = 1e9;

impl FloatRange {
    /// How many values there are; `None` for a continuum.
    pub fn count(&self) -> Option<u64> {
        self.step.map(|step| ((self.high - self.low) / step).round() as u64 + 1)
    }

    /// Value number `index`, from 0, where there is a step.
    pub fn step_at(&self, index: u64) -> f64 {
        let Some(step) = self.step else { return self.low };
        let exact = self.low + index as f64 * step;
        let places = decimals(self.low).max(decimals(step));
        // 0.1 + 2 × 0.1 is 0.30000000000000004; what the file means is 0.3.
        format!("{exact:.places$}").parse::<f64>().unwrap_or(exact).min(self.high) + 0.0
    }

    /// The number of `value`, one of the range, from 0, where there is a step.
    pub fn index_of(&self, value: f64) -> Option<u64> {
        self.step.map(|step| ((value - self.low) / step).round() as u64)
    }

    /// Whether `step` leads from the lowest value to the highest.
    pub fn step_fits(&self, step: f64) -> bool {
        let steps = (self.high - self.low) / step;
        steps <= MOST_STEPS && (steps - steps.round()).abs() <= SLACK && steps.round() >= 1.0
    }

    /// The value that `number` is meant as.
    pub fn admit(&self, number: f64) -> Result<f64, Misfit> {
        if !(self.low..=self.high).contains(&number) {
            return Err(outside(number, self.low, self.high));
        }
        let Some(step) = self.step else { return Ok(number + 0.0) };
        let index = ((number - self.low) / step).round();
        let on_step = self.step_at(index as u64);
        if (number - on_step).abs() <= SLACK * step {
            return Ok(on_step);
        }
        let help = format!("the nearest step of {step} is {on_step:?}");
        Err(Misfit { reason: format!("cannot be {number:?}"), help })
    }
}

/// How many decimals it takes to write `number`.
fn decimals(number: f64) -> usize {
    number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len())
}
