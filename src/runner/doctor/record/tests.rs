use kiln_search::candidate::{Candidate, Value};
use kiln_trials::trial::{Checkpoint, Epoch, Measured, Metrics, Origin};

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

fn study(fidelity: &str) -> Study {
    let text = format!(
        "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[fidelity]\n{fidelity}\n[budget]\ntrials = 4\n\
         [[objective]]\nmetric = \"val_loss\"\ngoal = \"minimize\"\n[space]\nchannels = {{ ordinal = [8, 16] }}\n"
    );
    study::read("s", &text, &BuiltIn).expect("the file is sound")
}

/// A complete trial of three epochs, each with its checkpoint.
fn trial() -> Trial {
    let candidate = Candidate::from_iter([("channels".to_owned(), Value::Int(16))]);
    let metrics = Measured::from([("val_loss".to_owned(), 0.5)]);
    let epochs = (1..=3).map(|epoch| Epoch { epoch, metrics: metrics.clone() }).collect();
    let checkpoint = |epoch| Checkpoint { epoch, name: format!("trial-0-attempt-1-epoch-{epoch}") };
    Trial {
        state: State::Ended(Outcome::Complete),
        epochs,
        checkpoints: (1..=3).map(checkpoint).collect(),
        revision: 5,
        ..Trial::new(0, candidate, Origin::Sampled, Metrics::new(), 0)
    }
}

fn wrong(trial: &Trial, fidelity: &str) -> Option<String> {
    wrong_by_itself(trial, 5).or_else(|| wrong_in(trial, &study(fidelity)))
}

#[test]
fn what_the_runner_writes_is_sound() {
    assert_eq!(wrong(&trial(), "epochs = 3"), None);
    assert_eq!(wrong(&trial(), "epochs = 9\nscheduler = \"patience\"\npatience = 2"), None, "it got no better");
    for state in [State::Running, State::Paused, State::Ended(Outcome::Stopped)] {
        assert_eq!(wrong(&Trial { state, ..trial() }, "epochs = 5"), None);
    }
    let diverged = State::Ended(Outcome::Diverged { epoch: 4, step: 7, last_loss: None });
    assert_eq!(wrong(&Trial { state: diverged, ..trial() }, "epochs = 5"), None);
}

#[test]
fn what_it_never_writes_is_found() {
    let changed = |change: fn(&mut Trial)| {
        let mut trial = trial();
        change(&mut trial);
        wrong(&trial, "epochs = 3").expect("it is found")
    };
    let diverged = |trial: &mut Trial| {
        trial.state = State::Ended(Outcome::Diverged { epoch: 3, step: 7, last_loss: None });
    };
    let other_value = |trial: &mut Trial| {
        trial.candidate = Candidate::from_iter([("channels".to_owned(), Value::Int(12))]);
    };
    for (found, expected) in [
        (changed(|trial| drop(trial.epochs.remove(1))), "epoch 2 is missing before epoch 3"),
        (changed(|trial| trial.epochs[1].metrics = Measured::new()), "epoch 2 has other figures than epoch 1"),
        (
            changed(|trial| trial.checkpoints[0].name = "../x".to_owned()),
            "`../x` is no name of its checkpoint of epoch 1",
        ),
        (changed(|trial| trial.checkpoints[0].epoch = 2), "is no name of its checkpoint of epoch 2"),
        (changed(|trial| trial.faults = vec![String::new(); 2]), "1 attempts, of which 2 failed"),
        (changed(|trial| trial.seen = 5), "change 5 of 5, after change 5"),
        (changed(|trial| trial.revision = 6), "change 6 of 5, after change 0"),
        (changed(|trial| trial.epochs.clear()), "it is complete, without an epoch"),
        (changed(diverged), "it diverged in epoch 3, with 3 epochs on record"),
        (changed(other_value), "its candidate is not of the space: `channels`"),
        (
            changed(|trial| trial.epochs.iter_mut().for_each(|epoch| epoch.metrics = Measured::new())),
            "its val_loss is not known",
        ),
    ] {
        assert!(found.contains(expected), "`{expected}` is not in: {found}");
    }
    assert_eq!(wrong(&trial(), "epochs = 2").as_deref(), Some("it has 3 epochs of 2"));
    assert_eq!(wrong(&trial(), "epochs = 4").as_deref(), Some("it is complete with 3 of 4 epochs"));
}

#[test]
fn trials_are_numbered_without_gaps() {
    let study_record = kiln_trials::store::StudyRecord {
        name: "s".to_owned(),
        seed: 0,
        space_toml: String::new(),
        objectives: Vec::new(),
        created_at: 0,
        kiln_version: String::new(),
        data_digest: String::new(),
        device: "cpu".to_owned(),
        strategy: kiln_search::sampler::strategy::Strategy::Random,
        reason: None,
        file_revision: 1,
    };
    let record = Record { study: study_record, revision: 5, trials: vec![trial(), Trial { number: 2, ..trial() }] };
    let mut findings = Vec::new();
    assert!(!check(&record, None, &mut findings));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].what, "there is no trial 1, but a trial 2");
}
