//! Commands that act on a study from another terminal.

use serde_json::{Value, json};

use crate::kiln::{Answer, HALVING, Place, TINY};

/// Two candidates, the first of which is enqueued.
const TWO: &str = "[study]\nname = \"two\"\n[data]\nsource = \"digits\"\n[search]\nenqueue = [{ channels = 2 }]\n\
                   [fidelity]\nepochs = 1\n[budget]\ntrials = 1\n[space]\ndepth = 1\nchannels = { ordinal = [2, 4] }\n";

/// A study whose first trial does not end by itself while a test acts on it.
fn long() -> String {
    TINY.replace("epochs = 3", "epochs = 100000")
}

fn shown(place: &Place, trial: u32) -> Value {
    place.json(&["show", &trial.to_string(), "--format", "json"])
}

fn assert_refused(answer: &Answer, says: &[&str]) {
    let text = answer.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert_eq!(answer.code, Some(2), "{answer:?}");
    for part in says {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[test]
fn a_trial_in_training_is_stopped_and_the_study_goes_on() {
    let place = Place::new(&long());
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let answer = place.answer(&["stop", "0"]);
    assert_eq!(answer, "trial 0 is to end: the run of tiny ends it in a moment\n");
    let finished = run.wait_for("finished").expect("the trial ends");
    assert_eq!((&finished["trial"], &finished["outcome"]), (&json!(0), &json!("stopped")));
    let epoch = run.wait_for("epoch").expect("the study goes on");
    assert_eq!(epoch["trial"], 1);
    let holder = shown(&place, 1)["holder"].as_str().expect("somebody trains it").to_owned();
    assert!(place.answer(&["show", "1"]).contains(&format!("{holder} trains it")));
    assert_refused(&place.kiln(&["stop", "0"]), &["trial 0", "over already: stopped", "kiln show 0"]);
    assert_refused(&place.kiln(&["stop", "9"]), &["no trial 9", "from 0 to 1"]);
    run.interrupt();
    assert_eq!(run.finish().code, Some(130));
    assert_eq!(shown(&place, 0)["cause"], "somebody stopped it");
}

#[test]
fn a_trial_at_rest_is_stopped_when_the_study_goes_on() {
    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    run.interrupt();
    assert_eq!(run.finish().code, Some(130));
    assert_eq!(shown(&place, 0)["outcome"], "paused");
    let answer = place.answer(&["stop", "0", "tiny"]);
    assert!(answer.contains("nobody runs tiny now: `kiln run` ends it"), "{answer}");
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let outcomes: Vec<_> = (0..4).map(|trial| shown(&place, trial)["outcome"].clone()).collect();
    assert_eq!(outcomes, ["stopped", "complete", "complete", "complete"]);
}

#[test]
fn a_trial_that_waits_for_its_promotion_is_stopped_even_if_there_is_nothing_else_to_do() {
    let place = Place::new(HALVING);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let ranking = place.json(&["rank", "--format", "json"]);
    let paused = ranking["trials"].as_array().expect("a list").iter().find(|trial| trial["outcome"] == "paused");
    let paused = paused.expect("some are paused")["trial"].as_u64().expect("a number") as u32;
    place.answer(&["stop", &paused.to_string()]);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(shown(&place, paused)["outcome"], "stopped");
}

#[test]
fn a_paused_study_rests_until_it_is_resumed_and_nothing_is_lost() {
    // Seconds, of which the wish takes one to be seen.
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 96");
    let space = slow.replace("epochs = 3", "epochs = 30").replace("trials = 4", "trials = 1");
    let undisturbed = Place::new(&space);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(&space);
    let mut run = place.start(&["run"]);
    run.wait_for("started").expect("the study has trials");
    let answer = place.answer(&["pause"]);
    assert_eq!(answer, "tiny is paused: its trials rest after their epochs, until `kiln resume tiny`\n");
    run.wait_for("note").expect("it says that it rests");
    let state = || place.json(&["studies", "--format", "json"])[0]["state"].clone();
    assert_eq!(state(), "running, paused");
    assert!(place.answer(&["pause"]).contains("was paused already"));
    run.interrupt();
    assert_eq!(run.finish().code, Some(130));
    assert_eq!(state(), "at rest, paused");

    let mut run = place.start(&["run"]);
    run.wait_for("note").expect("it says that it rests");
    let before = place.record();
    let answer = place.answer(&["resume"]);
    assert_eq!(answer, "tiny is paused no more: the run of tiny goes on with it in a moment\n");
    assert_eq!(run.finish().code, Some(0));
    assert!(before.len() < undisturbed.record().len(), "nothing was trained in between");
    assert_eq!(place.record(), undisturbed.record());
    assert!(place.answer(&["resume"]).contains("was not paused"));
}

#[test]
fn failed_trials_are_tried_again_once() {
    let space = TINY.replace("learning_rate = { float = [1e-3, 1e-1], log = true }", "learning_rate = 1e30");
    let place = Place::new(&space.replace("trials = 4", "trials = 2").replace("normalization = \"batch\"\n", ""));
    assert_eq!(place.kiln(&["run", "--device", "cpu", "--quiet"]).code, Some(1));
    assert!(place.answer(&["retry"]).contains("nothing to try again"), "they have not crashed");
    let diverged = ["retry", "--outcome", "diverged", "--format", "json"];
    let queued = place.json(&diverged);
    let entries = |queued: &Value| -> Vec<Value> {
        queued
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| json!([row["trial"], row["entry"], row["tried_as"]]))
            .collect()
    };
    assert_eq!(entries(&queued), [json!([0, 1, null]), json!([1, 2, null])]);
    assert_eq!(place.json(&diverged), queued, "they are not queued twice");

    // They come on top of the budget, with the same candidates and other random numbers: some may do better.
    assert!(matches!(place.kiln(&["run", "--device", "cpu", "--quiet"]).code, Some(0 | 1)));
    for (trial, again) in [(0, 2), (1, 3)] {
        let (trial, again) = (shown(&place, trial), shown(&place, again));
        assert_eq!(trial["candidate"], again["candidate"]);
        assert_eq!(again["origin"], "enqueued");
    }
    assert_eq!(place.json(&["rank", "--format", "json"])["trials"].as_array().expect("a list").len(), 4);
    let named = place.json(&["retry", "--trial", "0", "--trial", "3", "--format", "json"]);
    assert_eq!(entries(&named), [json!([0, null, 2]), json!([3, 3, null])], "only the last one of a candidate");
    let table = place.answer(&["retry", "--trial", "0"]);
    assert!(table.contains("as trial 2 already"), "{table}");
    assert_refused(&place.kiln(&["retry", "--trial", "7"]), &["no trial 7"]);
}

#[test]
fn a_candidate_is_tried_before_what_the_sampler_proposes() {
    let place = Place::new(&long());
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let answer = place.answer(&["enqueue", "optimizer=adam", "dropout=0.125", "channels=4"]);
    let expected =
        "optimizer=adam dropout=0.125 channels=4 is entry 1 of the queue: the run of tiny begins it in a moment\n";
    assert_eq!(answer, expected);
    place.answer(&["stop", "0"]);
    let started = run.wait_for("started").expect("the next trial begins");
    assert_eq!((&started["trial"], &started["origin"]), (&json!(1), &json!("enqueued")));
    let candidate = &started["candidate"];
    assert_eq!(
        (&candidate["optimizer"], &candidate["dropout"], &candidate["channels"]),
        (&json!("adam"), &json!(0.125), &json!(4))
    );
    assert!(candidate["learning_rate"].is_number(), "the rest is drawn: {candidate}");
    // A trial can be tried again while another is trained, but not itself.
    assert_refused(&place.kiln(&["retry", "--trial", "1"]), &["trial 1 is running", "kiln stop 1"]);
    place.answer(&["retry", "--outcome", "stopped"]);
    place.answer(&["stop", "1"]);
    let started = run.wait_for("started").expect("the next trial begins");
    assert_eq!(started["candidate"], shown(&place, 0)["candidate"]);
    run.kill();
}

#[test]
fn values_that_do_not_fit_are_refused_like_those_of_the_file() {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 1").replace("trials = 4", "trials = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    for (values, says) in [
        (["learning_rte=0.1"].as_slice(), ["`learning_rte` is not a parameter", "did you mean `learning_rate`?"]),
        (&["channels=3"], ["`channels` cannot be 3", "the command line:1:"]),
        (&["optimizer=adam", "momentum=0.5"], ["`momentum` is never active", "leave `momentum` out"]),
        (&["dropout=0.25=1"], ["this is not TOML", "the command line:1:"]),
        (&["tiny", "adam"], ["`adam` is no NAME=VALUE", "learning_rate=0.01"]),
        (&["tiny"], ["no value", "at least one"]),
        (&["large", "dropout=0.1"], ["no study `large`", "tiny"]),
    ] {
        assert_refused(&place.kiln(&[&["enqueue"], values].concat()), &says);
    }
    place.write("more.toml", "dropout = 0.5\noptimizer = \"sgd\"\nmomentum = 0.75\n");
    let queued = place.json(&["enqueue", "--file", "more.toml", "dropout=0.25", "--format", "json"]);
    assert_eq!(queued["candidate"], json!({"dropout": 0.25, "optimizer": "sgd", "momentum": 0.75}));
    place.write("more.toml", "\ndropout = 2\n");
    assert_refused(&place.kiln(&["enqueue", "--file", "more.toml"]), &["`dropout`", "more.toml:2:"]);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(shown(&place, 1)["candidate"]["momentum"], 0.75);
}

#[test]
fn what_cannot_become_a_trial_any_more_is_dropped_once() {
    let place = Place::new(TWO);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_refused(&place.kiln(&["enqueue", "channels=2"]), &["nothing new", "trial 0", "kiln retry --trial 0"]);
    // Each of them could become a trial when it was enqueued.
    place.answer(&["enqueue", "channels=4"]);
    place.answer(&["enqueue", "channels=4"]);
    place.answer(&["retry", "--trial", "0"]);
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stderr.matches("is dropped: it has been tried before").count(), 1, "{run:?}");
    let channels: Vec<_> = (0..3).map(|trial| shown(&place, trial)["candidate"]["channels"].clone()).collect();
    assert_eq!(channels, [2, 4, 2]);
    let again = place.kiln(&["run", "--device", "cpu"]);
    assert!(again.code == Some(0) && !again.stderr.contains("dropped"), "{again:?}");
}

#[test]
fn nothing_is_enqueued_in_a_study_that_is_over_for_good() {
    let place = Place::new(&TWO.replace("trials = 1", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_refused(&place.kiln(&["enqueue", "channels=4"]), &["`two` is over", "1 epoch", "--new-revision"]);
    assert_refused(&place.kiln(&["retry", "--trial", "0"]), &["`two` is over"]);
}
