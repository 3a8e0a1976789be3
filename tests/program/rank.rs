//! The ranking: by other figures, of some trials, with repeats as one.

use serde_json::{Value, json};

use crate::kiln::{Place, TINY};

/// Six trials of two candidates, and each candidate several times.
fn with_repeats() -> Place {
    let space =
        TINY.split("[space]").next().expect("it has a space").replace("strategy = \"random\"", "repeats = true");
    let space = space.replace("enqueue  = [{ optimizer = \"adam\", dropout = 0.25 }]", "strategy = \"random\"");
    let space = space.replace("trials = 4", "trials = 6").replace("epochs = 3", "epochs = 1");
    let place = Place::new(&format!("{space}[space]\ndepth = 1\nchannels = {{ ordinal = [2, 4] }}\n"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place
}

fn numbers(ranking: &Value) -> Vec<u64> {
    let trials = ranking["trials"].as_array().expect("a list");
    trials.iter().map(|trial| trial["trial"].as_u64().expect("a number")).collect()
}

#[test]
fn repeats_are_one_row_with_their_mean_and_its_error() {
    let place = with_repeats();
    let each = place.json(&["rank", "--repeats", "each", "--format", "json"]);
    assert_eq!(numbers(&each).len(), 6);
    let pooled = place.json(&["rank", "--format", "json"]);
    let rows = pooled["trials"].as_array().expect("a list");
    assert_eq!(rows.len(), 2, "there are two candidates: {pooled}");
    for row in rows {
        let accuracy = |trial: &&Value| trial["metrics"]["val_accuracy"].as_f64().expect("a number");
        let all = each["trials"].as_array().expect("a list");
        let own: Vec<&Value> = all.iter().filter(|trial| trial["candidate"] == row["candidate"]).collect();
        assert_eq!(row["trials"].as_array().expect("a list").len(), own.len());
        let mean = own.iter().map(accuracy).sum::<f64>() / own.len() as f64;
        assert!((accuracy(&row) - mean).abs() < 1e-12, "{row}");
        assert!(row["standard_errors"]["val_accuracy"].as_f64().expect("there are several") > 0.0, "{row}");
        assert_eq!(row["standard_errors"]["parameters"], json!(0.0));
    }
    let text = place.answer(&["rank"]);
    assert!(text.starts_with("trial  front ") && text.contains(" ± ") && text.contains("  n  "), "{text}");
    let csv = place.answer(&["rank", "--format", "csv"]);
    let headers = csv.lines().next().expect("a line of headers");
    assert!(headers.ends_with("tied,n,val_accuracy_standard_error,parameters_standard_error"), "{headers}");
}

#[test]
fn any_figure_ranks_some_or_all_trials() {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let figures = |arguments: &[&str], metric: &str| -> Vec<f64> {
        let ranking = place.json(&[arguments, &["--format", "json"]].concat());
        let trials = ranking["trials"].as_array().expect("a list").clone();
        trials.iter().map(|trial| trial["metrics"][metric].as_f64().expect("a number")).collect()
    };
    let losses = figures(&["rank", "--by", "train_loss"], "train_loss");
    assert!(losses.len() == 4 && losses.is_sorted(), "less is better: {losses:?}");
    let mut turned = figures(&["rank", "--by", "train_loss", "--maximize"], "train_loss");
    turned.reverse();
    assert_eq!(turned, losses);
    let text = place.answer(&["rank", "--by", "train_loss"]);
    assert!(text.starts_with("trial  train_loss  val_accuracy  parameters  epochs"), "{text}");

    let adam = place.json(&["rank", "--where", "optimizer == 'adam' and parameters > 1", "--format", "json"]);
    let trials = adam["trials"].as_array().expect("a list");
    assert!(!trials.is_empty() && trials.iter().all(|trial| trial["candidate"]["optimizer"] == "adam"), "{adam}");
    assert!(place.answer(&["rank", "--where", "val_accuracy > 1"]).contains("has no trial with val_accuracy > 1"));
}

#[test]
fn what_cannot_be_ranked_by_says_why() {
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 1").replace("trials = 4", "trials = 1"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    for (arguments, parts) in [
        (["--by", "val_los"], ["no figure of the trials of study `tiny`", "did you mean `val_loss`?"]),
        (["--where", "optimiser == 'adam'"], ["unknown name `optimiser`", "did you mean `optimizer`?"]),
        (["--where", "optimizer == 'sgdd'"], ["─┬─", "`--where` has a mistake"]),
    ] {
        let answer = place.kiln(&[&["rank"], &arguments[..]].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{answer:?}");
        for part in parts {
            assert!(answer.stderr.contains(part), "`{part}` is not in: {}", answer.stderr);
        }
    }
}
