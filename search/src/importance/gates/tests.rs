use super::*;
use crate::rng::{Purpose, Stream};
use crate::space::fixture::space;

/// The gate of each parameter of `text` as name and regions.
fn gates_of(text: &str) -> Vec<(String, Vec<(usize, Region)>)> {
    let space = space(text);
    let axes = Axes::new(&space);
    let columns = vec![Vec::new(); axes.axes().len()];
    let mut gates = gates(&axes, &columns, &mut Stream::new(1, 0, Purpose::Importance).rng());
    let single = axes.factors().into_iter().filter(|factor| factor.axes.len() == 1);
    single.map(|factor| (factor.name, std::mem::take(&mut gates[factor.axes[0]].regions))).collect()
}

fn names(which: &[bool]) -> Region {
    Region::Names(which.to_vec())
}

#[test]
fn conditions_on_names_levels_and_nested_conditions_are_exact() {
    let found = gates_of(
        "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\n\
         momentum = { float = [0.0, 0.9], when = \"optimizer in ['sgd', 'adamw']\" }\n\
         batch_size = { int = [1, 4] }\n\
         dropout = { float = [0.0, 0.9], when = \"batch_size > 1 and optimizer == 'sgd'\" }\n",
    );
    let expected = [
        vec![],
        vec![(0, names(&[true, false, true]))],
        vec![],
        vec![(0, names(&[true, false, false])), (2, Region::Interval(0.25, 1.0))],
    ];
    assert_eq!(found.into_iter().map(|(_, regions)| regions).collect::<Vec<_>>(), expected);
}

#[test]
fn a_copy_is_there_from_a_number_of_copies_on() {
    let found =
        gates_of("[space]\ndepth = { int = [1, 4] }\n[space.stage]\nrepeat = 'depth'\nkernel = { int = [1, 3] }\n");
    let of = |name: &str| found.iter().find(|(known, _)| known == name).map(|(_, regions)| regions.clone());
    assert_eq!(of("stage[0].kernel"), Some(vec![]));
    assert_eq!(of("stage[1].kernel"), Some(vec![(0, Region::Interval(0.25, 1.0))]));
    assert_eq!(of("stage[3].kernel"), Some(vec![(0, Region::Interval(0.75, 1.0))]));
}

#[test]
fn a_threshold_in_a_continuum_is_close() {
    let found = gates_of(
        "[space]\nlearning_rate = { float = [1e-4, 1.0], log = true }\n\
         momentum = { float = [0.0, 0.9], when = 'learning_rate < 0.01' }\n",
    );
    let [(0, Region::Interval(low, high))] = found[1].1[..] else { panic!("{found:?}") };
    assert!(low == 0.0 && (high - 0.5).abs() < 1e-3, "{low} to {high}");
}

#[test]
fn what_a_trial_has_is_within_its_gate() {
    let space = space(
        "[space]\nlearning_rate = { float = [0.0001, 1.0] }\n\
         momentum = { float = [0.0, 0.9], when = 'learning_rate > 0.999999' }\n",
    );
    let axes = Axes::new(&space);
    let gates = gates(&axes, &[vec![1.0, 0.2], vec![0.5, f64::NAN]], &mut Stream::new(1, 0, Purpose::Importance).rng());
    let [(0, Region::Interval(low, high))] = gates[1].regions[..] else { panic!("{gates:?}") };
    assert!(low > 0.99 && low < 1.0 && high >= 1.0, "{low} to {high}");
}
