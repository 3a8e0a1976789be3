//! A candidate without what does not belong there.

use super::{Space, Values};
use crate::candidate::Candidate;

impl Space {
    /// `candidate` without the values of parameters that are not active in it, and without names and values that the
    /// space does not know.
    pub(crate) fn active(&self, candidate: &Candidate) -> Candidate {
        let mut given: Values = vec![None; self.slots.len()];
        for (name, value) in candidate.iter() {
            if let Some(slot) = self.index.get(name) {
                given[*slot] = self.domain(*slot).admit(value).ok();
            }
        }
        let mut values: Values = vec![None; self.slots.len()];
        for slot in &self.order {
            if self.is_active(*slot, &values) {
                values[*slot] = given[*slot].take();
            }
        }
        self.candidate(values)
    }
}
