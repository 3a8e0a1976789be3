//! Regularised evolution: mutate the best of some of the youngest trials, which leave the population by age and not by
//! worth.
//!
//! E. Real, A. Aggarwal, Y. Huang, Q. V. Le, "Regularized evolution for image classifier architecture search", AAAI
//! 2019, with its aging and its tournaments. Deviations, for budgets of a hundred trials instead of twenty thousand:
//!
//! - 10 random trials, a population of 40 and tournaments of 20, where the paper has 100, 100 and 25;
//! - half of the children have two parents, whose matching blocks are crossed before the mutation;
//! - mutation is typed: see `variation.rs`;
//! - several objectives are compared by front and crowding distance among the population.
//!
//! Failed trials count toward the first ten and are never parents; while there is no other trial, candidates are drawn
//! at random. Running trials are not parents yet, and as all trials they are not proposed again.

use rand::RngExt;
use rand_pcg::Pcg64;

use super::pool::Pool;
use super::{Capabilities, Sampler, variation};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// So many trials are drawn at random before the first child.
const FIRST: usize = 10;

/// How many of the youngest usable trials are the population.
const POPULATION: usize = 40;

/// The best of so many of them is a parent.
const TOURNAMENT: usize = 20;

/// How often a child has two parents.
const CROSSOVER: f64 = 0.5;

/// Regularised evolution.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evolution;

impl Sampler for Evolution {
    fn name(&self) -> &'static str {
        "evolution"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        if history.pasts().len() < FIRST {
            return space.draw(rng);
        }
        let population = Pool::youngest(history, POPULATION);
        let Some(parent) = population.tournament(TOURNAMENT, rng) else { return space.draw(rng) };
        let other = if rng.random_bool(CROSSOVER) { population.tournament(TOURNAMENT, rng) } else { None };
        variation::child(space, parent, other, rng)
    }
}
