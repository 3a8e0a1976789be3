//! Another value near a given one, by the kind of the domain.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use crate::candidate::Value;
use crate::space::domain::{Choice, Domain, FloatRange, IntRange, Subset};
use crate::unit::{float_at, float_unit, int_at, int_unit};

/// The median deviation of a step, of the unit interval.
const DEVIATION: f64 = 0.15;

/// The deviation of the logarithm of that deviation.
const SPREAD: f64 = 1.5;

/// A value of `domain` other than `value`, or `value` if there is no other.
pub(in crate::sampler) fn step(domain: &Domain, value: &Value, rng: &mut impl Rng) -> Value {
    match (domain, value) {
        (Domain::Float(range), Value::Float(float)) => Value::Float(float_step(range, *float, rng)),
        (Domain::Int(range), Value::Int(int)) => Value::Int(int_step(range, *int, rng)),
        (Domain::Choice(choice), _) => choice_step(choice, value, rng),
        (Domain::Subset(subset), Value::List(items)) => Value::List(subset_step(subset, items, rng)),
        _ => value.clone(),
    }
}

fn float_step(range: &FloatRange, value: f64, rng: &mut impl Rng) -> f64 {
    let unit = float_unit(range, value);
    let Some(count) = range.count() else { return float_at(range, moved(unit, rng)) };
    let there = float_at(range, moved(unit, rng));
    if (there - value).abs() > 0.0 {
        return there;
    }
    let index = (unit * count as f64) as u64;
    range.step_at(adjacent(index.min(count - 1), count, rng))
}

fn int_step(range: &IntRange, value: i64, rng: &mut impl Rng) -> i64 {
    let there = int_at(range, moved(int_unit(range, value), rng));
    if there != value {
        return there;
    }
    range.step_at(adjacent(range.index_of(value), range.count(), rng))
}

/// `unit` after a normal step, thrown back by the ends of the unit interval.
fn moved(unit: f64, rng: &mut impl Rng) -> f64 {
    let (scale, size): (f64, f64) = (StandardNormal.sample(rng), StandardNormal.sample(rng));
    let there = unit + DEVIATION * (SPREAD * scale).exp() * size;
    let folded = there.rem_euclid(2.0);
    if folded > 1.0 { 2.0 - folded } else { folded }
}

/// The index before or after `index` of `count`.
fn adjacent(index: u64, count: u64, rng: &mut impl Rng) -> u64 {
    match (index > 0, index + 1 < count) {
        (true, true) if rng.random_bool(0.5) => index - 1,
        (_, true) => index + 1,
        (true, false) => index - 1,
        (false, false) => index,
    }
}

fn choice_step(choice: &Choice, value: &Value, rng: &mut impl Rng) -> Value {
    let count = choice.values.len();
    let Some(index) = choice.values.iter().position(|known| known == value).filter(|_| count > 1) else {
        return value.clone();
    };
    let there = if choice.ordered {
        adjacent(index as u64, count as u64, rng) as usize
    } else {
        (index + rng.random_range(1..count)) % count
    };
    choice.values[there].clone()
}

fn subset_step(subset: &Subset, items: &[Value], rng: &mut impl Rng) -> Vec<Value> {
    let count = subset.values.len();
    let mut held: Vec<bool> = subset.values.iter().map(|value| items.contains(value)).collect();
    let flipped = rng.random_range(0..count);
    held[flipped] ^= true;
    let size = held.iter().filter(|held| **held).count();
    if !(subset.min..=subset.max).contains(&size) {
        // The size must stay: another value goes the other way.
        let swappable: Vec<usize> = (0..count).filter(|at| *at != flipped && held[*at] == held[flipped]).collect();
        match swappable.len() {
            0 => held[flipped] ^= true,
            many => held[swappable[rng.random_range(0..many)]] ^= true,
        }
    }
    let kept = subset.values.iter().zip(held).filter(|(_, held)| *held);
    kept.map(|(value, _)| value.clone()).collect()
}
