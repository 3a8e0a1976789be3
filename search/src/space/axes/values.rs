//! Values of a domain and their coordinates.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use crate::candidate::Value;
use crate::space::domain::{Domain, Subset};
use crate::unit::{float_at, float_unit, int_at, int_unit};

/// Writes the coordinates of `value` to `here`, and leaves them alone if it is no value of `domain`.
pub(super) fn place(domain: &Domain, value: &Value, here: &mut [f64]) {
    match (domain, here) {
        (Domain::Float(range), [here]) => {
            if let Some(number) = value.as_f64().filter(|number| (range.low..=range.high).contains(number)) {
                *here = float_unit(range, number);
            }
        }
        (Domain::Int(range), [here]) => {
            if let Value::Int(int) = value
                && (range.low..=range.high).contains(int)
            {
                *here = int_unit(range, *int);
            }
        }
        (Domain::Choice(choice), [here]) => {
            if let Some(index) = choice.values.iter().position(|known| known == value) {
                let ordered = (index as f64 + 0.5) / choice.values.len() as f64;
                *here = if choice.ordered { ordered } else { index as f64 };
            }
        }
        (Domain::Subset(subset), here) => {
            if let Value::List(items) = value {
                for (here, member) in here.iter_mut().zip(&subset.values) {
                    *here = f64::from(u8::from(items.contains(member)));
                }
            }
        }
        _ => {}
    }
}

/// The value of `domain` at the coordinates `here`.
pub(super) fn value_at(domain: &Domain, here: &[f64], rng: &mut Pcg64) -> Value {
    match domain {
        Domain::Fixed(value) => value.clone(),
        Domain::Float(range) => Value::Float(float_at(range, here[0])),
        Domain::Int(range) => Value::Int(int_at(range, here[0])),
        Domain::Choice(choice) => {
            let last = choice.values.len() - 1;
            let index = if choice.ordered { here[0] * choice.values.len() as f64 } else { here[0] };
            choice.values[(index as usize).min(last)].clone()
        }
        Domain::Subset(subset) => subset_at(subset, here, rng),
    }
}

/// The chosen members, with some more or fewer at random where there are too few or too many.
fn subset_at(subset: &Subset, here: &[f64], rng: &mut Pcg64) -> Value {
    let (mut chosen, mut others): (Vec<usize>, Vec<usize>) =
        (0..subset.values.len()).partition(|member| here[*member] >= 0.5);
    chosen.shuffle(rng);
    others.shuffle(rng);
    chosen.truncate(subset.max);
    let lacking = subset.min.saturating_sub(chosen.len());
    chosen.extend(others.into_iter().take(lacking));
    chosen.sort_unstable();
    Value::List(chosen.into_iter().map(|member| subset.values[member].clone()).collect())
}
