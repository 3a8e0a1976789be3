//! The commands on a small study, from the file to the ranking.

use serde_json::{Value, json};

use crate::kiln::{Place, TINY};

#[test]
fn a_study_from_the_file_to_the_ranking() {
    let place = Place::new(TINY);
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for line in [
        "trial 0  ",
        "trial 3  epoch 3  train_loss",
        "✓ trial 3",
        "study tiny is done: the budget of 4 trials is used up",
    ] {
        assert!(run.stderr.contains(line), "`{line}` is not in: {}", run.stderr);
    }
    assert!(run.stdout.starts_with("trial  front  val_accuracy  parameters  epochs  outcome"), "{}", run.stdout);
    assert!(run.stdout.contains('★'));

    let again = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!((again.code, &again.stdout), (Some(0), &run.stdout), "a finished study stays as it is");

    let ranking = place.json(&["rank", "--format", "json"]);
    assert_eq!(ranking["study"], "tiny");
    assert_eq!(
        ranking["objectives"],
        json!([{"metric": "val_accuracy", "goal": "maximize"}, {"metric": "parameters", "goal": "minimize"}])
    );
    assert_front_is_right(ranking["trials"].as_array().expect("a list"));

    let csv = place.answer(&["rank", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 5);
    assert!(csv.starts_with("trial,outcome,epochs,on_front,activation_bytes,"), "{csv}");

    let first = place.json(&["show", "0", "--format", "json"]);
    assert_eq!((&first["origin"], &first["outcome"]), (&json!("enqueued"), &json!("complete")));
    assert_eq!((&first["candidate"]["optimizer"], &first["candidate"]["dropout"]), (&json!("adam"), &json!(0.25)));
    let shown = place.answer(&["show", "0"]);
    for part in [
        "trial 0 of tiny: complete, enqueued",
        "optimizer = \"adam\"",
        "latency_ms",
        "[layers]",
        "[curve]",
        "val_loss",
        "[confusion]",
    ] {
        assert!(shown.contains(part), "`{part}` is not in: {shown}");
    }
    let epoch = first["confusion"]["epoch"].as_u64().expect("a number");
    let accuracy = |epoch: &Value| epoch["metrics"]["val_accuracy"].as_f64().expect("a number");
    let accuracies: Vec<f64> = first["epochs"].as_array().expect("a list").iter().map(accuracy).collect();
    assert!(accuracies.iter().all(|other| *other <= accuracies[epoch as usize - 1]), "the best epoch is {epoch}");
    let counts: Vec<Vec<u32>> = serde_json::from_value(first["confusion"]["counts"].clone()).expect("rows of numbers");
    let right: u32 = (0..10).map(|class| counts[class][class]).sum();
    let share = f64::from(right) / f64::from(counts.iter().flatten().sum::<u32>());
    assert!((share - accuracies[epoch as usize - 1]).abs() < 1e-12);
    assert_eq!(first["classes"].as_array().expect("a list").len(), 10);

    let studies = place.json(&["studies", "--format", "json"]);
    assert_eq!((&studies[0]["trials"], &studies[0]["complete"]), (&json!(4), &json!(4)));
    assert_eq!(studies[0]["state"], "at rest");

    // A sample of the space is what the study trained.
    let sample = place.json(&["sample", "-n", "4", "--format", "json"]);
    let trained: Vec<Value> = place.record().into_iter().filter(|event| event["event"] == "started").collect();
    let trained: Vec<&Value> = trained.iter().map(|event| &event["candidate"]).collect();
    assert_eq!(sample.as_array().expect("a list").iter().collect::<Vec<_>>(), trained);
}

/// Each trial is complete, and on the front exactly if no other is better in one objective and not worse in the other.
fn assert_front_is_right(trials: &[Value]) {
    assert_eq!(trials.len(), 4);
    let figures = |trial: &Value| {
        let metric = |name: &str| trial["metrics"][name].as_f64().expect("a number");
        (metric("val_accuracy"), metric("parameters"))
    };
    for trial in trials {
        assert_eq!((&trial["outcome"], &trial["epochs"]), (&json!("complete"), &json!(3)));
        let (accuracy, parameters) = figures(trial);
        let beaten = trials
            .iter()
            .map(figures)
            .any(|(a, p)| a >= accuracy && p <= parameters && (a > accuracy || p < parameters));
        assert_eq!(trial["on_front"], json!(!beaten), "{trial}");
    }
}

#[test]
fn a_study_without_a_usable_trial_says_so_by_its_exit_code() {
    let space = TINY.replace("learning_rate = { float = [1e-3, 1e-1], log = true }", "learning_rate = 1e30");
    let place = Place::new(&space.replace("trials = 4", "trials = 2").replace("normalization = \"batch\"\n", ""));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("diverged"), "{run:?}");
    let shown = place.json(&["show", "1", "--format", "json"]);
    assert!(shown["cause"].as_str().is_some_and(|cause| cause.contains("no number")), "{shown}");
}

#[test]
fn a_space_that_is_tried_out_ends_the_study() {
    let place = Place::new(
        "[study]\nname = \"two\"\n[data]\nsource = \"digits\"\n[[objective]]\nmetric = \"val_loss\"\ngoal = \"minimize\"\n\
         [fidelity]\nepochs = 1\n[budget]\ntrials = 9\n[space]\ndepth = 1\nchannels = { ordinal = [2, 4] }\n",
    );
    let run = place.kiln(&["run", "--device", "cpu", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let ranking: Value = serde_json::from_str(&run.stdout).expect("the answer is JSON");
    let trials = ranking["trials"].as_array().expect("a list");
    assert_eq!(trials.len(), 2);
    assert_eq!([&trials[0]["on_front"], &trials[1]["on_front"]], [&json!(true), &json!(false)]);
}

#[test]
fn a_trial_that_takes_too_long_is_ended() {
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 1024\nkernel        = 11");
    let place = Place::new(&slow.replace("trials = 4", "trials = 1\ntrial_wall = \"1s\""));
    let run = place.kiln(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{run:?}");
    assert_eq!(place.json(&["show", "0", "--format", "json"])["outcome"], "timed-out");
}

#[test]
fn the_studys_time_is_a_total() {
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 1024\nkernel        = 11");
    let place = Place::new(&slow.replace("trials = 4", "wall = \"1s\""));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(1), "no trial is usable: {run:?}");
    assert!(run.stderr.contains("wall time is used up"), "{run:?}");
    let before = place.record();
    let again = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!((again.code, place.record()), (Some(1), before), "there is no time left: {again:?}");
}

#[test]
fn hard_rounding_is_warned_of() {
    let place =
        Place::new(&TINY.replace("mixup         = 0.2", "rounding = \"hard\"").replace("trials = 4", "trials = 1"));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert!(run.stderr.contains("warning"), "{run:?}");
    assert!(place.answer(&["show", "0"]).contains("straight-through"), "the warning says what to do");
}

#[test]
fn check_tells_the_size_of_the_space_and_what_is_refused() {
    let place = Place::new(&format!("{TINY}\n[[constraint]]\nrequire = \"channels < 8\"\n"));
    let checked = place.answer(&["check"]);
    for part in
        ["space.toml is sound", "study       tiny", "maximize val_accuracy", "budget      4 trials", "channels < 8"]
    {
        assert!(checked.contains(part), "`{part}` is not in: {checked}");
    }
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn without_a_file_the_built_in_example_counts() {
    let place = Place::empty();
    assert!(place.answer(&["check"]).contains("space.toml (built-in) is sound"));
    let candidate = place.answer(&["sample"]);
    assert!(candidate.contains("normalization = \"min-max\""), "the first entry of enqueue: {candidate}");
    assert!(place.has_only(&[]));
}

#[test]
fn the_lists_list() {
    let place = Place::empty();
    let parameters = place.json(&["parameters", "--format", "json"]);
    let names: Vec<_> = parameters.as_array().expect("a list").iter().map(|row| row["name"].clone()).collect();
    assert!(names.contains(&json!("normalization")) && names.contains(&json!("learning_rate")), "{names:?}");
    assert_eq!(place.json(&["devices", "--format", "json"])[0]["device"], "cpu");
    let data = place.answer(&["data"]);
    assert!(data.contains("digits") && data.contains("cifar100"), "{data}");
    assert!(place.answer(&["studies"]).contains("no studies"));
    assert_eq!(place.answer(&["studies", "--format", "json"]), "[]\n");
}

#[test]
fn a_time_beyond_all_clocks_is_no_limit() {
    let budget = "trials = 1\nwall = \"200000000000000d\"\ntrial_wall = \"200000000000000d\"";
    let place = Place::new(&TINY.replace("trials = 4", budget).replace("epochs = 3", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
}

#[test]
fn a_space_that_its_constraints_refuse_is_not_called_sound() {
    let place = Place::new(&(TINY.to_owned() + "[[constraint]]\nrequire = \"parameters < 1\"\n"));
    let answer = place.kiln(&["check"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.stdout.contains("has a mistake") && !answer.stdout.contains("sound"), "{answer:?}");
    assert!(answer.stderr.contains("parameters < 1"), "{answer:?}");
}
