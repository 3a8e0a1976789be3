//! Choosing a method for a study that names none.
//!
//! The rule looks at what is known before the first trial: the space, the number of objectives, and how many trials
//! there will be. In this order:
//!
//! 1. Where the trials suffice for all candidates, `grid`: there is nothing to search.
//! 2. Up to 500 trials, or where nobody knows how many there will be, `gp`, on whatever space: a model of the landscape
//!    with its uncertainty makes the most of each result, also where it has to leave some results out.
//! 3. Beyond, where nobody has measured it: `evolution` for several objectives and for spaces with conditions or
//!    repeated blocks, `cma-es` for nothing but real numbers, and `tpe` for the rest.
//!
//! The evidence is `cargo xtask quality`, whose method `auto` is this rule: see `docs/search-quality.md`.

use super::strategy::Strategy;
use crate::space::{Space, SpaceSize};
use crate::thousands::thousands;

/// So many trials are few: as many as the methods were compared with.
const FEW: u32 = 500;

/// A method of search, and why it is the one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The method; it can deal with the study.
    pub strategy: Strategy,
    /// What goes after "because", in words for people who have not read about the methods.
    pub reason: String,
}

impl Strategy {
    /// The method for a study with so many `objectives` that tries so many candidates of `space`, if that is known.
    pub fn choose(space: &Space, objectives: usize, trials: Option<u32>) -> Choice {
        let of = |strategy, reason: &str| Choice { strategy, reason: reason.to_owned() };
        let Some(trials) = trials else {
            return of(Self::Gp, "a model of all results makes the most of each, if there are not very many");
        };
        let few = thousands(trials);
        if matches!(space.size(), SpaceSize::Finite(candidates) if candidates <= u128::from(trials)) {
            of(Self::Grid, &format!("{few} trials are enough to try every candidate"))
        } else if trials <= FEW {
            of(Self::Gp, &format!("a model of all results makes the most of each, and {few} trials are few"))
        } else if objectives > 1 {
            of(Self::Evolution, &format!("it moves towards all objectives at once, and {few} trials give it time"))
        } else if space.is_conditional() {
            of(Self::Evolution, &format!("it changes good candidates part by part, and {few} trials give it time"))
        } else if space.is_real() {
            of(Self::CmaEs, &format!("it follows the slopes that real numbers have, and {few} trials give it time"))
        } else {
            of(Self::Tpe, &format!("it learns which values good candidates share, and {few} trials teach it that"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, ProptestConfig, Strategy as _, prop_assert, prop_assert_eq, prop_oneof, proptest};

    use super::*;
    use crate::space::fixture::{space, text};

    fn chosen(declarations: &str, objectives: usize, trials: Option<u32>) -> Strategy {
        Strategy::choose(&space(&format!("[space]\n{declarations}")), objectives, trials).strategy
    }

    #[test]
    fn what_can_be_tried_completely_is() {
        let twelve = "depth = { int = [1, 4] }\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }";
        assert_eq!(chosen(twelve, 1, Some(12)), Strategy::Grid);
        assert_eq!(chosen(twelve, 2, Some(5000)), Strategy::Grid);
        assert_eq!(chosen(twelve, 1, Some(11)), Strategy::Gp);
        assert_eq!(chosen(twelve, 1, None), Strategy::Gp, "the time may be short");
        assert_eq!(chosen("depth = 2", 1, Some(1)), Strategy::Grid);
        let choice = Strategy::choose(&space("[space]\ndepth = { int = [1, 4] }"), 1, Some(3000));
        assert_eq!(choice.reason, "3,000 trials are enough to try every candidate");
    }

    #[test]
    fn with_many_trials_the_space_and_the_objectives_decide() {
        let reals = "dropout = { float = [0, 0.9] }\ndepth = 2";
        let mixed = format!("{reals}\noptimizer = {{ one_of = ['sgd', 'adam', 'adamw'] }}");
        let conditions = format!("{mixed}\nmomentum = {{ float = [0, 0.9], when = \"optimizer == 'sgd'\" }}");
        for (declarations, many) in
            [(reals, Strategy::CmaEs), (&mixed, Strategy::Tpe), (&conditions, Strategy::Evolution)]
        {
            assert_eq!(chosen(declarations, 1, Some(FEW + 1)), many);
            assert_eq!(chosen(declarations, 2, Some(FEW + 1)), Strategy::Evolution);
            assert_eq!(chosen(declarations, 1, Some(FEW)), Strategy::Gp);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn the_choice_can_deal_with_the_study(
            text in prop_oneof![text(true), text(false)],
            objectives in 1_usize..4,
            trials in prop_oneof![Just(None), (1_u32..1_000).prop_map(Some)],
        ) {
            let space = space(&text);
            let Choice { strategy, reason } = Strategy::choose(&space, objectives, trials);
            prop_assert_eq!(strategy.check(&space, objectives), Ok(()));
            prop_assert!(!reason.is_empty() && !reason.ends_with('.'));
        }
    }
}
