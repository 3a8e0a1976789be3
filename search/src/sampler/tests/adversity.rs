//! What every method answers to a past that is of no use, and to a space that is small.

use super::*;

/// Small enough to be used up, for every method there is.
const SMALL: &str = "[space]\ndepth = { int = [1, 3] }\nskip = { bool = true }\n\
                     [[constraint]]\nrequire = 'depth < 3 or skip'\n";
const CONDITIONAL: &str = "[space]\ndepth = { int = [1, 3] }\nskip = { bool = true }\n\
                           [space.stage]\nrepeat = 'depth'\nkernel = 3\n[[constraint]]\nrequire = 'depth < 3 or skip'\n";
const LARGE: &str = "[space]\nlearning_rate = { float = [1e-4, 1.0], log = true, prior = 0.1 }\n\
                     depth = { int = [1, 9] }\nnesterov = { bool = true, weights = [1, 2] }\n";
const STEPS: &str = "[space]\ndepth = { int = [1, 3000], prior = 7 }\nnesterov = { bool = true, weights = [1, 2] }\n";
const BRANCHES: &str = "[space]\noptimizer = { one_of = ['sgd', 'adam', 'adamw'] }\ntags = { subset_of = ['flip', 'crop'] }\n\
                        momentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n";

/// So many trials of draws from `space`, each with a fate.
fn past(space: &Space, count: u64, fate: impl Fn(u64) -> Fate) -> Vec<Past> {
    let draw = |trial| space.draw(&mut Stream::new(9, trial, Purpose::Candidate).rng());
    (0..count).map(|trial| Past { candidate: draw(trial), fate: fate(trial) }).collect()
}

/// Every method that can search `space` proposes something new after `pasts`.
fn all_go_on(space: &Space, pasts: &[Past], what: &str) {
    for objectives in [1, 2] {
        let mut pasts = pasts.to_vec();
        for past in &mut pasts {
            if let Fate::Complete(values) = &mut past.fate {
                values.truncate(objectives);
            }
        }
        let history = History::new(vec![Goal::Minimize; objectives], pasts);
        for method in methods(space, objectives) {
            let proposal = propose(&*method, space, &history, stream(1), |_| Ok(BTreeMap::new()));
            let candidate = proposal.unwrap_or_else(|error| panic!("{}, {what}: {error}", method.name())).candidate;
            assert_eq!(space.validate(&candidate), Ok(()), "{}, {what}", method.name());
            assert!(!history.contains(&candidate), "{}, {what}", method.name());
        }
    }
}

#[test]
fn every_method_goes_on_whatever_has_become_of_the_trials() {
    let both = |value: f64| Fate::Complete(vec![value, -value]);
    for text in [LARGE, STEPS, BRANCHES] {
        let space = space(text);
        for special in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN] {
            all_go_on(&space, &past(&space, 20, |_| both(special)), "all alike and special");
            let some = |trial: u64| both(if trial.is_multiple_of(3) { special } else { trial as f64 });
            all_go_on(&space, &past(&space, 20, some), "some special");
        }
        all_go_on(&space, &past(&space, 20, |_| Fate::Failed), "all failed");
        all_go_on(&space, &past(&space, 20, |_| Fate::Unfinished), "all running");
        all_go_on(&space, &past(&space, 20, |_| both(0.5)), "all equal");
        all_go_on(&space, &past(&space, 20, |_| Fate::Complete(Vec::new())), "no values");
        all_go_on(&space, &past(&space, 1, |_| both(0.5)), "one finished");
        let one = |trial| if trial == 3 { both(0.5) } else { Fate::Failed };
        all_go_on(&space, &past(&space, 20, one), "one finished, the others failed");
        let mut foreign = past(&space, 20, |trial| both(trial as f64));
        for (trial, past) in foreign.iter_mut().enumerate() {
            past.candidate = Candidate::from_iter([("forgotten".to_owned(), Value::Int(trial as i64))]);
        }
        all_go_on(&space, &foreign, "unknown parameters");
    }
}

#[test]
fn every_method_goes_on_after_thousands_of_duplicates() {
    let space = space(STEPS);
    let mut same = past(&space, 2000, |trial| Fate::Complete(vec![(trial % 5) as f64, 1.0]));
    let first = same[0].candidate.clone();
    same.iter_mut().skip(20).for_each(|past| past.candidate.clone_from(&first));
    all_go_on(&space, &same, "duplicates");
}

/// Without a trial that can be compared, what learns draws as random search does.
#[test]
fn a_useless_past_leaves_random_draws() {
    let space = space(BRANCHES);
    let learning = ["tpe", "gp", "evolution", "nsga2", "local-search"];
    for fate in [Fate::Failed, Fate::Complete(vec![f64::NAN]), Fate::Complete(vec![f64::INFINITY])] {
        let history = History::new(vec![Goal::Minimize], past(&space, 20, |_| fate.clone()));
        let drawn = space.draw(&mut stream(1).rng());
        for method in methods(&space, 1).iter().filter(|method| learning.contains(&method.name())) {
            assert_eq!(method.ask(&space, &history, &mut stream(1).rng()), drawn, "{}", method.name());
        }
    }
}

#[test]
fn every_method_uses_up_a_small_space_without_a_repetition() {
    for text in [SMALL, CONDITIONAL] {
        let space = space(text);
        for method in methods(&space, 1) {
            let mut history = History::new(vec![Goal::Maximize], Vec::new());
            for trial in 0..5 {
                let proposal = propose(&*method, &space, &history, stream(trial), |_| Ok(BTreeMap::new()));
                let candidate =
                    proposal.unwrap_or_else(|error| panic!("{} trial {trial}: {error}", method.name())).candidate;
                assert!(!history.contains(&candidate), "{}", method.name());
                let fate = if trial == 2 { Fate::Failed } else { Fate::Complete(vec![trial as f64]) };
                history.push(Past { candidate, fate });
            }
            let end = propose(&*method, &space, &history, stream(5), |_| Ok(BTreeMap::new()));
            assert!(matches!(end, Err(NoProposal::Exhausted(_))), "{}", method.name());
        }
    }
}

#[test]
fn a_space_of_one_point_has_one_trial() {
    let space = space("[space]\ndepth = 2\n");
    for method in methods(&space, 1) {
        let only = propose(&*method, &space, &History::default(), stream(0), plan).expect("not tried yet").candidate;
        let history =
            History::new(vec![Goal::Maximize], vec![Past { candidate: only, fate: Fate::Complete(vec![1.0]) }]);
        assert!(propose(&*method, &space, &history, stream(1), plan).is_err(), "{}", method.name());
        assert!(propose(&*method, &space, &history.allowing_repeats(), stream(1), plan).is_ok(), "{}", method.name());
    }
}

#[test]
fn with_repeats_every_method_goes_on_for_ever_but_tries_nothing_twice_at_once() {
    for text in [SMALL, CONDITIONAL] {
        let space = space(text);
        for method in methods(&space, 1) {
            let mut history = History::new(vec![Goal::Maximize], Vec::new()).allowing_repeats();
            for trial in 0..25 {
                let proposal = propose(&*method, &space, &history, stream(trial), |_| Ok(BTreeMap::new()));
                let candidate = proposal.unwrap_or_else(|error| panic!("{}: {error}", method.name())).candidate;
                history.push(Past { candidate, fate: Fate::Complete(vec![trial as f64 % 4.0]) });
            }
            if method.name() == "grid" {
                let rounds = history.pasts().iter().map(|past| history.tries(&past.candidate));
                assert!(rounds.clone().all(|tries| tries == 5), "{:?}", rounds.collect::<Vec<_>>());
            }
            // All five at once: a sixth has to wait until one of them is over.
            let mut running = History::new(vec![Goal::Maximize], Vec::new()).allowing_repeats();
            for trial in 0..5 {
                let proposal = propose(&*method, &space, &running, stream(trial), |_| Ok(BTreeMap::new()))
                    .expect("five candidates");
                running.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished });
            }
            assert!(
                propose(&*method, &space, &running, stream(5), |_| Ok(BTreeMap::new())).is_err(),
                "{}",
                method.name()
            );
            running.settle(3, Fate::Complete(vec![0.0]));
            let next =
                propose(&*method, &space, &running, stream(5), |_| Ok(BTreeMap::new())).expect("one is over").candidate;
            assert_eq!(next, running.pasts()[3].candidate, "{}", method.name());
        }
    }
}

#[test]
fn with_repeats_local_search_tries_what_is_new_first() {
    let space = space(SMALL);
    let mut history = History::new(vec![Goal::Maximize], Vec::new()).allowing_repeats();
    let best = space.draw(&mut stream(0).rng());
    for _ in 0..6 {
        history.push(Past { candidate: best.clone(), fate: Fate::Complete(vec![1.0]) });
    }
    let next =
        propose(&LocalSearch, &space, &history, stream(6), |_| Ok(BTreeMap::new())).expect("two neighbours").candidate;
    assert_eq!(history.tries(&next), 0);
}
