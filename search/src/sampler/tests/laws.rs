//! Laws that hold for every method, whatever the space and the history.

use proptest::prelude::*;

use super::super::evolution::Evolution;
use super::super::grid::Grid;
use super::super::local_search::LocalSearch;
use super::super::nsga2::Nsga2;
use super::super::sobol::Sobol;
use super::super::tpe::Tpe;
use super::*;
use crate::space::fixture::text;

fn methods() -> Vec<Box<dyn Sampler>> {
    vec![
        Box::new(Random),
        Box::new(Grid),
        Box::new(Sobol::new(3)),
        Box::new(Tpe),
        Box::new(Evolution),
        Box::new(Nsga2),
        Box::new(LocalSearch),
    ]
}

/// What has become of trials: anything that a study may record, usable or not.
fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let value = || prop_oneof![6 => (-3_i8..4).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(f64::NEG_INFINITY)];
    let mixed = prop_oneof![
        5 => prop::collection::vec(value(), 2).prop_map(Fate::Complete),
        1 => Just(Fate::Failed),
        1 => Just(Fate::Unfinished),
        1 => Just(Fate::Complete(vec![0.5])),
    ];
    let alike = prop_oneof![
        Just(Fate::Failed),
        Just(Fate::Unfinished),
        Just(Fate::Complete(vec![0.5, 0.5])),
        Just(Fate::Complete(vec![f64::NAN, f64::NAN])),
    ];
    let all = (alike, 0_usize..60).prop_map(|(fate, count)| vec![fate; count]);
    prop_oneof![2 => prop::collection::vec(mixed, 0..60), 1 => all]
}

fn history(space: &Space, fates: Vec<Fate>, objectives: usize) -> History {
    let mut pasts: Vec<Past> = Vec::new();
    for (trial, mut fate) in fates.into_iter().enumerate() {
        if let Fate::Complete(values) = &mut fate {
            values.truncate(objectives);
        }
        let mut candidate = space.draw(&mut stream(trial as u64).rng());
        if trial % 7 == 6 {
            // From a study whose space was another.
            candidate.insert("forgotten", Value::Int(1));
            candidate.insert("depth", Value::Text("deep".to_owned()));
        }
        pasts.push(Past { candidate, fate });
    }
    History::new(vec![Goal::Maximize, Goal::Minimize][..objectives].to_vec(), pasts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_answer_is_a_point_and_a_function_of_what_is_given(
        text in prop_oneof![text(true), text(false)],
        fates in fates(),
        objectives in 1_usize..3,
        seed: u64,
    ) {
        let space = space(&text);
        let history = history(&space, fates, objectives);
        let stream = Stream::new(seed, 0, Purpose::Candidate);
        for (method, fresh) in methods().into_iter().zip(methods()) {
            if check(&*method, &space, objectives).is_err() {
                continue;
            }
            let mut rng = stream.rng();
            let asked = method.ask(&space, &history, &mut rng);
            prop_assert_eq!(space.validate(&asked), Ok(()), "{}: {}", method.name(), asked.to_toml());
            let mut refusals = Refusals::default();
            refusals.push(&asked);
            let other = method.ask_again(&space, &history, &refusals, &mut rng);
            prop_assert_eq!(other.map_or(Ok(()), |other| space.validate(&other)), Ok(()), "{}", method.name());
            let again = fresh.ask(&space, &history, &mut stream.rng());
            prop_assert_eq!(asked, again, "{}", method.name());
        }
    }
}

#[test]
fn every_method_uses_up_a_small_space_without_a_repetition() {
    let space = space(
        "[space]\ndepth = { int = [1, 3] }\nskip = { bool = true }\n[space.stage]\nrepeat = 'depth'\nkernel = 3\n[[constraint]]\nrequire = 'depth < 3 or skip'\n",
    );
    for method in methods() {
        let mut history = History::new(vec![Goal::Maximize], Vec::new());
        for trial in 0..5 {
            let proposal = propose(&*method, &space, &history, stream(trial), |_| Ok(BTreeMap::new()));
            let candidate =
                proposal.unwrap_or_else(|error| panic!("{} trial {trial}: {error}", method.name())).candidate;
            history.push(Past { candidate, fate: Fate::Complete(vec![trial as f64]) });
        }
        let end = propose(&*method, &space, &history, stream(5), |_| Ok(BTreeMap::new()));
        assert!(matches!(end, Err(NoProposal::Exhausted(_))), "{}", method.name());
    }
}

#[test]
fn a_space_of_one_point_has_one_trial() {
    let space = space("[space]\ndepth = 2\n");
    for method in methods() {
        let only = propose(&*method, &space, &History::default(), stream(0), plan).expect("not tried yet").candidate;
        let history =
            History::new(vec![Goal::Maximize], vec![Past { candidate: only, fate: Fate::Complete(vec![1.0]) }]);
        assert!(propose(&*method, &space, &history, stream(1), plan).is_err(), "{}", method.name());
    }
}

#[test]
fn methods_that_learn_are_better_than_random_ones() {
    let space = space(
        "[space]\nlearning_rate = { float = [1e-4, 1.0], log = true }\nmomentum = { float = [0.0, 0.99] }\ndepth = { int = [1, 8] }\n[space.stage]\nrepeat = 'depth'\nkernel = { one_of = [1, 3, 5, 7] }\n",
    );
    // Best at a rate of 0.01, a momentum of 0.5 and five kernels of 5.
    let cost = |candidate: &Candidate| {
        let number = |name: &str| candidate.get(name).and_then(Value::as_f64).unwrap_or(0.0);
        let kernels = (0..8).map(|copy| number(&format!("stage[{copy}].kernel")));
        let right = kernels.filter(|kernel| (kernel - 5.0).abs() < 0.5).count() as f64;
        let wrong = number("depth") - right;
        (number("learning_rate").log10() + 2.0).abs() + (number("momentum") - 0.5).abs() + (right - 5.0).abs() + wrong
    };
    let median = |method: &dyn Sampler, objectives: usize| {
        let mut ends: Vec<f64> = (0..11)
            .map(|seed| {
                let mut history = History::new(vec![Goal::Minimize; objectives], Vec::new());
                for trial in 0..80 {
                    let stream = Stream::new(seed, trial, Purpose::Candidate);
                    let asked =
                        propose(method, &space, &history, stream, |_| Ok(BTreeMap::new())).expect("a continuum");
                    let value = cost(&asked.candidate);
                    history.push(Past { candidate: asked.candidate, fate: Fate::Complete(vec![value; objectives]) });
                }
                history.values(history.front()[0]).expect("on the front")[0]
            })
            .collect();
        ends.sort_by(f64::total_cmp);
        ends[5]
    };
    let random = median(&Random, 1);
    for method in [&Evolution as &dyn Sampler, &Nsga2, &LocalSearch] {
        for objectives in [1, 2] {
            let found = median(method, objectives);
            assert!(found < 0.6 * random, "{} finds {found}, random search {random}", method.name());
        }
    }
}
