//! From one candidate to the next, through all of a space without a continuum.

use rand::SeedableRng;
use rand_pcg::Pcg64;
use sha2::{Digest, Sha256};

use super::{Genome, Space, Values};
use crate::candidate::{Candidate, Value};

impl Space {
    /// The candidate after `candidate`; after the last comes the first. What is drawn last changes fastest.
    ///
    /// From wherever one starts, this leads through every candidate of a space without a continuum; a continuum stays
    /// at its lowest value. Constraints are not looked at.
    pub(crate) fn after(&self, candidate: &Candidate) -> Candidate {
        let mut values: Values = vec![None; self.slots.len()];
        for (name, value) in candidate.iter() {
            if let Some(slot) = self.index.get(name) {
                values[*slot] = Some(value.clone());
            }
        }
        for slot in self.order.iter().rev() {
            let following = values[*slot].take().and_then(|value| self.domain(*slot).following(&value));
            // Of what all copies share, the first copy alone decides: what comes later is gone by now.
            if let Some(following) = following.filter(|_| self.shared_value(*slot, &values).is_none()) {
                values[*slot] = Some(following);
                break;
            }
        }
        self.candidate(self.fill_by(&values, |slot| self.domain(slot).first()))
    }

    /// The candidates that differ from `candidate` in one parameter, which takes a neighbouring value, and in what
    /// follows from that: what becomes active is drawn, always alike for the same neighbour.
    pub(crate) fn neighbours(&self, candidate: &Candidate) -> Neighbours<'_> {
        let genome = Genome::new(self, candidate);
        let mut moves = Vec::new();
        for slot in genome.variable() {
            let here = genome.get(slot);
            moves.extend(
                here.map(|value| genome.domain(slot).neighbours(value)).into_iter().flatten().map(|to| (slot, to)),
            );
        }
        Neighbours { key: Sha256::digest(genome.canonical()).into(), genome, moves }
    }
}

/// The neighbours of a candidate, each made when it is asked for.
pub(crate) struct Neighbours<'a> {
    genome: Genome<'a>,
    key: [u8; 32],
    /// The slot that differs, and its value.
    moves: Vec<(usize, Value)>,
}

impl Neighbours<'_> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.moves.len()
    }

    /// One of them.
    pub(crate) fn get(&self, number: usize) -> Candidate {
        let (slot, value) = &self.moves[number];
        let mut seed = self.key;
        for (byte, number) in seed.iter_mut().zip(number.to_le_bytes()) {
            *byte ^= number;
        }
        let mut rng = Pcg64::from_seed(seed);
        let mut neighbour = self.genome.clone();
        neighbour.set(*slot, value.clone(), &mut rng);
        neighbour.express(&mut rng)
    }
}
