//! A Sobol sequence: points that fill the space evenly, however many there are, with random scrambling.
//!
//! I. M. Sobol', "On the distribution of points in a cube and the approximate evaluation of integrals", 1967; direction
//! numbers of S. Joe and F. Y. Kuo, SIAM Journal on Scientific Computing 30(5), 2008, in the order of Gray's code (I. A.
//! Antonov, V. M. Saleev, 1979); nested uniform scrambling of A. B. Owen, "Randomly permuted (t,m,s)-nets and
//! (t,s)-sequences", 1995, with a hash for his random permutations, keyed by the seed of the study.
//!
//! Trial number n takes point n. Every parameter, and every member of a subset, has a dimension of its own; what is
//! inactive leaves its dimension unused. The first 128 dimensions follow the sequence, any more are filled at random.
//! Weights and priors bend the scale: the points are even in the draws of the domain, not in its values; one more
//! dimension decides which of the priors a point follows. In place of
//! a refused point comes the one with the same number of another scrambling: no later trial is robbed of its point, and
//! wherever constraints leave little of the space, its trials are spread over that by as many sequences.
//!
//! The objectives are not looked at.

use rand::Rng;
use rand_pcg::Pcg64;

use super::{Capabilities, Refusals, Sampler};
use crate::candidate::Candidate;
use crate::history::History;
use crate::rng::{Purpose, Stream};
use crate::space::Space;
use crate::space::axes::Axes;

mod directions;

use directions::DIRECTIONS;

/// From here downwards, the parts of candidate streams key the scramblings; no trial draws from them.
const SCRAMBLING: u64 = u64::MAX;

/// Points of an Owen-scrambled Sobol sequence.
#[derive(Debug, Clone, Copy)]
pub struct Sobol {
    seed: u64,
}

impl Sobol {
    /// The sequence of a study with this seed: another seed, another scrambling.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The number in [0, 1) of point `index` in `dimension`, after so many refusals.
    fn coordinate(self, index: u32, dimension: usize, refusals: u32) -> f64 {
        let part = SCRAMBLING - u64::from(refusals);
        let key = Stream::new(self.seed, dimension as u64, Purpose::Candidate).at(part).next_u64();
        let bits = match integer(index, dimension) {
            Some(bits) => scrambled(bits, key),
            None => (mixed(key ^ u64::from(index)) >> 32) as u32,
        };
        (f64::from(bits) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Sampler for Sobol {
    fn name(&self) -> &'static str {
        "sobol"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::ALL
    }

    fn ask(&self, space: &Space, history: &History, rng: &mut Pcg64) -> Candidate {
        let again = self.ask_again(space, history, &Refusals::default(), rng);
        again.unwrap_or_else(|| space.draw(rng))
    }

    fn ask_again(&self, space: &Space, history: &History, refusals: &Refusals, rng: &mut Pcg64) -> Option<Candidate> {
        let index = history.pasts().len() as u32;
        let whim = self.coordinate(index, Axes::new(space).axes().len(), refusals.count());
        let axes = Axes::decided(space, whim);
        Some(axes.candidate(rng, |group, point, _| {
            for axis in &axes.groups()[group] {
                point[*axis] = axes.axes()[*axis].quantile(self.coordinate(index, *axis, refusals.count()));
            }
        }))
    }
}

/// The 32 bits of point `index` in `dimension`, not scrambled; `None` beyond the dimensions of the table.
fn integer(index: u32, dimension: usize) -> Option<u32> {
    let gray = index ^ (index >> 1);
    let directions = match dimension {
        0 => std::array::from_fn(|bit| 1 << (31 - bit)),
        _ => directions_of(DIRECTIONS.get(dimension - 1)?),
    };
    let chosen = directions.into_iter().enumerate().filter(|(bit, _)| gray >> bit & 1 == 1);
    Some(chosen.fold(0, |bits, (_, direction)| bits ^ direction))
}

/// The direction numbers that follow from the first ones by the recurrence of the polynomial.
fn directions_of((polynomial, first): &(u32, &[u32])) -> [u32; 32] {
    let degree = first.len();
    let mut numbers = [0; 32];
    for bit in 0..32 {
        numbers[bit] = if let Some(number) = first.get(bit) {
            number << (31 - bit)
        } else {
            let before = numbers[bit - degree];
            let taken = (1..degree).filter(|back| polynomial >> (degree - back) & 1 == 1);
            taken.fold(before ^ (before >> degree), |number, back| number ^ numbers[bit - back])
        };
    }
    numbers
}

/// `bits` with each flipped or not, at random for every string of bits before it.
fn scrambled(bits: u32, key: u64) -> u32 {
    let flips = (0..32).map(|place| {
        // The string before the bit, with a one ahead that marks its length.
        let before = (u64::from(bits) | 1 << 32) >> (32 - place);
        ((mixed(key ^ mixed(before)) >> 63) as u32) << (31 - place)
    });
    bits ^ flips.fold(0, |flips, flip| flips | flip)
}

/// The finaliser of splitmix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests;
