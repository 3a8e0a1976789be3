//! Laws that hold for every method with a model, whatever the past.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::sampler::cma_es::CmaEs;
use crate::sampler::gp::Gp;
use crate::sampler::tpe::Tpe;

const SPACES: [&str; 5] = [
    // One point.
    "[space]\ndepth = 2\noptimizer = 'sgd'\n",
    "[space]\ndropout = { float = [0.0, 0.9] }\nlearning_rate = { float = [1e-4, 1.0], log = true, prior = 1e-2 }\n",
    "[space]\nbatch_size = { int = [1, 300], log = true }\nnesterov = { bool = true }\n\
     depth = { ordinal = [1, 2, 5], weights = [1, 2, 1] }\nmomentum = { float = [0.0, 0.9], step = 0.1 }\n",
    "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\ntags = { subset_of = ['flip', 'crop', 'rotate'], max = 2 }\n\
     momentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n\
     nesterov = { bool = true, when = \"optimizer == 'sgd'\" }\n",
    "[space]\ndepth = { int = [1, 3] }\n[space.stage]\nrepeat = 'depth'\nchannels = { ordinal = [8, 16, 32] }\n\
     kernel = { one_of = [1, 3, 5], each = false }\nskip = { bool = true, when = 'kernel > 1' }\n",
];

/// What becomes of a trial, some of it not to be expected of any trainer.
fn fate() -> impl Strategy<Value = Fate> {
    let value = prop_oneof![
        4 => -1.0..1.0,
        1 => select(vec![0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN]),
    ];
    prop_oneof![
        6 => prop::collection::vec(value, 1).prop_map(Fate::Complete),
        1 => prop::collection::vec(-1.0..1.0, 0..3).prop_map(Fate::Complete),
        1 => Just(Fate::Failed),
        1 => Just(Fate::Unfinished),
    ]
}

/// A past of up to 24 trials: all sorts of fates, or one and the same for all.
fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let alike = (fate(), 0_usize..24).prop_map(|(fate, count)| vec![fate; count]);
    prop_oneof![2 => prop::collection::vec(fate(), 0..24), 1 => alike]
}

/// Candidates of `space`, now and then repeated, foreign or half empty.
fn past(space: &Space, fates: Vec<Fate>, seed: u64) -> History {
    let pasts = fates.into_iter().enumerate().map(|(index, fate)| {
        let mut candidate = space.draw(&mut Stream::new(seed, index as u64 / 2, Purpose::Candidate).rng());
        match index % 7 {
            5 => candidate.insert("unheard_of", Value::Int(3)),
            6 => candidate = Candidate::from_iter([("depth".to_owned(), Value::Text("deep".to_owned()))]),
            _ => {}
        }
        Past { candidate, fate }
    });
    History::new(vec![Goal::Minimize], pasts.collect())
}

fn methods() -> [&'static dyn Sampler; 3] {
    [&Tpe, &const { CmaEs::new(5) }, &Gp]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_the_past_the_answer_is_a_point_and_always_the_same(
        text in select(SPACES.to_vec()), fates in fates(), seed: u64,
    ) {
        let space = space(text);
        let history = past(&space, fates, seed);
        for method in methods() {
            let ask = || method.ask(&space, &history, &mut stream(seed).rng());
            let candidate = ask();
            prop_assert_eq!(space.validate(&candidate), Ok(()), "{}: {}", method.name(), candidate.to_toml());
            prop_assert_eq!(candidate, ask(), "{}", method.name());
        }
    }
}

#[test]
fn several_objectives_are_served_whatever_they_are() {
    let space = space(SPACES[3]);
    for values in [vec![0.0, 1.0], vec![f64::MIN, f64::MAX], vec![1.0, f64::NAN], vec![1.0]] {
        let mut history = past(&space, vec![Fate::Complete(values); 12], 1);
        history = History::new(vec![Goal::Minimize, Goal::Maximize], history.pasts().to_vec());
        for method in methods().into_iter().filter(|method| method.capabilities().several_objectives) {
            let candidate = method.ask(&space, &history, &mut stream(1).rng());
            assert_eq!(space.validate(&candidate), Ok(()), "{}", method.name());
        }
    }
}

#[test]
fn a_small_space_is_used_up() {
    let space = space("[space]\nnesterov = { bool = true }\ndepth = { ordinal = [1, 2, 3] }\n");
    for method in methods() {
        let mut history = History::new(vec![Goal::Minimize], Vec::new());
        for trial in 0..6 {
            let proposal = propose(method, &space, &history, stream(trial), |_| Ok(BTreeMap::new()));
            let candidate =
                proposal.unwrap_or_else(|error| panic!("{}, trial {trial}: {error}", method.name())).candidate;
            history.push(Past { candidate, fate: Fate::Complete(vec![1.0]) });
        }
        assert_eq!(history.pasts().len(), 6);
    }
}

/// Better and better towards batches of 16, of which the constraint admits no more than 4: what a model likes best is
/// refused for ever, and what is left is proposed all the same.
#[test]
fn what_is_refused_for_ever_does_not_end_a_search() {
    let space = space("[space]\ndepth = { int = [1, 4] }\nbatch_size = { int = [1, 16] }\n");
    for method in [&Tpe as &dyn Sampler, &Gp] {
        let admitted =
            |candidate: &Candidate| candidate.get("batch_size").and_then(Value::as_f64).unwrap_or(99.0) <= 4.0;
        let mut history = History::new(vec![Goal::Maximize], Vec::new());
        for trial in 0..16 {
            let stream = Stream::new(3, trial, Purpose::Candidate);
            let proposal = propose(method, &space, &history, stream, |candidate| {
                if admitted(candidate) { Ok(BTreeMap::new()) } else { Err("too large".to_owned()) }
            });
            let candidate = proposal.unwrap_or_else(|error| panic!("{}: {error}", method.name())).candidate;
            let worth = candidate.get("batch_size").and_then(Value::as_f64).unwrap_or_default();
            history.push(Past { candidate, fate: Fate::Complete(vec![worth]) });
        }
    }
}
