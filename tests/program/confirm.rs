//! The best of a study, trained again: by itself at the end of a run, by hand, and through interruptions.

use kiln_trials::chaos::VARIABLE;
use serde_json::{Value, json};

use crate::kiln::{Answer, Place};

/// Four trials, of which two are confirmed on two seeds, and a choice that is compared.
const CONFIRMED: &str = r#"
[study]
name = "tiny"
seed = 7

[data]
source = "digits"

[search]
strategy = "random"

[fidelity]
epochs = 2

[budget]
trials = 4

[confirm]
top = 2
seeds = 2

[space]
depth         = 1
channels      = { ordinal = [2, 4] }
normalization = { one_of = ["none", "batch"], compare = true }
learning_rate = { float = [1e-2, 1e-1], log = true }
dropout       = { float = [0.0, 0.5] }
batch_size    = 128
"#;

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array().expect("a list").iter().map(|number| number.as_u64().expect("a number")).collect()
}

#[test]
fn a_run_ends_with_what_its_best_are_worth() {
    let place = Place::new(CONFIRMED);
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for line in ["confirming: ", " on fresh seed 1: ", "on the test images: ", "the budget of 4 trials is used up"] {
        assert!(run.stderr.contains(line), "`{line}` is not in: {}", run.stderr);
    }
    for part in ["the best of 2 finalists: val_accuracy", "of the test images right\nnormalization: "] {
        assert!(run.stdout.contains(part), "`{part}` is not in: {}", run.stdout);
    }
    let again = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!((again.code, again.stdout), (Some(0), run.stdout), "it is done once");

    // The answer is that of the record.
    let found = place.json(&["confirm", "--format", "json"]);
    assert_eq!(found["trainings"]["over"], found["trainings"]["all"]);
    let finalists: Vec<&Value> =
        found["networks"].as_array().expect("a list").iter().filter(|network| network["finalist"] == true).collect();
    assert_eq!(finalists.len(), 2, "{found}");
    let winner = &found["winner"];
    let test = &winner["test"];
    assert_eq!((&test["trial"], test), (&winner["confirmation"], &found["tests"][0]));
    let share = test["correct"].as_f64().expect("a count") / test["images"].as_f64().expect("a count");
    assert!((test["accuracy"].as_f64().expect("a share") - share).abs() < 1e-12, "{test}");
    assert!(
        test["interval"]["low"].as_f64() < Some(share) && test["interval"]["high"].as_f64() > Some(share),
        "{test}"
    );
    assert_eq!(found["questions"][0]["parameter"], "normalization");

    // Batch normalization costs a scale and a shift for each channel.
    let with_batch = found["networks"].as_array().expect("a list").iter().map(|network| &network["candidate"]);
    let channels: Vec<f64> = with_batch
        .filter(|candidate| candidate["normalization"] == "batch")
        .map(|candidate| candidate["channels"].as_f64().expect("a number"))
        .collect();
    let cost = &found["costs"][0];
    let mean = |arm: usize, name: &str| cost["arms"][arm]["means"][name].as_f64().expect("a number");
    assert_eq!(cost["networks"], channels.len());
    let more = 2.0 * channels.iter().sum::<f64>() / channels.len() as f64;
    assert!((mean(1, "parameters") - mean(0, "parameters") - more).abs() < 1e-9, "{cost}, and {channels:?}");
    assert!((mean(1, "macs") - mean(0, "macs")).abs() < 1e-9, "{cost}");

    // The search has not seen any of it, and everything else has.
    let ranked = place.json(&["rank", "--format", "json"]);
    let ranked: Vec<_> = ranked["trials"].as_array().expect("a list").iter().map(|one| one["trial"].clone()).collect();
    assert!(ranked.len() == 4 && ranked.iter().all(|trial| trial.as_u64() < Some(4)), "{ranked:?}");
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["trials"], 4);
    let number = numbers(&finalists[0]["confirmations"])[1].to_string();
    let shown = place.json(&["show", &number, "--format", "json"]);
    assert_eq!((&shown["origin"], &shown["seed"]), (&json!("confirmation"), &json!(1)));
    assert_eq!(shown["candidate"], finalists[0]["candidate"]);
    assert!(place.answer(&["train", &number, "--device", "cpu"]).contains("the same, bit for bit"));
    assert!(place.answer(&["doctor"]).contains("none damaged"));
    let shown = place.answer(&["confirm"]);
    for part in ["best of the search", "in the search", "confirmed", "test images right", "against", "verdict"] {
        assert!(shown.contains(part), "`{part}` is not in: {shown}");
    }
    assert!(
        place.answer(&["confirm", "--format", "csv"]).starts_with("trial,winner,finalist,search,confirmed,low,high")
    );
}

#[test]
fn killed_in_the_middle_it_records_what_it_would_have_recorded() {
    let undisturbed = Place::new(CONFIRMED);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let tests = |place: &Place| {
        let mut found = place.json(&["confirm", "--format", "json"]);
        for test in found["tests"].as_array_mut().expect("a list") {
            test["looked_at"] = json!(0);
        }
        found["winner"]["test"]["looked_at"] = json!(0);
        found
    };
    let place = Place::new(CONFIRMED);
    let mut runs = 0;
    // Five epochs a run, so that it is killed in the search, in confirmations, and before the test.
    loop {
        let mut run = place.start(&["run"]);
        let mut epochs = 0;
        while epochs < 5 && run.wait_for("epoch").is_some() {
            epochs += 1;
        }
        if epochs < 5 {
            run.finish();
            break;
        }
        run.kill();
        runs += 1;
    }
    assert!(runs > 3, "it was killed {runs} times");
    assert_eq!(place.record(), undisturbed.record());
    assert_eq!(tests(&place), tests(&undisturbed));
}

#[test]
fn ctrl_c_pauses_a_confirmation_and_a_helper_shares_it() {
    let place = Place::new(CONFIRMED);
    let mut run = place.start(&["run"]);
    while run.wait_for("started").expect("it goes on")["origin"] != "confirmation" {}
    run.interrupt();
    let paused = run.finish();
    assert_eq!(paused.code, Some(130), "{paused:?}");
    let mut run = place.start(&["run", "--workers", "2"]);
    // Before that the helper may be the first to lock the study, and the run is refused.
    run.wait_for("started").expect("it goes on");
    place.answer(&["worker", "--device", "cpu", "--quiet"]);
    let run = run.finish();
    assert_eq!(run.code, Some(0), "{run:?}");
    let found = place.json(&["confirm", "--format", "json"]);
    assert_eq!(
        (&found["trainings"]["over"], found["tests"].as_array().map(Vec::len)),
        (&found["trainings"]["all"], Some(1))
    );
    let mut begun: Vec<u64> = found["networks"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|network| numbers(&network["confirmations"]))
        .collect();
    begun.sort_unstable();
    assert!(begun.iter().copied().eq(4..4 + begun.len() as u64), "none twice: {begun:?}");
}

#[test]
fn the_test_images_are_looked_at_once_unless_somebody_insists() {
    let without = CONFIRMED.replace("[confirm]\ntop = 2\nseeds = 2\n", "").replace(", compare = true", "");
    let place = Place::new(&without.replace("trials = 4", "trials = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let first = place.answer(&["confirm", "--device", "cpu", "--quiet"]);
    assert!(first.contains("trial 0 is the only finalist: val_accuracy"), "{first}");
    let predicted = place.json(&["show", "1", "--format", "json"])["statics"]["predicted_memory_bytes"].clone();
    assert!(predicted.is_number(), "as of any trial: {predicted}");

    // More trials, and so perhaps another winner.
    let mut trials = 1;
    let second = loop {
        trials += 4;
        place.write("space.toml", &without.replace("trials = 4", &format!("trials = {trials}")));
        place.answer(&["run", "--device", "cpu", "--quiet", "--new-revision"]);
        let found = place.json(&["confirm", "--device", "cpu", "--quiet", "--format", "json"]);
        assert_eq!(found["tests"].as_array().map(Vec::len), Some(1), "{found}");
        if found["winner"]["trial"] != 0 {
            break found;
        }
    };
    assert_eq!(second["winner"]["test"], json!(null));
    let sentences = second["answer"].to_string();
    assert!(sentences.contains("`kiln confirm --again` looks at them again"), "{sentences}");

    let insisted = place.answer(&["confirm", "--device", "cpu", "--quiet", "--again"]);
    assert!(insisted.contains("the test images have been looked at 2 times"), "{insisted}");
    let later = place.json(&["confirm", "--device", "cpu", "--quiet", "--format", "json"]);
    assert_eq!(later["winner"]["test"], later["tests"][1]);
    assert!(later["answer"].to_string().contains("have been looked at 2 times"), "{later}");
}

#[test]
fn a_worker_that_hangs_or_dies_over_the_test_images_does_not_stop_the_run_and_the_next_run_looks_again() {
    let place = Place::new(CONFIRMED);
    for (fault, says) in [("test: hang; silence 1", "the worker had said nothing for"), ("test: abort", "SIGABRT")] {
        let mut run = place.command(&["run", "--device", "cpu"]);
        let run: Answer = run.env(VARIABLE, fault).output().expect("the program starts").into();
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains("cannot be measured on the test images") && run.stderr.contains(says), "{run:?}");
        assert!(run.stdout.contains("the best of 2 finalists") && !run.stdout.contains("of the test images right"));
    }
    let again = place.answer(&["run", "--device", "cpu"]);
    assert!(again.contains("of the test images right"), "{again}");
}

#[test]
fn where_something_is_compared_and_nothing_confirmed_the_run_names_the_command() {
    let place = Place::new(&CONFIRMED.replace("[confirm]\ntop = 2\nseeds = 2\n", ""));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("`kiln confirm tiny` trains the best again, and judges normalization"), "{run:?}");
}

#[test]
fn where_nothing_can_be_confirmed_it_says_so() {
    let hopeless =
        CONFIRMED.replace("{ float = [1e-2, 1e-1], log = true }", "1e30").replace("trials = 4", "trials = 1");
    let none = Place::new(&hopeless);
    let run = none.kiln(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
    let refused = none.kiln(&["confirm", "--device", "cpu"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("no trial of study `tiny` is complete"), "{refused:?}");
}
