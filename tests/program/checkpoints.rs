//! Which checkpoints stay, and what becomes of a study that has no room for them.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::kiln::{HALVING, Place, TINY};

/// The checkpoints of a study, each with the bytes of its files.
fn sizes(place: &Place, study: &str) -> BTreeMap<String, u64> {
    let directory = place.path(&format!("studies/{study}/checkpoints"));
    let size = |path| {
        fs::read_dir(path)
            .expect("readable")
            .map(|file| file.expect("an entry").metadata().expect("a file").len())
            .sum()
    };
    let entries = fs::read_dir(directory).expect("there are checkpoints").map(|entry| entry.expect("an entry"));
    entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), size(entry.path()))).collect()
}

fn ranked(place: &Place) -> Vec<Value> {
    place.json(&["rank", "--format", "json"])["trials"].as_array().expect("a list").clone()
}

#[test]
fn the_best_keep_theirs() {
    let place = Place::new(&TINY.replace("[budget]", "[checkpoints]\nkeep = 3\n\n[budget]"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let mut expected: Vec<String> =
        ranked(&place)[..3].iter().map(|trial| format!("trial-{}-attempt-1-epoch-3", trial["trial"])).collect();
    expected.sort();
    assert_eq!(sizes(&place, "tiny").into_keys().collect::<Vec<_>>(), expected);
    // How many stay can change from run to run; fewer go at the next one that has something to do.
    place.write("space.toml", &TINY.replace("[budget]", "[checkpoints]\nkeep = 0\n\n[budget]"));
    place.answer(&["retry", "--trial", "3"]);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(sizes(&place, "tiny").len(), 0);
}

#[test]
fn what_trials_would_fall_back_to_goes_before_the_study_runs_out_of_room() {
    let undisturbed = Place::new(HALVING);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let all = sizes(&undisturbed, "halving");
    let newest: BTreeMap<_, _> = all.iter().map(|(name, size)| (name.split("-attempt").next(), size)).collect();
    let enough = newest.values().copied().sum::<u64>() + all.values().max().expect("there are some");
    assert!(enough < all.values().sum(), "{all:?}");

    let place = Place::new(&format!("{HALVING}\n[checkpoints]\ndisk = \"{enough}B\"\n"));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert!(sizes(&place, "halving").values().sum::<u64>() <= enough);
    assert_eq!(place.record(), undisturbed.record());
}

#[test]
fn a_study_without_room_ends_and_goes_on_once_it_has_more() {
    let undisturbed = Place::new(TINY);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);
    let largest = sizes(&undisturbed, "tiny").into_values().max().expect("there is one");

    let with = |bytes: u64| format!("{TINY}\n[checkpoints]\ndisk = \"{bytes}B\"\n");
    let place = Place::new(&with(largest + 100));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let text = run.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    for part in [&format!("together they may take {}", largest + 100), "raise `disk` under [checkpoints]"] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    let trials = ranked(&place);
    assert!(trials.iter().any(|trial| trial["outcome"] == "paused"), "{trials:?}");
    assert!(trials.iter().all(|trial| trial["outcome"] != "running"), "{trials:?}");

    place.write("space.toml", &with(100 * largest));
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), undisturbed.record());
}
