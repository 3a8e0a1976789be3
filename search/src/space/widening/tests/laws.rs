//! What holds of spaces put together at random, each wider than another or not.

use proptest::prelude::*;
use proptest::sample::select;
use rand::RngExt;

use crate::candidate::Candidate;
use crate::history::{Fate, History, Past};
use crate::pareto::Goal;
use crate::rng::{Purpose, Stream};
use crate::sampler::strategy::Strategy as Method;
use crate::sampler::{NoProposal, propose};
use crate::space::fixture::space;
use crate::space::{Space, SpaceSize};

/// What each parameter can be declared as: each declaration is wider than the one before.
const LEVELS: [(&str, &[&str]); 8] = [
    ("depth", &["2", "{ int = [2, 3], prior = 2 }", "{ int = [1, 3], prior = 2 }", "{ int = [0, 4], prior = 2 }"]),
    ("nesterov", &["true", "{ bool = true, weights = [1, 3] }"]),
    (
        "optimizer",
        &["'sgd'", "{ one_of = ['sgd'], weights = [2] }", "{ one_of = ['adam', 'sgd', 'adamw'], weights = [1, 2, 3] }"],
    ),
    (
        "momentum",
        &[
            "{ float = [0.2, 0.8], step = 0.3, when = 'nesterov' }",
            "{ float = [0.1, 0.8], step = 0.1, when = 'nesterov' }",
            "{ float = [0.0, 0.8], step = 0.05, when = 'nesterov' }",
            "{ float = [0.0, 0.9], when = 'nesterov' }",
        ],
    ),
    ("batch_size", &["{ int = [32, 96], step = 32 }", "{ int = [16, 96], step = 16 }", "{ int = [1, 128] }"]),
    (
        "tags",
        &["{ subset_of = ['flip', 'crop'], min = 1, max = 1 }", "{ subset_of = ['flip', 'rotate', 'crop'], max = 2 }"],
    ),
    (
        "stage.kernel",
        &[
            "3",
            "{ ordinal = [3, 7], each = false }",
            "{ ordinal = [3, 5, 7], each = false }",
            "{ ordinal = [1, 3, 5, 7, 9] }",
        ],
    ),
    ("stage.skip", &["{ bool = true, when = 'kernel > 1 and depth > 1' }"]),
];

/// The same of the constraints.
const CONSTRAINTS: [&[&str]; 3] = [
    &[
        "require = 'batch_size < 96 and depth + 1 <= 4'",
        "require = 'batch_size <= 96'",
        "require = 'batch_size <= 100'",
    ],
    &["forbid = { optimizer = 'sgd' }", "forbid = { optimizer = 'sgd', nesterov = true }"],
    &["require = \"depth in [2] or not nesterov\"", "require = \"depth in [2] or optimizer == 'sgd' or not nesterov\""],
];

/// Which declaration there is of each parameter, and how many constraints are left out of each row, one of which is none.
type Levels = (Vec<usize>, Vec<usize>);

fn levels() -> impl Strategy<Value = Levels> {
    let parameters: Vec<_> = LEVELS.iter().map(|(_, declarations)| 0..declarations.len()).collect();
    let constraints: Vec<_> = CONSTRAINTS.iter().map(|rules| 0..=rules.len()).collect();
    (parameters, constraints)
}

/// Two lists of levels of which the second is nowhere below the first.
fn rising() -> impl Strategy<Value = (Levels, Levels)> {
    let highest = |one: &[usize], other: &[usize]| one.iter().zip(other).map(|(a, b)| *a.max(b)).collect::<Vec<_>>();
    (levels(), levels()).prop_map(move |(one, other)| {
        let higher = (highest(&one.0, &other.0), highest(&one.1, &other.1));
        (one, higher)
    })
}

fn at((parameters, constraints): &Levels) -> Space {
    let lines = |of_block: bool| {
        let chosen = LEVELS.iter().zip(parameters).map(|((name, declarations), level)| (*name, declarations[*level]));
        let own = chosen.filter(move |(name, _)| name.starts_with("stage.") == of_block);
        let line = |(name, declaration): (&str, _)| format!("{} = {declaration}", name.trim_start_matches("stage."));
        own.map(line).collect::<Vec<_>>().join("\n")
    };
    let rules = CONSTRAINTS.iter().zip(constraints).filter_map(|(rules, level)| rules.get(*level));
    let rules: Vec<_> = rules.map(|rule| format!("\n[[constraint]]\n{rule}")).collect();
    let (own, stage, rules) = (lines(false), lines(true), rules.concat());
    space(&format!("[space]\n{own}\n[space.stage]\nrepeat = 'depth'\n{stage}{rules}"))
}

/// Candidates of `space` that its constraints admit.
fn draws(space: &Space, count: u64) -> Vec<Candidate> {
    let draw = |trial| space.draw(&mut Stream::new(3, trial, Purpose::Candidate).rng());
    (0..count).map(draw).filter(|candidate| space.admits(candidate, |_| None).is_ok()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_is_wider_holds_all_and_says_what_is_new((old, new) in rising()) {
        let gains = at(&old).widening(&at(&new));
        let changed = old.0.iter().zip(&new.0).chain(old.1.iter().zip(&new.1)).filter(|(old, new)| old != new).count();
        prop_assert!(gains.as_ref().is_ok_and(|gains| gains.len() >= changed && gains.is_empty() == (changed == 0)),
            "{gains:?}");
        for ((name, _), (old, new)) in LEVELS.iter().zip(old.0.iter().zip(&new.0)) {
            let name = format!("`{}` ", name.trim_start_matches("stage."));
            let told = gains.iter().flatten().any(|gain| gain.starts_with(&name));
            prop_assert_eq!(told, old != new, "{}", name);
        }
        let (old, new) = (at(&old), at(&new));
        for candidate in draws(&old, 64) {
            prop_assert_eq!(new.validate(&candidate), Ok(()));
            prop_assert_eq!(new.admits(&candidate, |_| None), Ok(()));
        }
    }

    #[test]
    fn what_is_narrower_anywhere_is_refused_by_its_name((old, new) in (levels(), levels())) {
        let narrower = |old: &[usize], new: &[usize]| -> Vec<bool> { old.iter().zip(new).map(|(a, b)| b < a).collect() };
        let (parameters, constraints) = (narrower(&old.0, &new.0), narrower(&old.1, &new.1));
        let answer = at(&old).widening(&at(&new));
        prop_assert_eq!(answer.is_err(), parameters.contains(&true) || constraints.contains(&true), "{:?}", answer);
        let reasons = answer.err().unwrap_or_default();
        for ((name, _), narrower) in LEVELS.iter().zip(&parameters) {
            let name = format!("`{}` ", name.trim_start_matches("stage."));
            prop_assert_eq!(reasons.iter().any(|reason| reason.starts_with(&name)), *narrower, "{:?}", reasons);
        }
        let new_rules = reasons.iter().filter(|reason| reason.ends_with("stricter than before")).count();
        prop_assert_eq!(new_rules, constraints.iter().filter(|narrower| **narrower).count());
    }

    #[test]
    fn every_method_goes_on_from_a_narrower_past((old, new) in rising(), method in select(Method::ALL.to_vec())) {
        let (old, new) = (at(&old), at(&new));
        prop_assume!(method.check(&new, 1).is_ok());
        let mut worth = Stream::new(5, 0, Purpose::Candidate).rng();
        let past = |candidate| Past { candidate, fate: Fate::Complete(vec![worth.random()]) };
        let mut history = History::new(vec![Goal::Maximize], draws(&old, 24).into_iter().map(past).collect());
        for trial in 100..103 {
            let stream = Stream::new(1, trial, Purpose::Candidate);
            match propose(method.sampler(1).as_ref(), &new, &history, stream, |_| Ok([].into())) {
                Ok(proposal) => {
                    prop_assert_eq!(new.validate(&proposal.candidate), Ok(()));
                    prop_assert!(!history.contains(&proposal.candidate), "{} repeats itself", method.name());
                    history.push(Past { candidate: proposal.candidate, fate: Fate::Failed });
                }
                Err(NoProposal::Exhausted(_)) => {}
                Err(refusal) => panic!("{refusal}"),
            }
        }
    }
}

#[test]
fn a_grid_that_has_grown_is_tried_to_its_end_and_nothing_twice() {
    let narrow = space("[space]\ndepth = { int = [1, 3] }\noptimizer = { one_of = ['sgd', 'adam'] }");
    let wide = space("[space]\ndepth = { int = [1, 5] }\noptimizer = { one_of = ['adamw', 'sgd', 'adam'] }");
    assert!(narrow.widening(&wide).is_ok());
    let mut history = History::new(vec![Goal::Maximize], Vec::new());
    for space in [&narrow, &wide] {
        let grid = Method::Grid.sampler(1);
        let stream = |history: &History| Stream::new(1, history.pasts().len() as u64, Purpose::Candidate);
        while let Ok(proposal) = propose(grid.as_ref(), space, &history, stream(&history), |_| Ok([].into())) {
            assert!(!history.contains(&proposal.candidate));
            history.push(Past { candidate: proposal.candidate, fate: Fate::Failed });
        }
        assert_eq!(space.size(), SpaceSize::Finite(history.pasts().len() as u128));
    }
}
