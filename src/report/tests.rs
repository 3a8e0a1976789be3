//! What is said of studies of every kind.

use std::time::Duration;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::evidence::{Block, Comparison, Design, Network};
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Epoch, Metrics, Origin, Outcome, Standing, State, Trial};
use serde_json::Value as Json;

use super::*;
use crate::runner::confirmation::{Confirmation, Found};
use crate::study;
use crate::term::confirmation::Confirmed;
use crate::vocabulary::BuiltIn;

const FILE: &str = r#"
[study]
name = "s"
[data]
source = "digits"
[fidelity]
epochs = 3
[budget]
trials = 99
[space]
normalization = { one_of = ["none", "batch", "min-max"] }
rounding      = { one_of = ["none", "hard"] }
learning_rate = { float = [1e-4, 1e-1], log = true }
dense         = { int = [1, 100] }
"#;

/// A number from 0 to 1 that looks random.
fn noise(seed: u32) -> f64 {
    f64::from(seed.wrapping_mul(2_654_435_761) >> 8) / f64::from(1_u32 << 24)
}

fn trial(number: u32, outcome: Outcome, accuracies: &[f64]) -> Trial {
    let text = |name: &str| Value::Text(name.to_owned());
    let rate = 1e-4 * 1000.0_f64.powf(noise(number));
    let candidate = Candidate::from_iter([
        ("normalization".to_owned(), text(["none", "batch", "min-max"][number as usize % 3])),
        ("rounding".to_owned(), text(["none", "hard"][number as usize % 2])),
        ("learning_rate".to_owned(), Value::Float(rate)),
        ("dense".to_owned(), Value::Int(i64::from(number % 100) + 1)),
    ]);
    let epoch = |(index, accuracy): (usize, &f64)| Epoch {
        epoch: index as u32 + 1,
        metrics: [("val_accuracy", *accuracy), ("train_accuracy", accuracy + 0.05), ("seconds", 0.5)]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
    };
    let size = 1000.0 + f64::from(number % 100) * 10.0;
    let statics = Metrics::from([("parameters".to_owned(), size), ("macs".to_owned(), 30.0 * size)]);
    let began_at = 1_000_000 + u64::from(number) * 1_500;
    Trial {
        state: State::Ended(outcome),
        epochs: accuracies.iter().enumerate().map(epoch).collect(),
        ended_at: Some(began_at + 1_500),
        ..Trial::new(number, candidate, Origin::Sampled, statics, began_at)
    }
}

fn complete(number: u32) -> Trial {
    let reached = 0.5 + 0.4 * noise(number + 7);
    trial(number, Outcome::Complete, &[0.3, 0.8 * reached, reached])
}

fn diverged(number: u32) -> Trial {
    trial(number, Outcome::Diverged { epoch: 1, step: number + 1, last_loss: None }, &[])
}

fn objectives(names: &[(&str, Goal)]) -> Vec<(String, Goal)> {
    names.iter().map(|(name, goal)| ((*name).to_owned(), *goal)).collect()
}

fn one() -> Vec<(String, Goal)> {
    objectives(&[("val_accuracy", Goal::Maximize)])
}

/// The page, the text and the facts of a study of `trials`.
fn told(trials: &[Trial], objectives: Vec<(String, Goal)>) -> (String, String, Json) {
    told_with(trials, objectives, None)
}

/// The same of a study with a confirmation.
fn told_with(
    trials: &[Trial],
    objectives: Vec<(String, Goal)>,
    confirmation: Option<(&Confirmation, &[Trial])>,
) -> (String, String, Json) {
    let study = StudyRecord {
        name: "s".into(),
        seed: 1,
        space_toml: FILE.into(),
        objectives,
        created_at: 0,
        kiln_version: "0.1.0".into(),
        data_digest: "d1g35t".into(),
        device: "cpu".into(),
        strategy: Strategy::Random,
        reason: None,
        file_revision: 1,
    };
    let file = study::recorded(&study, &BuiltIn).expect("the file is sound");
    let plan = |_: &Candidate| Err("the data are gone".to_owned());
    let all = |more: &[Trial]| trials.iter().chain(more).map(|trial| trial.standing(None)).collect::<Vec<_>>();
    let found = confirmation.map(|(confirmation, more)| {
        let trainings: Vec<Standing> = more.iter().map(|trial| trial.standing(None)).collect();
        let answer = confirmation.answer(&trainings);
        (Found { confirmation: confirmation.clone(), trainings, answer }, all(more))
    });
    let confirmed = found.as_ref().map(|(found, all)| Confirmed::of(&study, found, all, &[]));
    let snapshot = Snapshot {
        study: &study,
        file: Some(&file),
        revisions: &[],
        trials,
        spent: Duration::from_mins(1),
        confirmed: confirmed.as_ref(),
        plan: &plan,
    };
    let facts = Facts::of(&snapshot);
    let json = serde_json::to_value(&facts).expect("facts are JSON");
    (html::page(&facts).expect("facts are JSON"), markdown(&facts), json)
}

fn sentence(trials: &[Trial], objectives: Vec<(String, Goal)>) -> String {
    told(trials, objectives).2["answer"]["sentence"].as_str().expect("a text").to_owned()
}

#[test]
fn every_kind_of_study_has_an_answer() {
    assert_eq!(sentence(&[], one()), "Study s has no trials yet.");
    let running = Trial { state: State::Running, ended_at: None, ..complete(0) };
    assert_eq!(sentence(&[running], one()), "No winner yet: none of the 1 trial is complete.");
    assert_eq!(
        sentence(&[trial(0, Outcome::Complete, &[0.75])], one()),
        "The only trial reached val_accuracy 0.7500, with 1,000 parameters."
    );
    assert_eq!(
        sentence(&[diverged(0)], one()),
        "No winner: the only trial ended without a result (diverged in epoch 1 at step 1 (its loss was never finite))."
    );
    let failed = [diverged(0), trial(1, Outcome::Crashed { cause: "SIGSEGV".into() }, &[]), diverged(2)];
    assert_eq!(sentence(&failed, one()), "No winner: all 3 trials ended without a result (2 diverged, 1 crashed).");
    let odd = [trial(0, Outcome::Complete, &[f64::NAN]), trial(1, Outcome::Complete, &[f64::NAN])];
    assert_eq!(sentence(&odd, one()), "No winner: no complete trial of the 2 trials has a number for val_accuracy.");
    let both = objectives(&[("val_accuracy", Goal::Maximize), ("parameters", Goal::Minimize)]);
    assert_eq!(
        sentence(&[trial(0, Outcome::Complete, &[0.75])], both.clone()),
        "The only trial reached val_accuracy 0.7500 with parameters 1,000."
    );
    let good = [trial(0, Outcome::Complete, &[0.5]), trial(1, Outcome::Complete, &[0.75])];
    assert_eq!(sentence(&good, one()), "Trial 1 is the best of 2 trials: val_accuracy 0.7500, with 1,010 parameters.");
    assert_eq!(
        sentence(&good, both),
        "2 of 2 trials are beaten by no other; of these trial 1 has the best val_accuracy, 0.7500, with parameters 1,010."
    );
}

#[test]
fn three_objectives_and_numbers_that_are_none_leave_no_section_out() {
    let mut trials: Vec<Trial> = (0..40).map(complete).collect();
    trials.push(trial(40, Outcome::Complete, &[f64::NAN]));
    trials.push(diverged(41));
    let three =
        objectives(&[("val_accuracy", Goal::Maximize), ("parameters", Goal::Minimize), ("macs", Goal::Minimize)]);
    let (page, text, facts) = told(&trials, three);
    assert_eq!(facts["trials"]["rows"][40]["figures"][0], Json::Null, "what is no number is null");
    assert_eq!(facts["front"]["trials"][0][1].as_array().map(Vec::len), Some(3));
    assert_eq!(facts["importance"].as_array().map(Vec::len), Some(6), "two methods for each objective");
    assert_eq!(facts["slices"].as_array().map(Vec::len), Some(12), "four parameters against three objectives");
    assert_eq!(facts["contours"].as_array().map(Vec::len), Some(6));
    let remarks = facts["answer"]["remarks"].to_string();
    assert!(remarks.contains("1 trial is complete, but not a number"), "{remarks}");
    assert!(text.contains("the data are gone") && text.contains("## Generalization gap"), "{text}");
    assert!(page.contains("script-src 'sha256-"));
    // In the script are the names of kinds of elements, which look like addresses.
    let others = page.replace(html::SCRIPT, "");
    assert!(!others.contains("http://") && !others.contains("https://") && !others.contains("src=\""));
}

#[test]
fn causes_that_differ_in_numbers_are_one_and_read_as_before() {
    let (.., facts) = told(&[diverged(0), diverged(41)], one());
    let causes = facts["cost"]["causes"].as_array().expect("a list");
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(causes[0]["text"], "the loss was no number from the start (step N of epoch N)");
}

#[test]
fn warnings_are_counted_where_they_could_be() {
    let mut trials: Vec<Trial> = (0..12).map(complete).collect();
    for trial in trials.iter_mut().filter(|trial| trial.number % 2 == 1) {
        trial.warnings = vec![format!(
            "rounding = \"hard\" passes no gradient: {} of 11 parameter tensors (a.weight) do not learn; use rounding = \
             \"straight-through\"",
            trial.number
        )];
    }
    let (_, text, facts) = told(&trials, one());
    assert_eq!(facts["warnings"].as_array().map(Vec::len), Some(1), "they differ only in the tensors");
    assert!(text.contains("Hard rounding stopped the gradient in 6 of 6 trials that had it."), "{text}");
}

#[test]
fn what_a_trial_wrote_cannot_leave_its_place() {
    let evil = "</script><script>alert(1)</script>";
    let crashed = trial(0, Outcome::Crashed { cause: evil.into() }, &[]);
    let (page, ..) = told(&[crashed], one());
    assert!(!page.contains(evil) && page.contains("\\u003c/script>"));
    assert_eq!(page.matches("</script>").count(), 2);
}

#[test]
fn twenty_thousand_trials_fit_a_page() {
    let trials: Vec<Trial> = (0..20_000).map(complete).collect();
    let both = objectives(&[("val_accuracy", Goal::Maximize), ("parameters", Goal::Minimize)]);
    let (page, _, facts) = told(&trials, both);
    assert!(page.len() < 3 << 20, "{} bytes", page.len());
    assert_eq!(facts["trials"]["all"], 20_000);
    let counted = |list: &Json| {
        list.as_array().expect("a list").iter().map(|cell| cell[2].as_u64().expect("a count")).sum::<u64>()
    };
    assert_eq!(counted(&facts["front"]["density"]["counts"]), 20_000, "all of them are somewhere");
    let stretches = facts["history"][0]["stretches"].as_array().expect("a list");
    assert_eq!(stretches.iter().map(|one| one["values"]["n"].as_u64().expect("a count")).sum::<u64>(), 20_000);
    let ended: u64 = facts["timeline"]["load"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|part| part[1].as_u64().expect("a count"))
        .sum();
    assert_eq!(ended, 20_000);
}

#[test]
fn a_confirmation_gives_the_answer_and_a_verdict_for_each_arm() {
    let trials: Vec<Trial> = (0..12).map(complete).collect();
    let network = |trial: u32, arm: usize| Network {
        candidate: trials[trial as usize].candidate.clone(),
        statics: Metrics::new(),
        trial: Some(trial),
        finalist: true,
        arms: vec![Some(arm)],
    };
    let arms = ["none", "batch"].map(|name| Value::Text(name.to_owned())).into();
    let blocks = vec![Block { own: 1, arms: vec![Some(0), Some(1)] }];
    let comparisons = vec![Comparison { parameter: "normalization".to_owned(), arms, blocks }];
    let design = Design { seeds: 4, networks: vec![network(0, 0), network(1, 1)], comparisons };
    let confirmation = Confirmation { design, metric: "val_accuracy".to_owned(), goal: Goal::Maximize };
    let values = [[0.5, 0.501, 0.504, 0.509], [0.7, 0.702, 0.703, 0.71]];
    let places = (0..4_u32).flat_map(|seed| (0..2_u32).map(move |network| (network, seed)));
    let trained: Vec<Trial> = places
        .zip(12..)
        .map(|((network, seed), number)| Trial {
            candidate: trials[network as usize].candidate.clone(),
            origin: Origin::Confirmation { seed },
            ..trial(number, Outcome::Complete, &[values[network as usize][seed as usize]])
        })
        .collect();
    let (_, text, facts) = told_with(&trials, one(), Some((&confirmation, &trained)));
    let sentence = facts["answer"]["sentence"].as_str().expect("a text");
    assert!(sentence.starts_with("Trial 1 is the best of 2 finalists: val_accuracy 0.70"), "{sentence}");
    assert_eq!((&facts["winner"]["trial"], &facts["evidence"]["winner"]["trial"]), (&1.into(), &1.into()));
    assert_eq!(facts["cost"]["trials"], 12, "confirmations are no part of the search");
    let remarks = facts["answer"]["remarks"].to_string();
    assert!(remarks.contains("Normalization: selected: batch; not selected: none."), "{remarks}");
    assert!(!remarks.contains("Nobody trained it again"), "{remarks}");
    assert!(text.contains("## Evidence"), "{text}");
}
