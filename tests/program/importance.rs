//! Which parameters of a study matter.

use serde_json::json;

use crate::kiln::{Place, TINY};

#[test]
fn what_decides_over_an_objective_comes_first() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 12").replace("epochs = 3", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);

    let arguments = ["importance", "--objective", "parameters", "--format", "json"];
    let found = place.json(&arguments);
    assert_eq!(found["objective"], json!({"metric": "parameters", "goal": "minimize"}));
    assert_eq!([&found["study"], &found["method"]], [&json!("tiny"), &json!("fanova")]);
    assert_eq!([&found["trials"], &found["compared"]], [&json!(12), &json!(12)]);
    let first = &found["parameters"][0];
    assert_eq!(first["parameter"], "channels", "nothing else changes how many parameters a network has: {found}");
    let number = |key: &str| first[key].as_f64().expect("a number");
    assert!(number("importance") > 0.7 && number("low") <= number("importance"), "{found}");
    assert_eq!(place.json(&arguments), found, "it is a function of the record");

    let best = place.json(&["importance", "--method", "ped-anova", "--format", "json"]);
    assert_eq!([&best["objective"]["metric"], &best["method"]], [&json!("val_accuracy"), &json!("ped-anova")]);
    assert_eq!(best["explained"], json!(null));

    let text = place.answer(&["importance", "tiny", "--objective", "parameters"]);
    for part in ["the variance of parameters: 12 complete trials", "\nparameter ", "\nchannels ", "█", "The forest"] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    let csv = place.answer(&["importance", "--format", "csv"]);
    assert!(csv.starts_with("parameter,importance,low,high,active\n"), "{csv}");
    assert_eq!(csv.lines().count(), 6, "a line for each parameter with several values: {csv}");

    let unknown = place.kiln(&["importance", "--objective", "val_loss"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.stderr.contains("its objectives: val_accuracy, parameters"), "{unknown:?}");
}

#[test]
fn too_few_trials_say_so() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 2").replace("epochs = 3", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let answer = place.kiln(&["importance"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{answer:?}");
    for part in ["nothing can be said of val_accuracy", "at least 10", "there are 2", "only complete trials count"] {
        assert!(answer.stderr.contains(part), "`{part}` is not in: {answer:?}");
    }
}
