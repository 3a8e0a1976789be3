use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::history::{Fate, Past};
use crate::pareto::Goal;
use crate::sampler::propose;
use crate::space::fixture::space;

#[test]
fn points_are_those_of_scipy() {
    let points: BTreeMap<u32, Vec<u32>> =
        serde_json::from_str(include_str!("../../../tests/oracles/sobol.json")).expect("a committed fixture");
    assert!(points.len() > 5);
    for (index, expected) in points {
        let found: Vec<Option<u32>> = (0..129).map(|dimension| integer(index, dimension)).collect();
        let expected: Vec<Option<u32>> = expected.into_iter().map(Some).chain([None]).collect();
        assert_eq!(found, expected, "point {index}");
    }
}

#[test]
fn scrambling_keeps_the_net() {
    for seed in 0..5 {
        let sobol = Sobol::new(seed);
        for dimension in [0, 1, 2, 50, 127] {
            let cells: BTreeSet<u64> =
                (0..1024).map(|index| (sobol.coordinate(index, dimension, 0) * 1024.0) as u64).collect();
            assert_eq!(cells.len(), 1024, "one point in each of 1,024 parts of dimension {dimension}");
        }
        let cell =
            |index| ((sobol.coordinate(index, 0, 0) * 32.0) as u64, (sobol.coordinate(index, 1, 0) * 32.0) as u64);
        assert_eq!((0..1024).map(cell).collect::<BTreeSet<_>>().len(), 1024, "one point in each of 32 × 32 squares");
    }
}

#[test]
fn another_seed_scrambles_otherwise() {
    let first = |seed| Sobol::new(seed).coordinate(0, 0, 0);
    let mean = (0..2000).map(first).sum::<f64>() / 2000.0;
    assert!((mean - 0.5).abs() < 0.03, "the first point lies anywhere: {mean}");
    let far = |index| Sobol::new(1).coordinate(index, 500, 0);
    let mean = (0..2000).map(far).sum::<f64>() / 2000.0;
    assert!((mean - 0.5).abs() < 0.03, "dimensions beyond the table are random: {mean}");
}

#[test]
fn a_study_covers_every_parameter_evenly() {
    let space = space(
        "[space]\nmomentum = { float = [0.0, 0.8] }\noptimizer = { one_of = ['sgd', 'adam'], weights = [3, 1] }\n\
         batch_size = { int = [1, 8], when = \"optimizer == 'sgd'\" }\n",
    );
    let mut history = History::new(vec![Goal::Maximize], Vec::new());
    let (mut momenta, mut adams) = (BTreeSet::new(), 0);
    for trial in 0..64 {
        let stream = Stream::new(3, trial, Purpose::Candidate);
        let plan = |_: &Candidate| Ok(BTreeMap::new());
        let candidate = propose(&Sobol::new(3), &space, &history, stream, plan).expect("a continuum").candidate;
        let momentum = candidate.get("momentum").and_then(crate::candidate::Value::as_f64).expect("always active");
        momenta.insert((momentum * 80.0) as u32);
        adams += u32::from(candidate.get("batch_size").is_none());
        history.push(Past { candidate, fate: Fate::Unfinished });
    }
    assert_eq!((momenta.len(), adams), (64, 16), "a net in each dimension");
}

#[test]
fn refused_points_are_replaced_until_the_space_is_used_up() {
    let space = space("[space]\ndepth = { int = [1, 6] }\n[[constraint]]\nrequire = 'depth != 4'\n");
    let mut history = History::new(vec![Goal::Maximize], Vec::new());
    for trial in 0..6 {
        let stream = Stream::new(3, trial, Purpose::Candidate);
        let proposal = propose(&Sobol::new(3), &space, &history, stream, |_| Ok(BTreeMap::new()));
        assert_eq!(proposal.is_ok(), trial < 5);
        if let Ok(proposal) = proposal {
            history.push(Past { candidate: proposal.candidate, fate: Fate::Failed });
        }
    }
}
