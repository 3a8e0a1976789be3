//! Which networks are trained.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::rng::{Purpose, Stream};
use crate::space::fixture::{space, text};

const SPACE: &str = "[space]\ndepth = { int = [1, 40] }\noptimizer = { one_of = ['sgd', 'adam'], compare = true }\n";

#[expect(clippy::unnecessary_wraps, reason = "what a design asks of a plan")]
fn plan(_: &Candidate) -> Result<BTreeMap<String, f64>, String> {
    Ok(BTreeMap::new())
}

/// The trials with these arms, each with a depth of its own, best first.
fn ranked(arms: &[&str]) -> Vec<Tried> {
    let tried =
        |(trial, arm): (usize, &&str)| Tried { trial: trial as u32, candidate: candidate(trial as i64 + 1, arm) };
    arms.iter().enumerate().map(tried).collect()
}

#[test]
fn an_arm_that_is_not_among_the_finalists_has_networks_of_its_own() {
    let ranked = ranked(&["adam", "adam", "adam", "adam", "adam", "adam", "sgd", "sgd", "sgd", "sgd"]);
    let design = design(&space(SPACE), &ranked, [5, 3], 1, plan);
    let owns: Vec<Option<u32>> =
        design.comparisons[0].blocks.iter().map(|block| design.networks[block.own].trial).collect();
    assert_eq!(owns, [0, 1, 2, 3, 4, 6, 7, 8].map(Some));
    assert_eq!(design.finalists().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!((design.networks.len(), design.comparisons[0].networks()), (16, 16));
    for block in &design.comparisons[0].blocks {
        let [one, other] = [0, 1].map(|arm| &design.networks[block.arms[arm].expect("nothing is refused")]);
        assert_eq!(one.candidate.get("depth"), other.candidate.get("depth"));
        assert_eq!([&one.arms, &other.arms], [&vec![Some(0)], &vec![Some(1)]]);
    }
    let trainings: Vec<_> = design.trainings().collect();
    assert_eq!((trainings.len(), trainings[15], trainings[16]), (48, (15, 0), (0, 1)));
}

#[test]
fn the_same_networks_are_not_compared_twice() {
    let mut ranked = ranked(&["adam", "sgd", "adam", "sgd"]);
    ranked.insert(1, Tried { trial: 9, candidate: candidate(1, "sgd") });
    ranked.insert(2, Tried { trial: 10, candidate: candidate(1, "adam") });
    let design = design(&space(SPACE), &ranked, [2, 1], 1, plan);
    let trials: Vec<_> = design.networks.iter().map(|network| network.trial).collect();
    assert_eq!(trials, [Some(0), Some(9), Some(1), None], "a block of two finalists, and one that sgd has of its own");
    assert_eq!(design.comparisons[0].blocks.len(), 2);
}

#[test]
fn blocks_share_no_network() {
    let momentum = "momentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n";
    let mut ranked = ranked(&["adam", "adam", "adam", "sgd"]);
    for (trial, tried) in ranked.iter_mut().enumerate().skip(1) {
        // The first three are the same network but for arm and momentum.
        tried.candidate = candidate(if trial < 3 { 1 } else { 2 }, "sgd");
        tried.candidate.insert("momentum", Value::Float(trial as f64 / 10.0));
    }
    let design = design(&space(&format!("{SPACE}{momentum}")), &ranked, [2, 1], 1, plan);
    let blocks = &design.comparisons[0].blocks;
    let networks: BTreeSet<_> = blocks.iter().flat_map(|block| &block.arms).collect();
    assert_eq!((blocks.len(), networks.len(), design.networks.len()), (2, 4, 4));
    assert_eq!(design.finalists().count(), 2);
}

#[test]
fn what_cannot_be_swapped_is_left_out() {
    let forbidden = "[[constraint]]\nforbid = { depth = 1, optimizer = 'sgd' }\n";
    let space = space(&format!("{SPACE}{forbidden}"));
    let one = design(&space, &ranked(&["adam", "adam"]), [2, 1], 1, plan);
    assert_eq!((one.comparisons[0].blocks.len(), one.networks.len()), (1, 3));
    let unbuildable = |candidate: &Candidate| match candidate.get("optimizer") {
        Some(Value::Text(arm)) if arm == "sgd" => Err("it cannot be built".to_owned()),
        _ => Ok(BTreeMap::new()),
    };
    let none = design(&space, &ranked(&["adam", "adam"]), [2, 1], 1, unbuildable);
    assert!(none.comparisons[0].blocks.is_empty() && none.networks.len() == 2);
    let nothing = design(&space, &[], [5, 3], 1, plan);
    assert_eq!((nothing.trainings().count(), nothing.comparisons.len()), (0, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_network_is_valid_there_once_and_the_same_with_more_seeds(
        text in text(true), draws in 0..20_u64, top in 0..6_u32, seed: u64,
    ) {
        let space = space(&text);
        let draw = |trial| Tried {
            trial,
            candidate: space.draw(&mut Stream::new(seed, trial.into(), Purpose::Candidate).rng()),
        };
        let ranked: Vec<Tried> = (0..draws as u32).map(draw).collect();
        let one = design(&space, &ranked, [top, 1], seed, plan);
        let identities: BTreeSet<_> = one.networks.iter().map(|network| network.candidate.canonical()).collect();
        prop_assert_eq!(identities.len(), one.networks.len());
        for network in &one.networks {
            prop_assert_eq!(space.validate(&network.candidate), Ok(()));
        }
        prop_assert!(one.finalists().count() <= top as usize);
        for block in one.comparisons.iter().flat_map(|comparison| &comparison.blocks) {
            prop_assert!(block.arms.contains(&Some(block.own)));
        }
        let more = design(&space, &ranked, [top, 4], seed, plan);
        prop_assert_eq!(more.networks, one.networks);
        prop_assert_eq!(more.comparisons, one.comparisons);
    }
}
