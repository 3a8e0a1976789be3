//! Draws from one domain, without regard to anything learnt.
//!
//! A number with a `prior` is drawn in halves: half of the draws are even over the domain, so that nothing is ever
//! excluded, and half are normal around the prior with a deviation of a tenth of the domain (of its logarithm under
//! `log`), drawn again until inside. Values of a list are drawn by their `weights`; subsets evenly among all that the
//! sizes allow.

use rand::{Rng, RngExt};

use super::{Choice, Domain, Subset};
use crate::candidate::Value;
use crate::normal::draw_in_unit;
use crate::unit::{float_at, float_unit, int_at, int_unit};

/// Deviation of draws near a prior, of the unit interval that the domain is mapped to.
pub(crate) const PRIOR_DEVIATION: f64 = 0.1;

impl Domain {
    /// One value.
    pub fn draw(&self, rng: &mut impl Rng) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Float(range) => {
                let prior = range.prior.map(|prior| float_unit(range, prior));
                Value::Float(float_at(range, unit(prior, rng)))
            }
            Self::Int(range) => {
                let prior = range.prior.map(|prior| int_unit(range, prior));
                Value::Int(int_at(range, unit(prior, rng)))
            }
            Self::Choice(choice) => choice.draw(rng),
            Self::Subset(subset) => subset.draw(rng),
        }
    }
}

/// A point of the unit interval, half of the time near `prior`.
pub(crate) fn unit(prior: Option<f64>, rng: &mut impl Rng) -> f64 {
    match prior {
        Some(prior) if rng.random_bool(0.5) => draw_in_unit(prior, PRIOR_DEVIATION, rng),
        _ => rng.random(),
    }
}

impl Choice {
    fn draw(&self, rng: &mut impl Rng) -> Value {
        let index = match &self.weights {
            None => rng.random_range(0..self.values.len()),
            Some(weights) => passed(weights, rng.random()),
        };
        self.values[index].clone()
    }
}

/// The first index at which the sum of `weights` is more than `share` of it all.
pub(crate) fn passed(weights: &[f64], share: f64) -> usize {
    let mut left = share * weights.iter().sum::<f64>();
    let passed = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    // Rounding may leave a crumb after the last weight.
    passed.unwrap_or(weights.len() - 1)
}

impl Subset {
    fn draw(&self, rng: &mut impl Rng) -> Value {
        let mut left = rng.random_range(0..self.count());
        let mut size = self.min;
        while left >= self.of_size(size) {
            left -= self.of_size(size);
            size += 1;
        }
        // Selection sampling: D. E. Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S.
        let mut wanted = size;
        let mut chosen = Vec::with_capacity(size);
        for (index, value) in self.values.iter().enumerate() {
            if rng.random_range(0..self.values.len() - index) < wanted {
                chosen.push(value.clone());
                wanted -= 1;
            }
        }
        Value::List(chosen)
    }
}
