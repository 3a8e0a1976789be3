//! What one domain has that another had not.

use std::cmp::Ordering;

use super::Findings;
use crate::candidate::Value;
use crate::space::domain::{Choice, Domain, Subset};

/// Of a range with more steps than this it is not seen whether finer ones meet them.
const MOST_STEPS: usize = 100_000;

/// Compares the domains of a parameter; the findings lack its name.
pub(super) fn compare(old: &Domain, new: &Domain) -> Findings {
    let mut findings = Findings::default();
    match (old, new) {
        _ if old == new => {}
        (Domain::Fixed(old), Domain::Fixed(new)) => findings.lose(format!("is {new}, and was {old}")),
        (Domain::Fixed(value), _) if new.admit(value).as_ref() == Ok(value) => {
            findings.gain(format!("is chosen now; it was always {value}"));
        }
        (Domain::Fixed(value), _) => findings.lose(format!("was always {value}, which it cannot be now")),
        (Domain::Choice(old), Domain::Choice(new)) => choices(old, new, &mut findings),
        (Domain::Subset(old), Domain::Subset(new)) => subsets(old, new, &mut findings),
        _ => match (Range::of(old), Range::of(new)) {
            (Some(one), Some(other)) if one.is_whole() == other.is_whole() => {
                one.compare(&other, &mut findings);
                if findings.losses.is_empty() {
                    findings.losses.extend(missing(old, new));
                }
            }
            _ => findings.lose("is drawn from another kind of values"),
        },
    }
    findings
}

/// Numbers, real or whole.
struct Range {
    low: Value,
    high: Value,
    log: bool,
    step: Option<Value>,
    prior: Option<Value>,
}

impl Range {
    fn of(domain: &Domain) -> Option<Self> {
        match domain {
            Domain::Float(range) => Some(Self {
                low: Value::Float(range.low),
                high: Value::Float(range.high),
                log: range.log,
                step: range.step.map(Value::Float),
                prior: range.prior.map(Value::Float),
            }),
            Domain::Int(range) => Some(Self {
                low: Value::Int(range.low),
                high: Value::Int(range.high),
                log: range.log,
                step: Some(Value::Int(range.step)),
                prior: range.prior.map(Value::Int),
            }),
            Domain::Fixed(_) | Domain::Choice(_) | Domain::Subset(_) => None,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.low, Value::Int(_))
    }

    fn compare(&self, new: &Self, findings: &mut Findings) {
        for (end, old, new, wider) in
            [("begins", &self.low, &new.low, Ordering::Less), ("ends", &self.high, &new.high, Ordering::Greater)]
        {
            let text = format!("{end} at {new} instead of {old}");
            match new.as_f64().partial_cmp(&old.as_f64()) {
                Some(Ordering::Equal) => {}
                Some(moved) if moved == wider => findings.gain(text),
                _ => findings.lose(text),
            }
        }
        match (&self.step, &new.step) {
            (Some(old), Some(new)) if old != new => findings.gain(format!("has steps of {new} instead of {old}")),
            (Some(_), None) => findings.gain("has no steps any more"),
            (None, Some(step)) => findings.lose(format!("has steps of {step} now")),
            _ => {}
        }
        if self.log != new.log {
            findings.lose("is drawn on another scale (`log`)");
        }
        if self.prior != new.prior {
            findings.lose("has another `prior`");
        }
    }
}

/// A former value that the new steps leave out.
fn missing(old: &Domain, new: &Domain) -> Option<String> {
    // Whole numbers differ by their steps exactly: two of them tell all.
    let most = if matches!(old, Domain::Int(_)) { 2 } else { MOST_STEPS };
    let mut values = old.values();
    let missing = values.by_ref().take(most).find(|value| new.admit(value).as_ref() != Ok(value));
    match missing {
        Some(value) => Some(format!("cannot be {value} any more, which its steps leave out")),
        None if matches!(old, Domain::Float(_)) && values.next().is_some() => {
            Some(format!("has more than {MOST_STEPS} steps, too many to see whether all former ones are there"))
        }
        None => None,
    }
}

fn choices(old: &Choice, new: &Choice, findings: &mut Findings) {
    if old.ordered != new.ordered {
        findings.lose(if new.ordered { "has an order now" } else { "has no order any more" });
    }
    lists(&old.values, &new.values, "be", findings);
    let kept = |weights: &Vec<f64>| -> Vec<f64> {
        let known = new.values.iter().zip(weights).filter(|(value, _)| old.values.contains(value));
        known.map(|(_, weight)| *weight).collect()
    };
    if findings.losses.is_empty() && old.weights != new.weights.as_ref().map(kept) {
        findings.lose("has other `weights` for former values");
    }
}

fn subsets(old: &Subset, new: &Subset, findings: &mut Findings) {
    lists(&old.values, &new.values, "hold", findings);
    let sizes = |subset: &Subset| format!("from {} to {}", subset.min, subset.max);
    if (old.min, old.max) != (new.min, new.max) {
        let text = format!("holds {} values instead of {}", sizes(new), sizes(old));
        if new.min <= old.min && new.max >= old.max { findings.gain(text) } else { findings.lose(text) }
    }
}

/// What a parameter can `be` or `hold`.
fn lists(old: &[Value], new: &[Value], verb: &str, findings: &mut Findings) {
    let without = |values: &[Value], others: &[Value]| -> Vec<Value> {
        values.iter().filter(|value| !others.contains(value)).cloned().collect()
    };
    let (lost, gained) = (without(old, new), without(new, old));
    let shown = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    if !lost.is_empty() {
        findings.lose(format!("cannot {verb} {} any more", shown(&lost)));
    } else if without(new, &gained) != old {
        findings.lose("lists its former values in another order");
    }
    if !gained.is_empty() {
        findings.gain(format!("can {verb} {}, too", shown(&gained)));
    }
}
