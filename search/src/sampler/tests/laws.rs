//! Laws that hold for every method, whatever the space and the history.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::space::fixture::text;

/// Spaces of all kinds; those that `text` puts together all have conditions, which some methods cannot deal with.
fn spaces() -> impl Strategy<Value = String> {
    let plain = [
        "[space]\ndepth = 2\noptimizer = 'sgd'\n",
        "[space]\nmomentum = { float = [0.0, 0.9] }\n\
         learning_rate = { float = [1e-4, 1.0], log = true, prior = 1e-2, confidence = 'low' }\n",
        "[space]\nbatch_size = { int = [1, 300], log = true }\nnesterov = { bool = true, weights = [1, 3] }\n\
         depth = { ordinal = [1, 2, 5], weights = [1, 2, 1], confidence = 'high' }\n\
         momentum = { float = [0.0, 0.9], step = 0.1 }\n",
    ];
    prop_oneof![2 => text(true), 2 => text(false), 3 => select(plain.to_vec()).prop_map(str::to_owned)]
}

/// What has become of trials: anything that a study may record, usable or not.
fn fates(most: usize) -> impl Strategy<Value = Vec<Fate>> {
    let value = || {
        let special = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN];
        prop_oneof![6 => (-3_i8..4).prop_map(f64::from), 1 => select(special)]
    };
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
    let all = (alike, 0..most).prop_map(|(fate, count)| vec![fate; count]);
    prop_oneof![2 => prop::collection::vec(mixed, 0..most), 1 => all]
}

fn pasts(space: &Space, fates: Vec<Fate>, objectives: usize) -> Vec<Past> {
    let mut pasts: Vec<Past> = Vec::new();
    for (trial, mut fate) in fates.into_iter().enumerate() {
        if let Fate::Complete(values) = &mut fate {
            values.truncate(objectives);
        }
        // Some are tried twice.
        let mut candidate = space.draw(&mut stream(trial as u64 - trial as u64 % 5 / 4).rng());
        if trial % 7 == 6 {
            // From a study whose space was another.
            candidate.insert("forgotten", Value::Int(1));
            candidate.insert("depth", Value::Text("deep".to_owned()));
        }
        pasts.push(Past { candidate, fate });
    }
    pasts
}

fn goals(objectives: usize) -> Vec<Goal> {
    vec![Goal::Maximize, Goal::Minimize][..objectives].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn every_answer_is_a_point_and_a_function_of_what_is_given(
        text in spaces(), fates in fates(30), objectives in 1_usize..3, repeats: bool, seed: u64,
    ) {
        let space = space(&text);
        let history = History::new(goals(objectives), pasts(&space, fates, objectives));
        let history = if repeats { history.allowing_repeats() } else { history };
        let stream = Stream::new(seed, 0, Purpose::Candidate);
        for (method, fresh) in methods(&space, objectives).into_iter().zip(methods(&space, objectives)) {
            let mut rng = stream.rng();
            let asked = method.ask(&space, &history, &mut rng);
            prop_assert_eq!(space.validate(&asked), Ok(()), "{}: {}", method.name(), asked.to_toml());
            let mut refusals = Refusals::default();
            refusals.push(&asked);
            let other = method.ask_again(&space, &history, &refusals, &mut rng);
            prop_assert_eq!(other.map_or(Ok(()), |other| space.validate(&other)), Ok(()), "{}", method.name());
            let again = fresh.ask(&space, &history, &mut stream.rng());
            prop_assert_eq!(asked, again, "{}", method.name());
            let proposed = propose(&*method, &space, &history, stream, plan);
            if let Ok(proposal) = &proposed {
                prop_assert_eq!(space.validate(&proposal.candidate), Ok(()), "{}", method.name());
                prop_assert!(!history.contains(&proposal.candidate), "{}", method.name());
            }
            prop_assert_eq!(&proposed, &propose(&*fresh, &space, &history, stream, plan), "{}", method.name());
        }
    }

    #[test]
    fn a_trial_more_never_changes_the_draws_before_it(
        text in spaces(), fates in fates(14), objectives in 1_usize..3, seed: u64,
    ) {
        let space = space(&text);
        let stream = |trial: usize| Stream::new(seed, trial as u64, Purpose::Candidate);
        for method in methods(&space, objectives) {
            let mut history = History::new(goals(objectives), Vec::new());
            for (trial, past) in pasts(&space, fates.clone(), objectives).into_iter().enumerate() {
                let Ok(proposal) = propose(&*method, &space, &history, stream(trial), |_| Ok(BTreeMap::new())) else {
                    break;
                };
                history.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished });
                history.settle(trial, past.fate);
            }
            let tried = history.pasts();
            for fresh in methods(&space, objectives).iter().filter(|fresh| fresh.name() == method.name()) {
                for (trial, past) in tried.iter().enumerate().rev().step_by(3) {
                    let before = History::new(goals(objectives), tried[..trial].to_vec());
                    let proposal = propose(&**fresh, &space, &before, stream(trial), |_| Ok(BTreeMap::new()));
                    let candidate = proposal.map(|proposal| proposal.candidate);
                    prop_assert_eq!(candidate.as_ref(), Ok(&past.candidate), "{} {}", fresh.name(), trial);
                }
            }
        }
    }

    #[test]
    fn what_is_not_active_or_not_known_is_not_looked_at(
        text in spaces(), fates in fates(24), objectives in 1_usize..3, seed: u64,
    ) {
        // One real number that is always there, so that no candidate is met twice.
        let space = space(&text.replacen("[space]\n", "[space]\ndropout = { float = [0.0, 0.9] }\n", 1));
        let pasts = pasts(&space, fates, objectives);
        let muddled = |other: u64| {
            let mut pasts = pasts.clone();
            for past in &mut pasts {
                past.candidate.insert("unheard_of", Value::Int(other as i64));
                for draw in 0..4 {
                    for (name, value) in space.draw(&mut Stream::new(seed, 4 * other + draw, Purpose::Shuffle).rng()).iter() {
                        if past.candidate.get(name).is_none() {
                            past.candidate.insert(name, value.clone());
                        }
                    }
                }
            }
            History::new(goals(objectives), pasts)
        };
        let (one, other) = (muddled(1), muddled(2));
        let stream = Stream::new(seed, 0, Purpose::Candidate);
        for method in methods(&space, objectives) {
            let ask = |history| propose(&*method, &space, history, stream, |_| Ok(BTreeMap::new()));
            prop_assert_eq!(ask(&one), ask(&other), "{}", method.name());
        }
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
