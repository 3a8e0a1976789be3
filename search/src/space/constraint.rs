//! Rules about whole candidates, checked before anything is trained.

use std::ops::Range;

use super::expression::{Expression, Operand};
use super::{Reference, Space};
use crate::candidate::{Candidate, Value};

/// One rule.
#[derive(Debug, Clone)]
pub(super) struct Constraint {
    /// As the file has it.
    pub(super) text: String,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
    pub(super) rule: Rule,
}

#[derive(Debug, Clone)]
pub(super) enum Rule {
    /// Refuses what makes it false; what is inactive makes nothing false.
    Require(Expression<Reference>),
    /// Refuses what has all of these values.
    Forbid(Vec<(usize, Value)>),
}

impl Rule {
    fn names_metrics(&self) -> bool {
        let mut found = false;
        if let Self::Require(expression) = self {
            expression.names(&mut |name| found |= matches!(name, Reference::Metric(_)));
        }
        found
    }

    fn admits(&self, values: &[Option<&Value>], statics: &impl Fn(&str) -> Option<f64>) -> bool {
        match self {
            Self::Forbid(forbidden) => !forbidden.iter().all(|(slot, value)| values[*slot] == Some(value)),
            Self::Require(expression) => {
                let look_up = |name: &Reference| match name {
                    Reference::Slot(slot) => values[*slot].map(Operand::from),
                    Reference::Metric(metric) => statics(metric).filter(|value| !value.is_nan()).map(Operand::Number),
                };
                expression.truth(&look_up) != Some(false)
            }
        }
    }
}

impl Space {
    /// Where the constraint stands in the file that [`admits`](Space::admits) has refused a candidate by.
    pub fn place_of(&self, text: &str) -> Option<Range<usize>> {
        self.constraints.iter().find(|constraint| constraint.text == text).map(|constraint| constraint.span.clone())
    }

    /// Whether all constraints hold for `candidate`, whose figures are `statics`; they are asked for only once all
    /// constraints on parameters alone hold.
    ///
    /// # Errors
    /// The first constraint that does not hold, as text.
    pub fn admits(&self, candidate: &Candidate, statics: impl Fn(&str) -> Option<f64>) -> Result<(), String> {
        let mut values = vec![None; self.slots.len()];
        for (name, value) in candidate.iter() {
            if let Some(slot) = self.index.get(name) {
                values[*slot] = Some(value);
            }
        }
        let (costly, cheap): (Vec<_>, Vec<_>) =
            self.constraints.iter().partition(|constraint| constraint.rule.names_metrics());
        match cheap.into_iter().chain(costly).find(|constraint| !constraint.rule.admits(&values, &statics)) {
            Some(constraint) => Err(constraint.text.clone()),
            None => Ok(()),
        }
    }
}
