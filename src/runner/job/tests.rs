use kiln_search::candidate::Candidate;
use kiln_trials::trial::{Epoch, Measured, Metrics, Origin, Outcome, Trial};

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

fn study(fidelity: &str) -> Study {
    let text = format!(
        "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[fidelity]\n{fidelity}\n[budget]\ntrials = 4\n\
         [[objective]]\nmetric = \"val_loss\"\ngoal = \"minimize\"\n[[objective]]\nmetric = \"parameters\"\n\
         goal = \"minimize\"\n[space]\nchannels = {{ ordinal = [8, 16] }}\n"
    );
    study::read("s", &text, &BuiltIn).expect("the file is sound")
}

/// A trial with these losses, of a network of one size.
fn trial(number: u32, state: State, losses: &[f64]) -> Trial {
    let epoch = |(index, loss): (usize, &f64)| Epoch {
        epoch: index as u32 + 1,
        metrics: Measured::from([("val_loss".to_owned(), *loss)]),
    };
    let statics = Metrics::from([("parameters".to_owned(), 100.0)]);
    let epochs = losses.iter().enumerate().map(epoch).collect();
    Trial { state, epochs, ..Trial::new(number, Candidate::new(), Origin::Sampled, statics, 0) }
}

fn record(study: &Study, trials: &[Trial]) -> Record {
    let mut record = Record::new(study);
    for trial in trials {
        record.take(trial.clone());
    }
    record
}

fn next(study: &Study, trials: &[Trial]) -> Job {
    next_after(study, trials, Duration::ZERO, false)
}

fn next_after(study: &Study, trials: &[Trial], spent: Duration, queued: bool) -> Job {
    super::next(study, &record(study, trials), spent, &|_| false, queued)
}

fn verdict(study: &Study, trials: &[Trial], number: TrialNumber) -> Option<Verdict> {
    super::verdict(study, &record(study, trials), number)
}

const HALVING: &str = "epochs = 4\nrungs = [1, 2]\nreduction = 2";

#[test]
fn the_jobs_of_one_worker_are_in_the_order_of_the_paper() {
    let study = study(HALVING);
    let mut trials = vec![trial(0, State::Paused, &[0.5])];
    assert_eq!(next(&study, &trials), Job::Begin, "one of one is not promoted");
    trials.push(trial(1, State::Running, &[0.4]));
    assert_eq!(next(&study, &trials), Job::Continue(1));
    assert_eq!(verdict(&study, &trials, 1), Some(Verdict::Continue), "it is the better one of two");
    trials[1] = trial(1, State::Running, &[0.4, 0.3]);
    assert_eq!(verdict(&study, &trials, 1), Some(Verdict::Pause), "it is alone at the next rung");
    trials[1].state = State::Paused;
    assert_eq!(next(&study, &trials), Job::Begin);
    trials.push(trial(2, State::Paused, &[0.9]));
    trials.push(trial(3, State::Paused, &[0.8]));
    assert_eq!(next(&study, &trials), Job::Continue(0), "two of four are promoted, and 1 was already");
    trials[0] = trial(0, State::Paused, &[0.5, 0.1]);
    assert_eq!(next(&study, &trials), Job::Continue(0), "the higher rung comes first");
    trials[0] = trial(0, State::Ended(Outcome::Complete), &[0.5, 0.1, 0.1, 0.1]);
    assert_eq!(next(&study, &trials), Job::Done("the budget of 4 trials is used up".to_owned()));
    let by_hand = next_after(&study, &trials, Duration::ZERO, true);
    assert_eq!(by_hand, Job::Begin, "what a person asks for comes on top");
    trials.push(trial(4, State::Ended(Outcome::Stopped), &[]));
    assert_eq!(next(&study, &trials), Job::Done("the budget of 4 trials is used up".to_owned()), "and is no budget");
}

#[test]
fn what_a_killed_runner_left_comes_first_even_if_the_time_is_used_up() {
    let mut study = study(HALVING);
    study.budget.wall = Some(Duration::from_secs(1));
    let mut trials = vec![trial(0, State::Paused, &[0.5, 0.4, 0.3]), trial(1, State::Running, &[0.4, 0.3, 0.2, 0.1])];
    assert_eq!(next_after(&study, &trials, Duration::MAX, false), Job::Continue(1));
    assert_eq!(verdict(&study, &trials, 1), Some(Verdict::Settle), "it has all its epochs");
    trials[1].state = State::Ended(Outcome::Complete);
    assert!(matches!(next_after(&study, &trials, Duration::MAX, false), Job::Done(_)));
    assert!(matches!(next_after(&study, &trials, Duration::MAX, true), Job::Done(_)), "not after its end");
    assert_eq!(next(&study, &trials), Job::Continue(0));
}

#[test]
fn an_interrupted_trial_comes_before_all_others() {
    let study = study(HALVING);
    // Both at the first rung, of which the better one is to be promoted.
    let mut trials = vec![trial(0, State::Paused, &[0.5]), trial(1, State::Paused, &[0.4])];
    trials.push(trial(2, State::Paused, &[0.9, 0.9, 0.9]));
    assert_eq!(next(&study, &trials), Job::Continue(2), "epoch 3 is no rung");
    assert_eq!(verdict(&study, &trials, 2), None);
    trials[2] = trial(2, State::Paused, &[]);
    assert_eq!(next(&study, &trials), Job::Continue(2));
}

#[test]
fn without_rungs_a_paused_trial_was_interrupted() {
    for fidelity in ["epochs = 4", "epochs = 4\nscheduler = \"median\""] {
        let study = study(fidelity);
        let trials = [trial(0, State::Paused, &[0.5]), trial(1, State::Paused, &[0.4])];
        assert_eq!(next(&study, &trials), Job::Continue(0), "{fidelity}");
    }
}
