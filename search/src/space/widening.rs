//! Whether a space has become wider: what a study can go on with after its file has changed.
//!
//! A *wider* space holds every candidate of the former one and means the same by it, so that earlier trials stay what
//! they were, and every method can learn from them. These make it wider:
//!
//! - a range that begins lower or ends higher, and steps that are finer or gone, where each former value is still one;
//! - a value more in a list, wherever in it; subsets of more or fewer members;
//! - a choice in the place of a literal, which is among its values;
//! - `each` copy with a value of its own;
//! - a constraint that is gone, or that a look at its form shows to refuse less: a bound further out, a value more in
//!   a list after `in`, a condition less under `and`, one more under `or`.
//!
//! These do not: a parameter more, for which earlier trials have no value; one less; another kind of domain; another
//! `log` or order, by which methods tell what is near; another `when` or `repeat`. Nor does another `prior`, `weights`,
//! `confidence` or `compare`: they are what was believed and asked before there were results, and results that change
//! them would count twice. Where a literal becomes a choice nothing has been believed yet, so it may have all of them;
//! a value that is new in a weighted list brings its weight.
//!
//! The order of the parameters does not matter.

use super::expression::Expression;
use super::{Count, Domain, Parameter, Reference, Space};

mod constraint;
mod domain;

use constraint::Named;

/// What a comparison of two spaces finds, in words.
#[derive(Debug, Default)]
struct Findings {
    /// What is wider.
    gains: Vec<String>,
    /// What is different in another way.
    losses: Vec<String>,
}

impl Findings {
    fn gain(&mut self, text: impl Into<String>) {
        self.gains.push(text.into());
    }

    fn lose(&mut self, text: impl Into<String>) {
        self.losses.push(text.into());
    }

    /// Takes over what is said `about` a parameter.
    fn extend(&mut self, about: &str, findings: Self) {
        let sentence = |text: String| format!("`{about}` {text}");
        self.gains.extend(findings.gains.into_iter().map(sentence));
        self.losses.extend(findings.losses.into_iter().map(sentence));
    }
}

impl Space {
    /// In what `newer` is wider than this space, a sentence each; none if both are the same.
    ///
    /// # Errors
    /// All in which `newer` is not wider but different, a sentence each, with the name of what it is about.
    pub fn widening(&self, newer: &Self) -> Result<Vec<String>, Vec<String>> {
        let mut findings = Findings::default();
        for (number, old) in self.parameters.iter().enumerate() {
            let name = old.name();
            match newer.namesake(old) {
                Some(new) => findings.extend(&name, compare(old, new)),
                None => findings.lose(format!("`{name}` is not in the space any more")),
            }
            if !self.keeps_condition(number, newer) {
                findings.lose(format!("`{name}` depends on another `when`"));
            }
        }
        for new in newer.parameters.iter().filter(|new| self.namesake(new).is_none()) {
            findings.lose(format!("`{}` is new: earlier trials have no value for it", new.name()));
        }
        self.compare_blocks(newer, &mut findings);
        self.compare_constraints(newer, &mut findings);
        if findings.losses.is_empty() { Ok(findings.gains) } else { Err(findings.losses) }
    }

    /// The parameter that stands at the same place.
    fn namesake(&self, parameter: &Parameter) -> Option<&Parameter> {
        let same =
            |other: &&Parameter| other.is_repeated() == parameter.is_repeated() && other.name() == parameter.name();
        self.parameters.iter().find(same)
    }

    /// Whether parameter `number` depends in every copy on what its namesake in `newer` depends on.
    fn keeps_condition(&self, number: usize, newer: &Self) -> bool {
        self.slots.iter().filter(|slot| slot.parameter == number).all(|old| {
            // A copy that is not there any more is seen by what the copies are counted by.
            let Some(new) = newer.index.get(&old.name) else { return true };
            match (&old.condition, &newer.slots[*new].condition) {
                (None, None) => true,
                (Some(old), Some(new)) => self.named(old).is_alike(&newer.named(new)),
                _ => false,
            }
        })
    }

    /// `expression` by the names of what it refers to, which two spaces have in common.
    fn named(&self, expression: &Expression<Reference>) -> Expression<Named> {
        expression.refer(&mut |reference| match reference {
            Reference::Slot(slot) => Named::Slot(self.slots[*slot].name.clone()),
            Reference::Metric(metric) => Named::Metric(metric.clone()),
        })
    }

    fn compare_blocks(&self, newer: &Self, findings: &mut Findings) {
        for old in &self.blocks {
            // A block without a namesake takes its parameters with it.
            let Some(new) = newer.blocks.iter().find(|new| new.name == old.name) else { continue };
            let same = match (&old.count, &new.count) {
                (Count::Always, Count::Always) => old.copies == new.copies,
                (Count::Slot(one), Count::Slot(other)) => self.slots[*one].name == newer.slots[*other].name,
                (Count::Always, Count::Slot(_)) | (Count::Slot(_), Count::Always) => false,
            };
            if !same {
                findings.lose(format!("`{}` is repeated by another `repeat`", old.name));
            }
        }
    }

    fn compare_constraints(&self, newer: &Self, findings: &mut Findings) {
        let rules = |space: &Self| -> Vec<_> {
            space.constraints.iter().map(|constraint| (constraint.text.clone(), constraint.rule.named(space))).collect()
        };
        let (old, new) = (rules(self), rules(newer));
        for (text, rule) in &new {
            if !old.iter().any(|(_, other)| other.implies(rule)) {
                findings.lose(format!("`{text}` is new, or stricter than before"));
            }
        }
        for (text, rule) in &old {
            if new.iter().any(|(_, other)| rule.implies(other) && other.implies(rule)) {
                continue;
            }
            match new.iter().find(|(_, other)| rule.implies(other)) {
                Some((looser, _)) => findings.gain(format!("`{text}` has become `{looser}`")),
                None => findings.gain(format!("`{text}` is gone")),
            }
        }
    }
}

/// Compares two parameters apart from what they depend on; the findings lack their name.
fn compare(old: &Parameter, new: &Parameter) -> Findings {
    let mut findings = domain::compare(&old.domain, &new.domain);
    let was_choice = !matches!(old.domain, Domain::Fixed(_));
    if was_choice && old.confidence.total_cmp(&new.confidence).is_ne() {
        findings.lose("follows its prior or weights in another share of the draws");
    }
    if was_choice && old.compare != new.compare {
        findings.lose(if new.compare { "is compared now" } else { "is not compared any more" });
    }
    match (old.shared, new.shared) {
        (true, false) => findings.gain("has a value of its own in each copy"),
        (false, true) if was_choice => findings.lose("has one value for all copies now"),
        _ => {}
    }
    findings
}

#[cfg(test)]
mod tests;
