use super::Method::{Fanova, PedAnova};
use super::*;
use crate::candidate::Value;
use crate::pareto::Goal::{Maximize, Minimize};
use crate::space::fixture::space;

mod analytic;
mod laws;
mod oracle;

const PLAIN: &str = "[space]\nlearning_rate = { float = [0.1, 1.1] }\nmomentum = { float = [0.0, 0.9] }\n\
                     dropout = { float = [0.0, 0.9] }\n";

/// Candidates with values.
type Measured = Vec<(Candidate, f64)>;

/// `count` draws of `space` with what `function` says of them.
fn draws(space: &Space, seed: u64, count: usize, function: impl Fn(&Candidate) -> f64) -> Measured {
    let mut rng = Stream::new(seed, 0, Purpose::Candidate).rng();
    let draw = |_| {
        let candidate = space.draw(&mut rng);
        let value = function(&candidate);
        (candidate, value)
    };
    (0..count).map(draw).collect()
}

/// The number that `candidate` gives to `name`; 0 if it is not active.
fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

fn judge(space: &Space, measured: &Measured, goal: Goal, method: Method) -> Result<Importance, Unknown> {
    let borrowed: Vec<(&Candidate, f64)> = measured.iter().map(|(candidate, value)| (candidate, *value)).collect();
    importance(space, &borrowed, goal, method, 1)
}

fn share(found: &Importance, name: &str) -> Share {
    found.parameters.iter().find(|parameter| parameter.name == name).expect("the space has it").share
}

#[test]
fn what_says_nothing_is_refused_with_the_reason() {
    let (plain, point) = (space(PLAIN), space("[space]\ndepth = 2\n"));
    let first = |candidate: &Candidate| number(candidate, "learning_rate");
    for method in [Fanova, PedAnova] {
        let of = |measured: &Measured| judge(&plain, measured, Minimize, method);
        assert_eq!(of(&Vec::new()), Err(Unknown::TooFew { trials: 0 }));
        assert_eq!(of(&draws(&plain, 1, LEAST - 1, first)), Err(Unknown::TooFew { trials: LEAST - 1 }));
        assert!(of(&draws(&plain, 1, LEAST, first)).is_ok());
        assert_eq!(of(&draws(&plain, 1, 50, |_| f64::NAN)), Err(Unknown::TooFew { trials: 0 }));
        assert_eq!(of(&draws(&plain, 1, 50, |_| 0.3)), Err(Unknown::Alike));
        assert_eq!(of(&draws(&plain, 1, 50, |trial| f64::copysign(0.0, first(trial) - 0.5))), Err(Unknown::Alike));
        let measured = draws(&point, 1, 50, |trial| number(trial, "depth"));
        assert_eq!(judge(&point, &measured, Minimize, method), Err(Unknown::NoChoice));
    }
}

#[test]
fn values_at_the_ends_of_all_numbers_have_shares() {
    let space = space(PLAIN);
    let tiny = f64::MIN_POSITIVE;
    for scale in [f64::MAX, 4.0 * tiny] {
        let measured = draws(&space, 2, 60, |trial| (number(trial, "learning_rate") - 0.6) * 2.0 * scale);
        for method in [Fanova, PedAnova] {
            let found = judge(&space, &measured, Maximize, method).expect("they differ");
            assert!(share(&found, "learning_rate").value > 0.6, "{scale:e}: {found:?}");
        }
    }
}

#[test]
fn the_same_candidate_again_and_again_has_no_effect() {
    let space = space(PLAIN);
    let one = space.draw(&mut Stream::new(1, 0, Purpose::Candidate).rng());
    let measured: Measured = (0..30).map(|trial| (one.clone(), f64::from(trial))).collect();
    let found = judge(&space, &measured, Minimize, Fanova).expect("values differ");
    assert!(found.parameters.iter().all(|parameter| parameter.share.high == 0.0), "{found:?}");
    assert!(found.explained.is_some_and(|explained| explained <= 0.0));
}

#[test]
fn of_too_many_trials_some_are_drawn() {
    let space = space(PLAIN);
    let measured = draws(&space, 3, forest::MOST_TRIALS + 1, |trial| number(trial, "momentum"));
    let found = judge(&space, &measured, Minimize, Fanova).expect("values differ");
    assert_eq!((found.trials, found.compared), (forest::MOST_TRIALS + 1, forest::MOST_TRIALS));
    assert_eq!(found.parameters[0].name, "momentum");
    assert_eq!(judge(&space, &measured, Minimize, PedAnova).expect("values differ").compared, measured.len());
}

#[test]
fn a_block_is_there_copy_by_copy_and_as_a_whole() {
    let space = space(
        "[space]\ndepth = { int = [1, 2] }\n[space.stage]\nrepeat = 'depth'\nchannels = { int = [1, 9] }\n\
         kernel = { one_of = [1, 3], each = false }\n",
    );
    let measured = draws(&space, 4, 200, |trial| {
        number(trial, "stage[0].channels") + number(trial, "stage[1].channels") + number(trial, "stage[0].kernel")
    });
    let found = judge(&space, &measured, Minimize, Fanova).expect("values differ");
    let mut names: Vec<&str> = found.parameters.iter().map(|parameter| &*parameter.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["depth", "stage.channels", "stage.kernel", "stage[0].channels", "stage[1].channels"]);
    let of = |name| share(&found, name).value;
    assert!((of("stage.channels") - of("stage[0].channels") - of("stage[1].channels")).abs() < 1e-12);
    assert!(of("stage[1].channels") > 0.05 && of("stage.kernel") > 0.01, "{found:?}");
}
