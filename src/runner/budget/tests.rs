use kiln_search::candidate::Candidate;
use kiln_trials::trial::{Epoch, Measured, Metrics, Origin, Outcome, State, Trial};

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

fn study(budget: &str) -> Study {
    let text = format!(
        "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[budget]\ntrials = 40\n{budget}\n\
         [[objective]]\nmetric = \"val_accuracy\"\ngoal = \"maximize\"\n[[objective]]\nmetric = \"parameters\"\n\
         goal = \"minimize\"\n[space]\nchannels = {{ ordinal = [8, 16] }}\n"
    );
    study::read("s", &text, &BuiltIn).expect("the file is sound")
}

/// Complete trials of two epochs each with these accuracies and sizes.
fn complete(values: &[(f64, f64)]) -> Vec<Standing> {
    let one = |(number, &(accuracy, size)): (usize, &(f64, f64))| {
        let metrics = Measured::from([("val_accuracy".to_owned(), accuracy)]);
        let epochs = [1, 2].map(|epoch| Epoch { epoch, metrics: metrics.clone() }).to_vec();
        let statics = Metrics::from([("parameters".to_owned(), size)]);
        let state = State::Ended(Outcome::Complete);
        Trial { state, epochs, ..Trial::new(number as u32, Candidate::new(), Origin::Sampled, statics, 0) }
            .standing(None)
    };
    values.iter().enumerate().map(one).collect()
}

fn end(budget: &str, trials: &[Standing]) -> Option<String> {
    used_up(&study(budget), trials, Duration::from_secs(10))
}

#[test]
fn epochs_are_counted_over_all_trials() {
    let mut trials = complete(&[(0.5, 1.0), (0.5, 1.0)]);
    assert_eq!(end("epochs = 5", &trials), None);
    trials[0].state = State::Paused;
    assert_eq!(end("epochs = 4", &trials).as_deref(), Some("the budget of 4 epochs is used up"));
    assert_eq!(end("wall = \"10s\"", &trials).as_deref(), Some("the budget of 10.0s wall time is used up"));
}

#[test]
fn one_complete_trial_must_reach_the_whole_target() {
    let target = "target = { val_accuracy = 0.9, parameters = 100 }";
    let mut trials = complete(&[(0.95, 101.0), (0.85, 50.0), (0.9, 100.0)]);
    trials[2].state = State::Running;
    assert_eq!(end(target, &trials), None);
    trials[2].state = State::Ended(Outcome::Complete);
    let reached = "trial 2 has reached the target of val_accuracy 0.9000 and parameters 100";
    assert_eq!(end(target, &trials).as_deref(), Some(reached));
}

#[test]
fn a_plateau_is_so_many_complete_trials_without_a_gain() {
    let plateau = "plateau = { trials = 2, delta = 0.01 }";
    let flat = |values: &[(f64, f64)]| end(plateau, &complete(values)).is_some();
    assert!(!flat(&[(0.5, 9.0), (0.4, 9.0)]), "there is nothing before them");
    assert!(flat(&[(0.5, 9.0), (0.51, 9.0), (f64::NAN, 9.0)]), "a gain of just delta is none");
    assert!(!flat(&[(0.5, 9.0), (0.52, 9.0), (0.4, 9.0)]));
    assert!(!flat(&[(0.5, 9.0), (0.3, 8.0), (0.4, 9.0)]), "a smaller network is a gain in the other objective");
    assert!(flat(&[(0.5, 9.0), (0.3, 7.0), (0.3, 8.0), (0.4, 9.0)]), "each is matched by one before");
    assert_eq!(
        end(plateau, &complete(&[(0.5, 9.0); 3])).as_deref(),
        Some("the last 2 complete trials brought no improvement of more than 0.01")
    );
}

#[test]
fn a_plateau_follows_the_order_of_the_ends() {
    let mut trials = complete(&[(0.6, 9.0), (0.5, 9.0), (0.5, 9.0)]);
    let plateau = "plateau = { trials = 2 }";
    assert!(end(plateau, &trials).is_some());
    // The best was the last to end: a gain.
    for (trial, revision) in trials.iter_mut().zip([3, 1, 2]) {
        trial.revision = revision;
    }
    assert_eq!(end(plateau, &trials), None);
}
