//! Children of earlier candidates: mutation by the type of each parameter, and crossover of matching blocks.
//!
//! What evolution and NSGA-II share. A mutated number takes a normal step on the [unit](crate::unit) scale of its
//! domain, where logarithmic domains make it a log-normal one; its deviation is itself log-normal, so that most steps
//! are fine and some are wide. An ordinal moves to a neighbour, a choice to any other value, a subset gains, loses or
//! swaps a value. A changed number of copies removes copies at random, or inserts copies that are half duplicates and
//! half new. A crossover takes each parameter, and each copy of a block as a whole, from either parent.

use rand::{Rng, RngExt};

use crate::candidate::Candidate;
use crate::space::{Genome, Space};

pub(super) mod step;

/// How many parameters a mutation changes on average.
const CHANGES: f64 = 1.5;

/// A mutated child of two parents, who may be the same: at least one parameter is changed, if any can be.
pub(super) fn child(space: &Space, parents: [&Candidate; 2], rng: &mut impl Rng) -> Candidate {
    let [mut genome, other] = parents.map(|parent| Genome::new(space, parent));
    genome.inherit(&other, rng);
    mutate(&mut genome, rng);
    genome.express(rng)
}

fn mutate(genome: &mut Genome<'_>, rng: &mut impl Rng) {
    let variable = genome.variable();
    if variable.is_empty() {
        return;
    }
    let always = variable[rng.random_range(0..variable.len())];
    let rate = ((CHANGES - 1.0) / variable.len() as f64).min(1.0);
    for slot in variable {
        if slot == always || rng.random_bool(rate) {
            // A change before may have removed the copy that the slot belonged to.
            if let Some(value) = genome.get(slot) {
                let value = step::step(genome.domain(slot), value, rng);
                genome.set(slot, value, rng);
            }
        }
    }
}

#[cfg(test)]
mod tests;
