//! Draws of whole candidates.

use rand::{Rng, RngExt};

use super::{Space, Values};
use crate::candidate::{Candidate, Value};

/// So often a draw is repeated until all that is given is active.
const ATTEMPTS: u32 = 10_000;

/// A partial candidate that no draw completes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// A name that the space does not have.
    #[error("`{name}` is not a parameter of the space")]
    Unknown {
        /// The name.
        name: String,
    },
    /// A value that its parameter cannot take.
    #[error("`{name}` {reason}")]
    Misfit {
        /// The name of the parameter.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A value for a parameter that is never active together with the other values.
    #[error("`{name}` is never active in {ATTEMPTS} draws with these values")]
    Inactive {
        /// The name of the parameter.
        name: String,
    },
}

impl Space {
    /// One candidate; constraints are not looked at.
    ///
    /// Whether it follows the priors is decided once for all parameters: of two priors with a half of the draws each,
    /// half of the candidates follow both. Apart from that each value is drawn independently of the others.
    pub fn draw(&self, rng: &mut impl Rng) -> Candidate {
        self.candidate(self.fill(&vec![None; self.slots.len()], rng))
    }

    /// A candidate with the values of `partial`, the rest drawn; constraints are not looked at.
    ///
    /// What `partial` gives must be active, so the rest is drawn again until it is: with a value for `momentum`, whose
    /// `when` asks for sgd, the optimizer comes out as sgd.
    ///
    /// # Errors
    /// If `partial` has a name or a value that the space lacks, or a value that never becomes active.
    pub fn complete(&self, partial: &Candidate, rng: &mut impl Rng) -> Result<Candidate, Incomplete> {
        let mut given: Values = vec![None; self.slots.len()];
        for (name, value) in partial.iter() {
            let name = name.to_owned();
            let Some(slot) = self.index.get(&name) else { return Err(Incomplete::Unknown { name }) };
            match self.domain(*slot).admit(value) {
                Ok(value) => given[*slot] = Some(value),
                Err(misfit) => return Err(Incomplete::Misfit { name, reason: misfit.reason }),
            }
        }
        let mut missing = String::new();
        for _ in 0..ATTEMPTS {
            let values = self.fill(&given, rng);
            match given.iter().zip(&values).position(|(given, value)| given.is_some() && given != value) {
                None => return Ok(self.candidate(values)),
                Some(slot) => missing.clone_from(&self.slots[slot].name),
            }
        }
        Err(Incomplete::Inactive { name: missing })
    }

    /// A value for every active slot: the given one, or else a draw.
    pub(super) fn fill(&self, given: &[Option<Value>], rng: &mut impl Rng) -> Values {
        let whim = self.whim(rng);
        self.fill_by(given, |slot| Some(self.draw_value(slot, whim, rng)))
    }

    /// A value for every active slot: the given one, or else what `choose` gives.
    pub(super) fn fill_by(&self, given: &[Option<Value>], mut choose: impl FnMut(usize) -> Option<Value>) -> Values {
        let mut values: Values = vec![None; self.slots.len()];
        for slot in &self.order {
            if self.is_active(*slot, &values) {
                let known = given[*slot].as_ref().or_else(|| self.shared_value(*slot, &values));
                let known = known.or_else(|| self.shared_value(*slot, given));
                values[*slot] = known.cloned().or_else(|| choose(*slot));
            }
        }
        values
    }

    /// What decides for a whole candidate which priors it follows: those whose share of the draws is above this number
    /// from 0 to 1.
    pub(super) fn whim(&self, rng: &mut impl Rng) -> f64 {
        if self.has_priors() { rng.random() } else { 1.0 }
    }

    /// A value of `slot` in a candidate with this `whim`.
    pub(super) fn draw_value(&self, slot: usize, whim: f64, rng: &mut impl Rng) -> Value {
        self.domain(slot).draw(whim < self.share(slot), rng)
    }
}
