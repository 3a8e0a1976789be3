use std::collections::BTreeMap;

use super::*;
use crate::candidate::Value;
use crate::history::Past;
use crate::pareto::{Goal, hypervolume};
use crate::rng::{Purpose, Stream};
use crate::sampler::propose;
use crate::sampler::random::Random;
use crate::space::fixture::space;

fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).expect("active")
}

#[test]
fn a_bowl_is_descended_in_few_trials() {
    let space = space("[space]\nmomentum = { float = [0.0, 0.9] }\noptimizer = { one_of = ['sgd', 'adam'] }\n");
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let mut best = f64::INFINITY;
    for trial in 0..20 {
        let candidate = Gp.ask(&space, &history, &mut Stream::new(2, trial, Purpose::Candidate).rng());
        let slope = if candidate.get("optimizer") == Some(&Value::Text("adam".to_owned())) { 0.0 } else { 1.0 };
        let cost = slope + (number(&candidate, "momentum") - 0.63).powi(2);
        best = best.min(cost);
        history.push(Past { candidate, fate: Fate::Complete(vec![cost]) });
    }
    assert!(best < 1e-4, "{best}");
}

/// A network whose error falls with its size, the faster the better the rest is chosen; like the study file that ships.
fn network(candidate: &Candidate) -> Vec<f64> {
    let text = |name: &str| candidate.get(name).cloned();
    let stages = (0..number(candidate, "depth") as u32).map(|stage| {
        (number(candidate, &format!("stage[{stage}].kernel")), number(candidate, &format!("stage[{stage}].channels")))
    });
    let (mut parameters, mut before) = (10.0, 1.0);
    for (kernel, channels) in stages {
        parameters += kernel * kernel * before * channels;
        before = channels;
    }
    let adam = if text("optimizer") == Some(Value::Text("adam".to_owned())) { 0.1 } else { 0.0 };
    let slow = (number(candidate, "learning_rate").log10() + 2.0).abs();
    let normalised = if text("normalization") == Some(Value::Text("batch".to_owned())) { 0.0 } else { 0.1 };
    vec![1.0 - 0.5 / (1.0 + slow) - 0.1 * f64::log10(parameters) + adam + normalised, parameters]
}

/// How much of the space of objectives a search has dominated in the end, the sizes by their logarithm.
fn dominated(method: &dyn Sampler, objectives: usize, seed: u64) -> f64 {
    let space = space(
        "[space]\ndepth = { int = [1, 3] }\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\n\
         learning_rate = { ordinal = [1e-4, 1e-3, 1e-2, 1e-1] }\n\
         momentum = { float = [0.0, 0.9], step = 0.3, when = \"optimizer == 'sgd'\" }\n\
         [space.stage]\nrepeat = 'depth'\nkernel = { one_of = [1, 3, 5] }\nchannels = { ordinal = [4, 8, 16, 32] }\n\
         normalization = { one_of = ['none', 'batch'] }\n",
    );
    let mut history = History::new(vec![Goal::Minimize; objectives], Vec::new());
    for trial in 0..40 {
        let stream = Stream::new(seed, trial, Purpose::Candidate);
        let proposal = propose(method, &space, &history, stream, |_| Ok(BTreeMap::new())).expect("many are left");
        let mut values = network(&proposal.candidate);
        values.resize(objectives, number(&proposal.candidate, "depth"));
        // Some trials fail, and one does not end.
        let fate = match trial {
            13 => Fate::Unfinished,
            _ if trial % 10 == 7 => Fate::Failed,
            _ => Fate::Complete(values),
        };
        history.push(Past { candidate: proposal.candidate, fate });
    }
    let points: Vec<Vec<f64>> = history.scored().map(|(_, values)| vec![values[0], values[1].log10()]).collect();
    hypervolume(&points, &[Goal::Minimize; 2], &[1.2, 5.0])
}

#[test]
fn fronts_of_two_and_three_objectives_go_further_than_random_ones() {
    for objectives in 2..4 {
        let sum = |method: &dyn Sampler| (0..5).map(|seed| dominated(method, objectives, seed)).sum::<f64>();
        let (found, random) = (sum(&Gp), sum(&Random));
        assert!(found > 1.03 * random, "{objectives}: {found} {random}");
    }
}

#[test]
fn an_objective_that_is_always_the_same_changes_nothing() {
    let space = space("[space]\nmomentum = { float = [0.0, 0.9] }\ndropout = { float = [0.0, 0.9] }\n");
    let ask = |constants: &[f64]| {
        let mut history = History::new(vec![Goal::Minimize; 1 + constants.len()], Vec::new());
        for trial in 0..12 {
            let candidate = space.draw(&mut Stream::new(3, trial, Purpose::Candidate).rng());
            let cost = (number(&candidate, "momentum") - 0.63).powi(2);
            let fate = Fate::Complete([&[cost], constants].concat());
            history.push(Past { candidate, fate });
        }
        Gp.ask(&space, &history, &mut Stream::new(3, 12, Purpose::Candidate).rng())
    };
    assert_eq!(ask(&[]), ask(&[5.0]));
    assert_eq!(ask(&[]), ask(&[0.0, -1e300, 7.0]));
}
