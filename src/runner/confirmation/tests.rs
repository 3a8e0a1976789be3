use kiln_search::candidate::Value;
use kiln_trials::trial::{Epoch, Measured, Metrics, Origin, Trial};

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

const CONFIRM: Confirm = Confirm { top: 2, seeds: 2 };

fn study() -> Study {
    let text = "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[budget]\ntrials = 4\n[space]\n\
                channels = { ordinal = [2, 4, 8] }\n";
    study::read("s", text, &BuiltIn).expect("the file is sound")
}

/// A trial of so many channels that ended so, with this accuracy.
fn trial(number: u32, origin: Origin, channels: i64, state: State, accuracy: f64) -> Standing {
    let candidate = Candidate::from_iter([("channels".to_owned(), Value::Int(channels))]);
    let metrics = Measured::from([("val_accuracy".to_owned(), accuracy)]);
    let statics = Metrics::from([("parameters".to_owned(), channels as f64)]);
    let begun = Trial::new(number, candidate, origin, statics, 0);
    Trial { state, epochs: vec![Epoch { epoch: 1, metrics }], ..begun }.standing(None)
}

fn complete(number: u32, origin: Origin, channels: i64, accuracy: f64) -> Standing {
    trial(number, origin, channels, State::Ended(Outcome::Complete), accuracy)
}

fn searched() -> Vec<Standing> {
    [(2, 0.5), (4, 0.9), (8, 0.7), (4, 0.1)]
        .into_iter()
        .enumerate()
        .map(|(number, (channels, accuracy))| complete(number as u32, Origin::Sampled, channels, accuracy))
        .collect()
}

fn on(seed: u32) -> Origin {
    Origin::Confirmation { seed }
}

#[test]
fn the_best_candidates_are_trained_seed_by_seed() {
    let confirmation = Confirmation::of(&study(), CONFIRM, &searched(), |_| Ok(BTreeMap::new()));
    // Four channels have been tried twice: their mean is 0.5, as good as two channels, which came first.
    let trials: Vec<_> = confirmation.design.networks.iter().map(|network| network.trial).collect();
    assert_eq!(trials, [Some(2), Some(0)]);
    let free = &|_: &Standing| false;
    assert_eq!(confirmation.next(&[], free), Job::Confirm { network: 0, seed: 0 });
    let mut begun = vec![complete(4, on(0), 8, 0.6), trial(5, on(0), 2, State::Paused, 0.3)];
    assert_eq!(confirmation.next(&begun, free), Job::Continue(5));
    assert_eq!(confirmation.next(&begun, &|trial| trial.number == 5), Job::Confirm { network: 0, seed: 1 });
    begun[1] = trial(5, on(0), 2, State::Ended(Outcome::Crashed { cause: String::new() }), 0.3);
    begun.push(trial(6, on(1), 8, State::Running, 0.3));
    begun.push(complete(7, on(1), 2, 0.9));
    assert_eq!(confirmation.next(&begun, &|trial| trial.number == 6), Job::Wait);
    assert_eq!((confirmation.progress(&begun), confirmation.is_over(&begun)), ((3, 4), false));
    begun[2] = complete(6, on(1), 8, 0.65);
    assert!(matches!(confirmation.next(&begun, free), Job::Done(_)) && confirmation.is_over(&begun));

    let answer = confirmation.answer(&begun);
    let winner = answer.winner.as_ref().expect("there are values");
    assert_eq!(winner.network, 0, "the other one has failed once");
    assert!((winner.mean - 0.625).abs() < 1e-12, "{winner:?}");
    let representative = confirmation.representative(&begun, &answer);
    assert_eq!(representative.map(|trial| trial.number), Some(4), "the first seed, not the best");

    let mut all = searched();
    all.extend(begun);
    assert_eq!(Confirmation::recorded(&study(), CONFIRM, &all).design.networks.len(), 2);
}

#[test]
fn what_somebody_stopped_is_no_failure_and_what_failed_everywhere_has_no_winner() {
    let confirmation = Confirmation::of(&study(), CONFIRM, &searched(), |_| Ok(BTreeMap::new()));
    let diverged = || State::Ended(Outcome::Diverged { epoch: 2, step: 1, last_loss: None });
    let mut begun = Vec::new();
    for (number, (seed, channels)) in [(0, 8), (0, 2), (1, 8), (1, 2)].into_iter().enumerate() {
        begun.push(trial(4 + number as u32, on(seed), channels, diverged(), 0.5));
    }
    begun[3] = trial(7, on(1), 2, State::Ended(Outcome::Stopped), 0.5);
    let answer = confirmation.answer(&begun);
    assert_eq!((answer.winner.clone(), confirmation.representative(&begun, &answer)), (None, None));
    let failed: Vec<_> = answer.networks.iter().map(|network| network.failed).collect();
    assert_eq!((failed, confirmation.is_over(&begun)), (vec![2, 1], true));
}

#[test]
fn without_a_complete_trial_there_is_nothing_to_confirm() {
    let confirmation = Confirmation::of(&study(), CONFIRM, &[], |_| Ok(BTreeMap::new()));
    assert!(confirmation.design.networks.is_empty() && confirmation.is_over(&[]));
}
