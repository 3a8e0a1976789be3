//! Local search: try the neighbours of the best trial, then those of the next best.
//!
//! C. White, S. Nolen, Y. Savani, "Exploring the loss landscape in neural architecture search", UAI 2021. A neighbour
//! differs in one parameter: a choice takes any other value, an ordinal the value before or after, a number the next
//! step or one of a few fixed distances (0.2, 0.05 and 0.0125 of its unit scale), a block gains or loses a copy. As
//! soon as a trial is better than all before, its neighbours are next. Deviations:
//!
//! - where all neighbours of the best trial have been tried, those of the next best are, down to the eighth; then come
//!   the eight best of the youngest 100, then random draws, until one of these is young and good. The paper starts again
//!   from a random one at once. No answer costs more than a few neighbourhoods, however long the past;
//! - of trials with equal values the first alone is among the best of all;
//! - with several objectives, trials are ordered by front and crowding distance.
//!
//! It is for spaces of a few choices, where it is hard to beat. Where many neighbours are alike or there are two
//! objectives to trade it is worse than random search: on the pools of `LCBench` and on ZDT, for a hundred trials.
//!
//! The first 15 trials are random, and so is every one while no trial has been usable. Running and failed trials have
//! been tried, and are nobody's incumbent. Repeats come only when none of those trials has an untried neighbour any
//! more, and then at random.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::pool::Pool;
use super::{Capabilities, Refusals, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::space::Space;

/// So many trials are drawn at random before the first neighbour.
const FIRST: usize = 15;

/// So many of the best trials have their neighbours tried, of all and of the youngest.
const INCUMBENTS: usize = 8;

/// How many trials are young.
const YOUNG: usize = 100;

/// Local search, best first.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalSearch;

impl Sampler for LocalSearch {
    fn name(&self) -> &'static str {
        "local-search"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        self.ask_again(space, history, &Refusals::default(), rng).unwrap_or_else(|| space.draw(rng))
    }

    fn ask_again(&self, space: &Space, history: &History, refusals: &Refusals, rng: &mut Pcg64) -> Option<Candidate> {
        let untried = |candidate: &Candidate| history.tries(candidate) == 0 && !refusals.contains(candidate);
        if history.pasts().len() >= FIRST && refusals.count() < self.patience() {
            let mut next_to = |trial: usize| {
                let neighbours = space.neighbours(&history.pasts()[trial].candidate);
                let mut order: Vec<usize> = (0..neighbours.len()).collect();
                order.shuffle(rng);
                order.into_iter().map(|number| neighbours.get(number)).find(untried)
            };
            let best = Pool::leading(history, INCUMBENTS).into_ranked();
            let found = best.iter().copied().find_map(&mut next_to).or_else(|| {
                let mut young = Pool::youngest(history, YOUNG).into_ranked();
                young.truncate(INCUMBENTS);
                young.into_iter().filter(|trial| !best.contains(trial)).find_map(next_to)
            });
            if found.is_some() {
                return found;
            }
        }
        Some(space.draw(rng))
    }
}

#[cfg(test)]
mod tests;
