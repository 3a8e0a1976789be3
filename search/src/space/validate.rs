//! Whether a candidate is a point of the space.

use super::{Space, Values};
use crate::candidate::Candidate;

impl Space {
    /// Checks that `candidate` gives a value of its domain to every active parameter and to no other.
    ///
    /// # Errors
    /// The first thing that is wrong, with the name of the parameter.
    pub fn validate(&self, candidate: &Candidate) -> Result<(), String> {
        let mut values: Values = vec![None; self.slots.len()];
        for (name, value) in candidate.iter() {
            match self.index.get(name) {
                Some(slot) => values[*slot] = Some(value.clone()),
                None => return Err(format!("`{name}` is not a parameter of the space")),
            }
        }
        for slot in &self.order {
            let name = &self.slots[*slot].name;
            let active = self.is_active(*slot, &values);
            let Some(value) = &values[*slot] else {
                if active {
                    return Err(format!("`{name}` is active and has no value"));
                }
                continue;
            };
            if !active {
                return Err(format!("`{name}` has a value and is not active"));
            }
            match self.domain(*slot).admit(value) {
                Ok(admitted) if admitted == *value => {}
                Ok(admitted) => return Err(format!("`{name}` is {value} where {admitted} is meant")),
                Err(misfit) => return Err(format!("`{name}` {}: {}", misfit.reason, misfit.help)),
            }
            if self.shared_value(*slot, &values).is_some_and(|shared| shared != value) {
                return Err(format!("`{name}` is {value}, but holds for all copies of its block"));
            }
        }
        Ok(())
    }
}
