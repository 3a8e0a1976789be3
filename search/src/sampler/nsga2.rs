//! NSGA-II: parents are the best trials so far by front, and within a front by crowding distance.
//!
//! K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE
//! Transactions on Evolutionary Computation 6(2), 2002. Deviations:
//!
//! - every trial that is over counts at once, with no generations: A. J. Nebro, J. J. Durillo, "On the effect of the
//!   steady-state selection scheme in multi-objective genetic algorithms", EMO 2009;
//! - the population are the best 20 of the Pareto front of the whole history, of a long front of 40 trials evenly spaced
//!   along it, and if there are fewer, of the youngest 20 trials too: it is elitist, a function of the history, and cheap
//!   whatever the length of that;
//! - tournaments are of 20 trials and not two, for budgets of hundreds of trials and not of ten thousands;
//! - parameters have types and blocks: children have two parents, now and then the same twice, whose matching blocks
//!   are crossed, and are mutated as in `variation.rs`, in place of simulated binary crossover and polynomial mutation.
//!
//! Constraint domination needs no code of its own: what a constraint refuses is never trained, and a failed trial, as
//! one with a value that is not finite, is behind every other. The first 20 trials are random, and so is every one
//! while no trial has been usable.

use rand_pcg::Pcg64;

use super::pool::Pool;
use super::{Capabilities, Sampler, variation};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// So many trials are drawn at random before the first child.
const FIRST: usize = 20;

/// How many trials may be parents.
const POPULATION: usize = 20;

/// The best of so many of them is a parent.
const TOURNAMENT: usize = 20;

/// Steady-state NSGA-II.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nsga2;

impl Sampler for Nsga2 {
    fn name(&self) -> &'static str {
        "nsga2"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        if history.pasts().len() < FIRST {
            return space.draw(rng);
        }
        let population = Pool::elite(history, POPULATION);
        match population.parents(TOURNAMENT, rng) {
            Some(parents) => variation::child(space, parents, rng),
            None => space.draw(rng),
        }
    }
}
