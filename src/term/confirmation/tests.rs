//! What is said of levels.

use kiln_search::evidence::{Design, Network, Training, answer};
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;

use super::*;
use crate::runner::confirmation::Confirmation;

/// The intervals of the winner and of its row, where the only finalist had `values` of `metric`.
fn intervals(metric: &str, goal: Goal, values: [f64; 2]) -> [Interval; 2] {
    let (candidate, statics) = (Candidate::default(), std::collections::BTreeMap::new());
    let network = Network { candidate, statics, trial: None, finalist: true, arms: Vec::new() };
    let design = Design { seeds: 2, networks: vec![network], comparisons: Vec::new() };
    let answer = answer(&design, goal, &[values.map(Training::Value).to_vec()]);
    let confirmation = Confirmation { design, metric: metric.to_owned(), goal };
    let found = Found { confirmation, trainings: Vec::new(), answer };
    let study = StudyRecord {
        name: "s".into(),
        seed: 1,
        space_toml: String::new(),
        objectives: vec![(metric.to_owned(), goal)],
        created_at: 0,
        kiln_version: String::new(),
        data_digest: String::new(),
        device: "cpu".into(),
        strategy: Strategy::Random,
        reason: None,
        file_revision: 1,
    };
    let confirmed = Confirmed::of(&study, &found, &[], &[]);
    let winner = confirmed.winner.as_ref().expect("one has values");
    [winner.interval, confirmed.networks[0].interval].map(|interval| interval.expect("there are two values"))
}

#[test]
fn no_interval_holds_what_the_metric_cannot_be() {
    for Interval { low, high } in intervals("val_accuracy", Goal::Maximize, [0.99, 0.95]) {
        assert!(low > 0.7 && low < 0.75, "{low}");
        assert_eq!(high.to_bits(), 1.0_f64.to_bits());
    }
    for Interval { low, high } in intervals("val_loss", Goal::Minimize, [1.5, 0.5]) {
        assert_eq!(low.to_bits(), 0.0_f64.to_bits());
        assert!(high > 7.0, "{high}");
    }
}
