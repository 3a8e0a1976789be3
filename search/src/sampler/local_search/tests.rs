use std::collections::BTreeMap;

use super::*;
use crate::candidate::Value;
use crate::history::{Fate, Past};
use crate::pareto::Goal;
use crate::rng::{Purpose, Stream};
use crate::sampler::propose;
use crate::space::fixture::space;

const CHOICES: &str = "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\n\
                       rounding = { one_of = ['none', 'hard', 'straight-through'] }\nbatch_size = { int = [1, 9] }\n";

fn differences(one: &Candidate, other: &Candidate) -> usize {
    one.iter().filter(|(name, value)| other.get(name) != Some(*value)).count()
}

#[test]
fn the_neighbours_of_the_best_are_exhausted_first_and_then_those_of_the_next() {
    let space = space(CHOICES);
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let mut incumbent = None;
    let mut around = Vec::new();
    for trial in 0..60_u64 {
        let stream = Stream::new(4, trial, Purpose::Candidate);
        let asked = propose(&LocalSearch, &space, &history, stream, |_| Ok(BTreeMap::new())).expect("81 candidates");
        // The last random one is the best and stays so; the others get worse one by one.
        let last = trial + 1 == FIRST as u64;
        let value = if last { 0.0 } else { 1.0 + trial as f64 };
        if last {
            incumbent = Some(asked.candidate.clone());
        } else if let Some(best) = &incumbent {
            around.push(differences(&asked.candidate, best));
        }
        history.push(Past { candidate: asked.candidate, fate: Fate::Complete(vec![value]) });
    }
    let first_far = around.iter().position(|differences| *differences > 1).expect("few candidates are near");
    let incumbent = incumbent.expect("there are more trials");
    let neighbours = space.neighbours(&incumbent);
    let near = neighbours.len();
    assert!((0..near).all(|number| history.contains(&neighbours.get(number))));
    let before =
        history.pasts()[..FIRST - 1].iter().filter(|past| differences(&past.candidate, &incumbent) == 1).count();
    assert!(near - before <= first_far && around.len() > first_far, "{near} - {before}, {around:?}");
}

#[test]
fn a_separable_optimum_is_found_quickly() {
    let space = space(CHOICES);
    let optimum: Candidate = [
        ("optimizer", Value::Text("adam".into())),
        ("rounding", Value::Text("hard".into())),
        ("batch_size", Value::Int(7)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    let mut needed = 0;
    for seed in 0..20 {
        let mut history = History::new(vec![Goal::Minimize], Vec::new());
        while !history.contains(&optimum) {
            let stream = Stream::new(seed, history.pasts().len() as u64, Purpose::Candidate);
            let asked =
                propose(&LocalSearch, &space, &history, stream, |_| Ok(BTreeMap::new())).expect("81 candidates");
            let size = asked.candidate.get("batch_size").and_then(Value::as_f64).expect("always active");
            let wrong = differences(&asked.candidate, &optimum) as f64;
            let fate = Fate::Complete(vec![wrong + (size - 7.0).abs()]);
            history.push(Past { candidate: asked.candidate, fate });
        }
        needed += history.pasts().len();
    }
    assert!(needed < 20 * 25, "{needed} trials in 20 searches; random ones need 820 on average");
}
