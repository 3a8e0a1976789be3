//! The compared choices of a space, and candidates that differ in nothing else.

use rand::Rng;

use super::domain::Domain;
use super::{Parameter, Space, Values};
use crate::candidate::{Candidate, Value};

/// A choice whose values, its arms, are compared: `compare = true`.
#[derive(Debug, Clone, Copy)]
pub struct Question<'s> {
    space: &'s Space,
    parameter: usize,
    arms: &'s [Value],
}

impl Space {
    /// The choices that are compared, in the order of the file; those with a single value are no question.
    pub fn questions(&self) -> impl Iterator<Item = Question<'_>> {
        self.parameters.iter().enumerate().filter_map(|(parameter, described)| match &described.domain {
            Domain::Choice(choice) if described.compare && choice.values.len() > 1 => {
                Some(Question { space: self, parameter, arms: &choice.values })
            }
            _ => None,
        })
    }
}

impl<'s> Question<'s> {
    /// The parameter that is compared.
    pub fn parameter(&self) -> &'s Parameter {
        &self.space.parameters[self.parameter]
    }

    /// The values that are compared; at least two.
    pub fn arms(&self) -> &'s [Value] {
        self.arms
    }

    /// The arm of `candidate`: the place of its value among the [arms](Self::arms). A candidate in which the choice is not
    /// active has none. What is compared is the same in all copies of a block, or it would not have been read.
    pub fn arm(&self, candidate: &Candidate) -> Option<usize> {
        let first = &self.space.slots[self.slots().next()?];
        // Most are always active, and histories are long.
        let value = if first.copy.is_none() && first.condition.is_none() {
            candidate.get(&first.name)
        } else {
            let known = self.space.known(candidate);
            self.slots().find_map(|slot| known[slot])
        };
        value.and_then(|value| self.arms.iter().position(|arm| arm == value))
    }

    /// `candidate` with arm number `arm` in place of its own, and else as it is.
    ///
    /// What becomes active with the arm takes its value from the first of `donors` that has one, and is drawn where none
    /// has. Nothing if the choice is not active in the candidate. Constraints are not looked at.
    pub fn swapped(
        &self,
        candidate: &Candidate,
        arm: usize,
        donors: &[&Candidate],
        rng: &mut impl Rng,
    ) -> Option<Candidate> {
        let mut given: Values = self.space.known(candidate).into_iter().map(Option::<&Value>::cloned).collect();
        for donor in donors {
            for (own, theirs) in given.iter_mut().zip(self.space.known(donor)) {
                if own.is_none() {
                    *own = theirs.cloned();
                }
            }
        }
        for slot in self.slots() {
            given[slot] = Some(self.arms[arm].clone());
        }
        let swapped = self.space.candidate(self.space.fill(&given, rng));
        (self.arm(&swapped) == Some(arm)).then_some(swapped)
    }

    fn slots(&self) -> impl Iterator<Item = usize> + use<'s> {
        let (space, parameter) = (self.space, self.parameter);
        (0..space.slots.len()).filter(move |slot| space.slots[*slot].parameter == parameter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};
    use crate::space::fixture::space;

    fn candidate(space: &Space, values: &str) -> Candidate {
        let table: toml::Table = values.parse().expect("the values are TOML");
        let value = |value: &toml::Value| match value {
            toml::Value::Integer(int) => Value::Int(*int),
            toml::Value::Float(float) => Value::Float(*float),
            toml::Value::Boolean(flag) => Value::Bool(*flag),
            other => Value::Text(other.as_str().expect("a text").to_owned()),
        };
        let partial = table.iter().map(|(name, of)| (name.clone(), value(of))).collect();
        space.complete(&partial, &mut Stream::new(1, 0, Purpose::Candidate).rng()).expect("it fits")
    }

    fn swapped(question: &Question<'_>, own: &Candidate, arm: usize, donors: &[&Candidate]) -> Option<Candidate> {
        question.swapped(own, arm, donors, &mut Stream::new(2, 0, Purpose::Candidate).rng())
    }

    #[test]
    fn a_swap_changes_the_arm_and_what_depends_on_it() {
        let space = space(
            "[space]\noptimizer = { one_of = ['adam', 'sgd'], compare = true }\nlearning_rate = { float = [1e-4, 1.0] }\n\
             momentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n",
        );
        let question = space.questions().next().expect("one is compared");
        let adam = candidate(&space, "optimizer = 'adam'\nlearning_rate = 0.25");
        let sgd = candidate(&space, "optimizer = 'sgd'\nlearning_rate = 0.5\nmomentum = 0.75");
        assert_eq!([&adam, &sgd].map(|candidate| question.arm(candidate)), [Some(0), Some(1)]);
        let to_sgd = swapped(&question, &adam, 1, &[&adam, &sgd]).expect("it is active");
        assert_eq!(to_sgd.to_toml(), "optimizer = \"sgd\"\nlearning_rate = 0.25\nmomentum = 0.75\n");
        assert_eq!(swapped(&question, &to_sgd, 0, &[]), Some(adam.clone()), "back again");
        let drawn = swapped(&question, &adam, 1, &[]).expect("it is active");
        assert_eq!(space.validate(&drawn), Ok(()));
    }

    #[test]
    fn all_copies_of_a_block_have_the_arm() {
        let space = space(
            "[space]\ndepth = { int = [1, 2] }\nnesterov = { bool = true }\n[space.stage]\nrepeat = 'depth'\nnormalization = \
             { one_of = ['none', 'batch', 'min-max'], compare = true, each = false, when = 'nesterov' }\n",
        );
        let question = space.questions().next().expect("one is compared");
        let own = candidate(&space, "depth = 2\nnesterov = true\n'stage[1].normalization' = 'batch'");
        let swapped_to = swapped(&question, &own, 2, &[]).expect("it is active");
        assert_eq!((question.arm(&own), question.arm(&swapped_to)), (Some(1), Some(2)));
        assert_eq!(space.validate(&swapped_to), Ok(()));
        let without = candidate(&space, "nesterov = false");
        assert_eq!((question.arm(&without), swapped(&question, &without, 0, &[&own])), (None, None));
    }
}
