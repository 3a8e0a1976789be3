//! How much of the space its constraints leave.

use std::collections::BTreeMap;

use rand::Rng;

use super::Space;
use crate::candidate::Candidate;

/// So many draws estimate a share to about three hundredths.
const DRAWS: u32 = 1_000;

/// A space of which so many draws in a row are refused is hopeless.
pub(crate) const HOPELESS: u32 = 10_000;

/// What became of draws from a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// How many candidates were drawn.
    pub draws: u32,
    /// How many of them were refused.
    pub refused: u32,
    /// Each reason, by how often it was the first one met.
    pub reasons: BTreeMap<String, u32>,
}

impl Probe {
    /// The share of draws that were refused, from 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.refused) / f64::from(self.draws.max(1))
    }
}

impl Space {
    /// Draws candidates, and counts those that a constraint refuses or whose figures `statics` cannot give, the
    /// network being impossible. Stops after 1,000 draws, or with the first that is not refused, or after 10,000.
    pub fn probe(
        &self,
        rng: &mut impl Rng,
        statics: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    ) -> Probe {
        let mut probe = Probe { draws: 0, refused: 0, reasons: BTreeMap::new() };
        while probe.draws < DRAWS || (probe.refused == probe.draws && probe.draws < HOPELESS) {
            let candidate = self.draw(rng);
            probe.draws += 1;
            let verdict =
                statics(&candidate).and_then(|statics| self.admits(&candidate, |metric| statics.get(metric).copied()));
            if let Err(reason) = verdict {
                probe.refused += 1;
                *probe.reasons.entry(reason).or_default() += 1;
            }
        }
        probe
    }
}
