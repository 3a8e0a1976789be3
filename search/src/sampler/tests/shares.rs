//! Each arm of a compared choice has its share of the trials, whatever the method thinks of it.

use super::*;

const SPACE: &str = "[space]\ndepth = { int = [1, 5] }\nmomentum = { float = [0.0, 0.9], step = 0.01 }\n\
                     optimizer = { ordinal = ['sgd', 'adam'], compare = true }\n";
const CONDITIONS: &str = "[space]\nlearning_rate = { float = [1e-4, 1.0] }\nnesterov = { bool = true, weights = [9, 1] }\n\
                          optimizer = { one_of = ['sgd', 'adam', 'adamw'], weights = [1, 98, 1], compare = true }\n\
                          rounding = { one_of = ['none', 'hard'], compare = true, when = 'nesterov' }\n";

/// The arms of each question in the first trials of `method`, all of whose values say that the first arm is best.
fn arms(method: &dyn Sampler, space: &Space, trials: usize) -> Vec<Vec<Option<usize>>> {
    let mut history = History::new(vec![Goal::Maximize], Vec::new());
    for trial in 0..trials {
        let proposal =
            propose(method, space, &history, stream(trial as u64), |_| Ok(statics(1.0))).expect("there are more");
        let first = space.questions().all(|question| question.arm(&proposal.candidate).is_none_or(|arm| arm == 0));
        let fate = if first { Fate::Complete(vec![1.0 + trial as f64 / 1e3]) } else { Fate::Complete(vec![0.0]) };
        history.push(Past { candidate: proposal.candidate, fate });
    }
    let of = |question: crate::space::Question<'_>| {
        history.pasts().iter().map(|past| question.arm(&past.candidate)).collect()
    };
    space.questions().map(of).collect()
}

#[test]
fn every_method_keeps_the_share_of_each_arm() {
    for text in [SPACE, CONDITIONS] {
        let space = space(text);
        let sizes: Vec<usize> = space.questions().map(|question| question.arms().len()).collect();
        for method in methods(&space, 1) {
            let trials = if method.name() == "gp" { 30 } else { 60 };
            for (found, arms) in arms(method.as_ref(), &space, trials).iter().zip(&sizes) {
                for begun in 1..=trials {
                    let active: Vec<usize> = found[..begun].iter().copied().flatten().collect();
                    for arm in 0..*arms {
                        let tried = active.iter().filter(|tried| **tried == arm).count();
                        // All arms but one may become due at once, and are served one after the other.
                        let even = active.len().saturating_sub(*arms) / (2 * arms);
                        let least = even.max(usize::from(begun >= *arms));
                        assert!(tried >= least, "{}: arm {arm} has {tried} of {}", method.name(), active.len());
                    }
                }
            }
        }
    }
}

#[test]
fn a_choice_that_is_rarely_active_stays_rare() {
    let rare = "[space]\nlearning_rate = { float = [1e-4, 1.0] }\nnesterov = { bool = true, weights = [19, 1] }\n\
                rounding = { one_of = ['none', 'hard'], compare = true, when = 'nesterov' }\n";
    let found = arms(&Random, &space(rare), 100);
    let active = found[0].iter().flatten().count();
    assert!((2..20).contains(&active), "it is active in {active} of 100, and in 5 by its condition");
}

#[test]
fn arms_that_exclude_each_other_and_arms_that_are_used_up_do_not_stop_a_study() {
    let forbidden = "[space]\nmomentum = { float = [0.0, 0.9] }\noptimizer = { one_of = ['sgd', 'adam'], compare = true }\n\
                     rounding = { one_of = ['none', 'hard'], compare = true }\n\
                     [[constraint]]\nforbid = { optimizer = 'sgd', rounding = 'none' }\n";
    for found in arms(&Random, &space(forbidden), 12) {
        assert!(found.contains(&Some(0)) && found.contains(&Some(1)), "{found:?}");
    }
    let single = "[space]\nmomentum = { float = [0.0, 0.9], when = \"optimizer == 'adam'\" }\n\
                  optimizer = { one_of = ['sgd', 'adam'], compare = true }\n";
    let found = arms(&Random, &space(single), 20);
    assert_eq!(found[0].iter().filter(|arm| **arm == Some(0)).count(), 1, "there is but one such candidate");
}

#[test]
fn a_study_without_compared_choices_is_as_it_was() {
    let plain = space(&SPACE.replace(", compare = true", ""));
    let history = History::default();
    let proposed = propose(&Random, &plain, &history, stream(3), |_| Ok(statics(1.0))).expect("there are many");
    assert_eq!(proposed.candidate, Random.ask(&plain, &history, &mut stream(3).rng()));
}
