//! Draws from one domain, without regard to anything learnt.
//!
//! A draw that follows a `prior` is normal around it with a deviation of a tenth of the domain (of its logarithm under
//! `log`), drawn again until inside; one that follows `weights` has each value of the list in proportion. All others
//! are even over the domain, so that nothing is ever excluded: subsets among all that the sizes allow.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};

use super::{Choice, Domain, Subset};
use crate::candidate::Value;
use crate::normal::{draw_in_unit, mass_below};
use crate::unit::{float_at, float_unit, int_at, int_unit};

/// Deviation of draws near a prior, of the unit interval that the domain is mapped to.
const DEVIATION: f64 = 0.1;

impl Domain {
    /// One value, which follows the prior or the weights if it `follows`.
    pub fn draw(&self, follows: bool, rng: &mut impl Rng) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Float(range) => {
                let prior =
                    range.prior.filter(|_| follows).map(|prior| Peak { at: float_unit(range, prior), share: 1.0 });
                Value::Float(float_at(range, unit(prior, rng)))
            }
            Self::Int(range) => {
                let prior =
                    range.prior.filter(|_| follows).map(|prior| Peak { at: int_unit(range, prior), share: 1.0 });
                Value::Int(int_at(range, unit(prior, rng)))
            }
            Self::Choice(choice) => choice.draw(follows, rng),
            Self::Subset(subset) => subset.draw(rng),
        }
    }
}

/// A point of the unit interval: as many near `prior` as its share says.
pub(crate) fn unit(prior: Option<Peak>, rng: &mut impl Rng) -> f64 {
    match prior {
        Some(prior) if rng.random_bool(prior.share) => draw_in_unit(prior.at, DEVIATION, rng),
        _ => rng.random(),
    }
}

/// The distribution of draws of which some follow a prior, on the unit interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Peak {
    /// The prior.
    pub at: f64,
    /// How many of the draws follow it, from 0 to 1.
    pub share: f64,
}

impl Peak {
    /// The density at `place`.
    pub(crate) fn density(self, place: f64) -> f64 {
        let far = (place - self.at) / DEVIATION;
        let near = (-far * far / 2.0).exp() / (DEVIATION * TAU.sqrt() * (self.below(1.0) - self.below(0.0)));
        1.0 - self.share + self.share * near
    }

    /// The share of points below `place`.
    pub(crate) fn mass_below(self, place: f64) -> f64 {
        let near = (self.below(place) - self.below(0.0)) / (self.below(1.0) - self.below(0.0));
        (1.0 - self.share) * place + self.share * near
    }

    /// The mass below `place` of the whole normal distribution.
    fn below(self, place: f64) -> f64 {
        mass_below((place - self.at) / DEVIATION)
    }
}

impl Choice {
    fn draw(&self, follows: bool, rng: &mut impl Rng) -> Value {
        let index = match self.weights.as_ref().filter(|_| follows) {
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
