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

/// What is said of the change from `old` to `new`.
fn told(old: &str, new: &str) -> Result<Vec<String>, Vec<String>> {
    space(&format!("[space]\n{old}")).widening(&space(&format!("[space]\n{new}")))
}

#[test]
fn what_is_wider_is_told() {
    let block = "depth = 2\n[space.stage]\nrepeat = 'depth'\nkernel = ";
    for (old, new, gains) in [
        (
            "depth = { int = [1, 4] }",
            "depth = { int = [0, 6] }",
            "`depth` begins at 0 instead of 1 / `depth` ends at 6 instead of 4",
        ),
        (
            "learning_rate = { float = [1e-3, 1] }",
            "learning_rate = { float = [1e-5, 1.0] }",
            "`learning_rate` begins at 1e-5 instead of 0.001",
        ),
        (
            "dropout = { float = [0, 0.5], step = 0.1 }",
            "dropout = { float = [0, 0.5] }",
            "`dropout` has no steps any more",
        ),
        ("batch_size = 32", "batch_size = { int = [16, 64] }", "`batch_size` is chosen now; it was always 32"),
        (
            "batch_size = { ordinal = [8, 32] }",
            "batch_size = { ordinal = [4, 8, 16, 32] }",
            "`batch_size` can be 4, 16, too",
        ),
        (
            "tags = { subset_of = ['flip'] }",
            "tags = { subset_of = ['flip', 'crop'], max = 1 }",
            "`tags` can hold \"crop\", too",
        ),
        (
            &format!("{block}{{ one_of = [1, 3], each = false }}"),
            &format!("{block}{{ one_of = [1, 3] }}"),
            "`kernel` has a value of its own in each copy",
        ),
        ("depth = 2\ndropout = 0.1", "dropout = 0.1\ndepth = 2", ""),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth < 4 and parameters <= 100'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'parameters <= 200'",
            "`require \"depth < 4 and parameters <= 100\"` has become `require \"parameters <= 200\"`",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nforbid = { depth = 3 }",
            "depth = { int = [1, 4] }",
            "`forbid { depth = 3 }` is gone",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth not in [1, 3]'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = 'depth not in [3]'",
            "`require \"depth not in [1, 3]\"` has become `require \"depth not in [3]\"`",
        ),
        (
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = '1 < depth'",
            "depth = { int = [1, 4] }\n[[constraint]]\nrequire = '1 <= depth'",
            "`require \"1 < depth\"` has become `require \"1 <= depth\"`",
        ),
    ] {
        assert_eq!(told(old, new).map(|gains| gains.join(" / ")), Ok(gains.to_owned()), "{old} → {new}");
    }
}

/// That each second declaration is different from the first, and not wider, for these reasons.
fn assert_different(cases: &[(&str, &str, &str)]) {
    for (old, new, reasons) in cases {
        let told = told(old, new).map_err(|reasons| reasons.join(" / "));
        assert_eq!(told, Err((*reasons).to_owned()), "{old} → {new}");
    }
}

#[test]
fn a_range_that_is_otherwise_different() {
    let float = "dropout = { float = [0.0, 0.6] }";
    let steps = "dropout = { float = [0.0, 0.6], step = 0.1 }";
    let prior = "dropout = { float = [0.0, 0.6], prior = 0.1 }";
    let int = "batch_size = { int = [8, 64] }";
    let eights = "batch_size = { int = [8, 64], step = 8 }";
    assert_different(&[
        (float, steps, "`dropout` has steps of 0.1 now"),
        (
            steps,
            "dropout = { float = [0.0, 0.6], step = 0.2 }",
            "`dropout` cannot be 0.1 any more, which its steps leave out",
        ),
        (
            "dropout = { float = [0.0, 0.5], step = 5e-6 }",
            "dropout = { float = [0.0, 0.6], step = 5e-6 }",
            "`dropout` has more than 100000 steps, too many to see whether all former ones are there",
        ),
        (
            float,
            prior,
            "`dropout` has another `prior` / `dropout` follows its prior or weights in another share of the draws",
        ),
        (prior, "dropout = { float = [0.0, 0.6], prior = 0.2 }", "`dropout` has another `prior`"),
        (float, "dropout = { one_of = [0.0, 0.6] }", "`dropout` is drawn from another kind of values"),
        (float, "dropout = 0.5", "`dropout` is drawn from another kind of values"),
        (int, "batch_size = { int = [8, 128], log = true }", "`batch_size` is drawn on another scale (`log`)"),
        (int, "batch_size = { int = [16, 128] }", "`batch_size` begins at 16 instead of 8"),
        (
            eights,
            "batch_size = { int = [4, 64], step = 6 }",
            "`batch_size` cannot be 8 any more, which its steps leave out",
        ),
    ]);
}

#[test]
fn a_list_that_is_otherwise_different() {
    let two = "optimizer = { one_of = ['sgd', 'adam'] }";
    assert_different(&[
        (
            two,
            "optimizer = { one_of = ['adam', 'sgd', 'adamw'] }",
            "`optimizer` lists its former values in another order",
        ),
        (two, "optimizer = { one_of = ['sgd', 'adamw'] }", "`optimizer` cannot be \"adam\" any more"),
        (two, "optimizer = { ordinal = ['sgd', 'adam'] }", "`optimizer` has an order now"),
        (two, "optimizer = { one_of = ['sgd', 'adam'], compare = true }", "`optimizer` is compared now"),
        (
            "optimizer = { one_of = ['sgd', 'adam'], weights = [1, 2] }",
            "optimizer = { one_of = ['sgd', 'adamw', 'adam'], weights = [1, 2, 1] }",
            "`optimizer` has other `weights` for former values",
        ),
        ("optimizer = 'sgd'", "optimizer = 'adam'", "`optimizer` is \"adam\", and was \"sgd\""),
        (
            "optimizer = 'sgd'",
            "optimizer = { one_of = ['adam', 'adamw'] }",
            "`optimizer` was always \"sgd\", which it cannot be now",
        ),
        (
            "tags = { subset_of = ['flip', 'crop'] }",
            "tags = { subset_of = ['flip', 'crop', 'rotate'], max = 1 }",
            "`tags` holds from 0 to 1 values instead of from 0 to 2",
        ),
    ]);
}

#[test]
fn a_space_that_is_otherwise_different() {
    let stage = |stage: &str| format!("depth = 2\nbatch_size = 2\n[space.stage]\n{stage}");
    let rule = |rule: &str| format!("depth = {{ int = [1, 4] }}\n[[constraint]]\n{rule}");
    let inside_and_outside = "depth = 2\nbatch_size = 2\nkernel = 1\n[space.stage]\nrepeat = 2\nskip = true";
    assert_different(&[
        ("depth = 2", "depth = 2\ndropout = 0.1", "`dropout` is new: earlier trials have no value for it"),
        ("depth = 2\ndropout = 0.1", "depth = 2", "`dropout` is not in the space any more"),
        (
            "depth = { int = [1, 2] }\nnesterov = { bool = true, when = 'depth > 1' }",
            "depth = { int = [1, 3] }\nnesterov = { bool = true, when = 'depth > 0' }",
            "`nesterov` depends on another `when`",
        ),
        (
            &stage("repeat = 'depth'\nkernel = 1"),
            &stage("repeat = 'batch_size'\nkernel = 1"),
            "`stage` is repeated by another `repeat`",
        ),
        (&stage("repeat = 2\nkernel = 1"), &stage("repeat = 3\nkernel = 1"), "`stage` is repeated by another `repeat`"),
        (
            &stage("repeat = 2\nkernel = { int = [1, 3] }"),
            &stage("repeat = 2\nkernel = { int = [1, 3], each = false }"),
            "`kernel` has one value for all copies now",
        ),
        (
            &stage("repeat = 2\nskip = true\nkernel = 1"),
            inside_and_outside,
            "`kernel` is not in the space any more / `kernel` is new: earlier trials have no value for it",
        ),
        (
            &rule("require = 'depth < 4 or parameters < 9'"),
            &rule("require = 'depth < 4'"),
            "`require \"depth < 4\"` is new, or stricter than before",
        ),
        (
            &rule("forbid = { depth = 3 }"),
            &rule("require = 'depth != 3'"),
            "`require \"depth != 3\"` is new, or stricter than before",
        ),
    ]);
}
