//! Regularised evolution: mutate the best of some of the youngest trials, which leave the population by age and not by
//! worth.
//!
//! E. Real, A. Aggarwal, Y. Huang, Q. V. Le, "Regularized evolution for image classifier architecture search", AAAI
//! 2019, with its aging and its tournaments. Deviations, for budgets of a hundred trials instead of twenty thousand:
//!
//! - 15 random trials, a population of 30 and tournaments of 30, where the paper has 100, 100 and 25;
//! - children have two parents, now and then the same twice, whose matching blocks are crossed before the mutation;
//! - mutation is typed: see `variation.rs`;
//! - several objectives are compared by front and crowding distance among the population.
//!
//! Failed trials count toward the first 15 and are never parents; while there is no other trial, candidates are drawn
//! at random. Running trials are not parents yet, and as all trials they are not proposed again.

use rand_pcg::Pcg64;

use super::pool::Pool;
use super::{Capabilities, Sampler, variation};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// So many trials are drawn at random before the first child.
const FIRST: usize = 15;

/// How many of the youngest usable trials are the population.
const POPULATION: usize = 30;

/// The best of so many of them is a parent.
const TOURNAMENT: usize = 30;

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
        match population.parents(TOURNAMENT, rng) {
            Some(parents) => variation::child(space, parents, rng),
            None => space.draw(rng),
        }
    }
}
