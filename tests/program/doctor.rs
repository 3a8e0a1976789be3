//! What `kiln doctor` finds and mends, one thing broken at a time; and that a trial can be trained again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::kiln::{Answer, HALVING, Place, TINY};

/// The findings, as (standing, part, text), and the exit code.
fn examine(place: &Place, arguments: &[&str]) -> (Option<i32>, Vec<(String, String, String)>) {
    let answer = place.kiln(&[&["doctor", "--format", "json"], arguments].concat());
    let findings: Vec<Value> = serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("no JSON: {answer:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let finding = |finding: &Value| {
        let whole = format!("{} → {}", text(&finding["what"]), text(&finding["next"]));
        (text(&finding["standing"]), text(&finding["part"]), whole)
    };
    (answer.code, findings.iter().map(finding).collect())
}

/// Demands a finding with all of these parts in its text, and the exit code that goes with it.
fn assert_found(place: &Place, standing: &str, part: &str, says: &[&str]) {
    let (code, findings) = examine(place, &[]);
    assert_eq!(code, Some(i32::from(standing == "problem")), "{findings:?}");
    let is_it = |(one, other, text): &(String, String, String)| {
        one == standing && other == part && says.iter().all(|say| text.contains(say))
    };
    assert!(findings.iter().any(is_it), "{standing} {part} {says:?} is not in: {findings:?}");
}

/// Demands that nothing is wrong any more.
fn assert_sound(place: &Place) {
    let (code, findings) = examine(place, &[]);
    assert_eq!(code, Some(0), "{findings:?}");
    assert!(findings.iter().all(|(standing, ..)| standing == "sound" || standing == "noted"), "{findings:?}");
}

/// Every file below `path` with its content.
fn content(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(path).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(content(&path));
        } else {
            all.insert(path.clone(), fs::read(&path).expect("readable"));
        }
    }
    all
}

fn finished() -> Place {
    let place = Place::new(TINY);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place
}

/// The study whose run was killed after the second epoch of its first trial.
fn killed() -> Place {
    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    while run.wait_for("epoch").expect("the study has epochs")["epoch"] != 2 {}
    run.kill();
    place
}

/// The directory of the newest recorded checkpoint of a trial.
fn newest(place: &Place, trial: u32) -> PathBuf {
    let shown = place.json(&["show", &trial.to_string(), "--format", "json"]);
    place.path("studies/tiny/checkpoints").join(shown["checkpoint"].as_str().expect("there is a checkpoint"))
}

#[test]
fn spreadsheets_get_the_words_of_programs() {
    let csv = finished().answer(&["doctor", "--format", "csv"]);
    assert!(csv.starts_with("study,part,standing,what,next\ntiny,store,sound,the file is whole,\n"), "{csv}");
}

#[test]
fn a_sound_study_is_found_sound_and_left_as_it_is() {
    let place = finished();
    let before = content(&place.path("studies"));
    assert_sound(&place);
    assert_eq!(content(&place.path("studies")), before);
    let table = place.answer(&["doctor", "tiny"]);
    for part in ["store", "file", "data", "record", "processes", "checkpoints"] {
        assert!(table.contains(&format!("✓         {part} ")), "{part} is not in: {table}");
    }
    assert!(place.answer(&["doctor", "--dir", "elsewhere"]).contains("no studies"));
    assert_eq!(place.kiln(&["doctor", "none"]).code, Some(2));
}

#[test]
fn what_a_dead_run_held_is_free() {
    let place = killed();
    assert_found(&place, "mended", "processes", &["had died", "continues what was interrupted: trial 0"]);
    assert_sound(&place);
    assert_eq!(place.json(&["show", "0", "--format", "json"])["holder"], Value::Null);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), finished().record());
}

#[test]
fn what_interrupted_writes_left_is_removed() {
    let place = killed();
    let checkpoints = place.path("studies/tiny/checkpoints");
    let before = content(&checkpoints).len();
    for name in [".writing-trial-0-attempt-1-epoch-3", "trial-0-attempt-1-epoch-3", "trial-9-attempt-1-epoch-1"] {
        fs::create_dir_all(checkpoints.join(name)).expect("made");
    }
    fs::write(checkpoints.join("notes.txt"), "").expect("writable");
    assert_found(&place, "mended", "checkpoints", &["removed", ".writing-trial-0-attempt-1-epoch-3", "and 1 more"]);
    assert_eq!(content(&checkpoints).len(), before);
    assert_sound(&place);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), finished().record());
}

#[test]
fn a_damaged_checkpoint_that_a_trial_would_continue_from_is_removed() {
    let place = killed();
    fs::remove_file(newest(&place, 0).join("model.bpk")).expect("removed");
    assert_found(&place, "mended", "checkpoints", &["incomplete", "`model.bpk` is not there", "it is removed"]);
    assert_found(&place, "noted", "checkpoints", &["trial 0 continues from epoch 1 and trains again up to epoch 2"]);
    assert_sound(&place);
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!((place.record(), place.answer(&["rank"])), (finished().record(), finished().answer(&["rank"])));
}

#[test]
fn a_study_without_any_checkpoint_begins_its_trials_anew() {
    let place = killed();
    fs::remove_dir_all(place.path("studies/tiny/checkpoints")).expect("removed");
    assert_found(&place, "noted", "checkpoints", &["trial 0 continues from its beginning"]);
    assert_sound(&place);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(place.record(), finished().record());
    fs::remove_dir_all(place.path("studies/tiny/checkpoints")).expect("removed");
    assert_found(&place, "noted", "checkpoints", &["is among the best and has none"]);
}

#[test]
fn no_byte_of_a_checkpoint_is_changed_unnoticed() {
    let place = finished();
    let best = place.json(&["rank", "--format", "json"])["trials"][0]["trial"].as_u64().expect("a number");
    let next = format!("kiln retry tiny --trial {best}");
    for (path, whole) in content(&place.path("studies/tiny/checkpoints")) {
        // The program's tests look at some bytes, those of `kiln-trials` at all.
        for at in (0..whole.len()).step_by(1 + whole.len() / 6) {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged).expect("writable");
            assert_found(&place, "problem", "checkpoints", &[&next]);
            assert_eq!(fs::read(&path).expect("what is left can be looked at"), damaged);
        }
        fs::write(&path, &whole).expect("writable");
    }
    assert_sound(&place);
}

#[test]
fn a_store_that_is_damaged_is_told_from_one_that_is_none_and_never_written() {
    let place = finished();
    place.write("other.toml", &TINY.replace("\"tiny\"", "\"other\"").replace("trials = 4", "trials = 1"));
    place.answer(&["run", "other.toml", "--device", "cpu", "--quiet"]);
    let store = place.path("studies/tiny/study.db");
    let whole = fs::read(&store).expect("readable");
    let flipped = |at: usize| {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        damaged
    };
    for (damaged, says) in [
        (Vec::new(), ["no study is in it", "put a copy of it back"]),
        (vec![0; whole.len()], ["not the store of a study", "put a copy"]),
        (b"not SQLite\n".repeat(1000), ["not the store of a study", "put a copy"]),
        (flipped(0), ["not the store of a study", "put a copy"]),
        (flipped(18), ["its header forbids writing", "put a copy"]),
        (flipped(100), ["damaged", "put a copy"]),
        (whole[..whole.len() / 2].to_vec(), ["damaged", "put a copy"]),
        (whole[..50].to_vec(), ["damaged", "put a copy"]),
    ] {
        fs::write(&store, &damaged).expect("writable");
        assert_found(&place, "problem", "store", &says);
        assert_eq!(fs::read(&store).expect("readable"), damaged, "{says:?}");
        let (_, findings) = examine(&place, &["other"]);
        assert_eq!(findings.len(), 6, "another study is nobody's trouble: {findings:?}");
    }
    fs::write(&store, &whole).expect("writable");
    assert_sound(&place);
    fs::remove_file(&store).expect("removed");
    fs::create_dir(&store).expect("made");
    assert_found(&place, "problem", "store", &["cannot be used"]);
}

#[test]
fn a_study_that_is_run_is_not_disturbed() {
    let undisturbed = finished();
    let place = Place::new(TINY);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    // What somebody is writing, as far as anybody else can know.
    let aside = place.path("studies/tiny/checkpoints/.writing-trial-3-attempt-1-epoch-1");
    fs::create_dir_all(&aside).expect("made");
    let (code, findings) = examine(&place, &[]);
    assert_eq!(code, Some(0), "{findings:?}");
    let (standing, part, text) = findings.last().expect("there are findings");
    assert_eq!((standing.as_str(), part.as_str()), ("noted", "processes"), "{findings:?}");
    assert!(text.contains("in use: leases and checkpoints are left to "), "{findings:?}");
    assert!(aside.exists());
    assert_eq!(run.finish().code, Some(0));
    assert_eq!(place.record(), undisturbed.record());
    assert_sound(&place);
}

#[test]
fn data_that_are_others_are_found_and_data_that_are_gone_are_no_fault_of_the_study() {
    let place = Place::new(&TINY.replace("\"digits\"", "\"mnist\"").replace("trials = 4", "trials = 1"));
    let directory = place.path("data/mnist");
    fs::create_dir_all(&directory).expect("made");
    let header = |dimensions: &[u32]| {
        let sizes = dimensions.iter().flat_map(|size| size.to_be_bytes());
        [0, 0, 8, dimensions.len() as u8].into_iter().chain(sizes).collect::<Vec<u8>>()
    };
    for part in ["train", "t10k"] {
        let pixels = (0..40 * 64).map(|pixel| (pixel * 7 % 251) as u8);
        let images: Vec<u8> = header(&[40, 8, 8]).into_iter().chain(pixels).collect();
        let labels: Vec<u8> = header(&[40]).into_iter().chain((0..40).map(|image| image % 10)).collect();
        fs::write(directory.join(format!("{part}-images-idx3-ubyte")), images).expect("writable");
        fs::write(directory.join(format!("{part}-labels-idx1-ubyte")), labels).expect("writable");
    }
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_sound(&place);
    let images = directory.join("train-images-idx3-ubyte");
    let mut changed = fs::read(&images).expect("readable");
    changed[1000] ^= 1;
    fs::write(&images, changed).expect("writable");
    assert_found(&place, "problem", "data", &["not those that study `tiny` began with", "put the former data back"]);
    assert_eq!(place.kiln(&["train", "0", "--device", "cpu"]).code, Some(2));
    fs::remove_dir_all(&directory).expect("removed");
    assert_found(&place, "noted", "data", &["nothing can be trained here", "kiln data fetch mnist"]);
    let (code, findings) = examine(&place, &["--deep", "--device", "cpu"]);
    assert_eq!(code, Some(1), "what cannot be compared is not sound: {findings:?}");
}

#[test]
fn a_directory_of_another_name_is_found() {
    let place = finished();
    fs::rename(place.path("studies/tiny"), place.path("studies/renamed")).expect("renamed");
    assert_found(&place, "problem", "file", &["study `tiny` is called `renamed`", "call it `tiny` again"]);
}

/// Changes the last bit of a figure of a trial in the record.
fn change_last_bit(place: &Place, trial: u32, epoch: usize, metric: &str) {
    let shown = place.json(&["show", &trial.to_string(), "--format", "json"]);
    let value = shown["epochs"][epoch - 1]["metrics"][metric].as_f64().expect("a number");
    let path = place.path("studies/tiny/study.db");
    let mut content = fs::read(&path).expect("readable");
    let wanted = value.to_be_bytes();
    let places: Vec<usize> = (0..content.len() - 8).filter(|at| content[*at..*at + 8] == wanted).collect();
    assert!(!places.is_empty(), "the figure is there");
    // It also stands where pages were split: what is left there nobody reads.
    for place in places {
        content[place + 7] ^= 1;
    }
    fs::write(&path, content).expect("writable");
}

fn train(place: &Place, arguments: &[&str]) -> (Answer, Value) {
    let answer = place.kiln(&[&["train", "--device", "cpu", "--format", "json"], arguments].concat());
    let value = serde_json::from_str(&answer.stdout).unwrap_or_default();
    (answer, value)
}

#[test]
fn every_trial_can_be_trained_again_bit_for_bit_also_one_that_was_interrupted() {
    let place = killed();
    let before = (place.record(), content(&place.path("studies/tiny/checkpoints")));
    let (answer, value) = train(&place, &["0"]);
    assert_eq!((answer.code, &value["equal"]), (Some(0), &json!(true)), "{answer:?}");
    let last = |value: &Value| value["figures"].as_array().expect("a list").last().expect("one")["epoch"].clone();
    assert_eq!(last(&value), 2, "as many epochs as are on record: {value}");
    assert_eq!((place.record(), content(&place.path("studies/tiny/checkpoints"))), before, "nothing is written");

    place.answer(&["run", "--device", "cpu", "--quiet"]);
    for trial in ["0", "1", "2", "3"] {
        let (answer, value) = train(&place, &[trial, "tiny"]);
        assert_eq!((answer.code, &value["equal"]), (Some(0), &json!(true)), "{answer:?}");
        assert_eq!(last(&value), 3);
    }
    let table = place.answer(&["train", "1", "--device", "cpu", "--quiet"]);
    assert!(table.ends_with("trial 1 of tiny came out the same, bit for bit: 3 epochs\n"), "{table}");
}

#[test]
fn a_record_that_was_changed_by_one_bit_is_found() {
    let place = finished();
    let best = place.json(&["rank", "--format", "json"])["trials"][0]["trial"].as_u64().expect("a number") as u32;
    let deep = |arguments: &[&str]| examine(&place, &[&["--deep", "--device", "cpu"], arguments].concat());
    let (code, findings) = deep(&[]);
    let (standing, part, text) = findings.last().expect("there are findings");
    assert_eq!((code, standing.as_str(), part.as_str()), (Some(0), "sound", "training"), "{findings:?}");
    assert!(text.starts_with(&format!("trial {best} came out the same, bit for bit")), "{text}");

    change_last_bit(&place, best, 2, "val_loss");
    assert_sound(&place);
    let (code, findings) = deep(&[]);
    let (standing, _, text) = findings.last().expect("there are findings");
    assert_eq!((code, standing.as_str()), (Some(1), "problem"), "{findings:?}");
    assert!(text.contains("val_loss of epoch 2 is") && text.contains("the record was changed"), "{text}");
    let other = (best + 1) % 4;
    assert_eq!(deep(&["--trial", &other.to_string()]).0, Some(0));
    let (answer, value) = train(&place, &[&best.to_string()]);
    assert_eq!(
        (answer.code, &value["equal"], &value["promised"]),
        (Some(1), &json!(false), &json!(true)),
        "{answer:?}"
    );
    let apart: Vec<_> =
        value["figures"].as_array().expect("a list").iter().filter(|pair| pair["recorded"] != pair["again"]).collect();
    assert_eq!(apart.len(), 1);
}

#[test]
fn a_trial_that_waits_is_trained_as_far_as_it_came() {
    let place = Place::new(HALVING);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    let ranking = place.json(&["rank", "--format", "json"]);
    let trials = ranking["trials"].as_array().expect("a list");
    let paused = trials.iter().find(|trial| trial["outcome"] == "paused").expect("some are paused");
    let (answer, value) = train(&place, &[&paused["trial"].to_string()]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let epochs = paused["epochs"].as_u64().expect("a number");
    assert_eq!(value["figures"].as_array().expect("a list").last().expect("one")["epoch"], epochs);
}

#[test]
fn a_trial_that_diverged_does_so_again() {
    let space = TINY.replace("learning_rate = { float = [1e-3, 1e-1], log = true }", "learning_rate = 1e30");
    let place = Place::new(&space.replace("trials = 4", "trials = 1").replace("normalization = \"batch\"\n", ""));
    assert_eq!(place.kiln(&["run", "--device", "cpu", "--quiet"]).code, Some(1));
    assert_sound(&place);
    let (answer, value) = train(&place, &["0"]);
    assert_eq!((answer.code, &value["end"]["equal"]), (Some(0), &json!(true)), "{answer:?}");
    assert!(value["end"]["again"].as_str().is_some_and(|end| end.starts_with("diverged in epoch 1")), "{value}");
    let (_, findings) = examine(&place, &["--deep"]);
    assert!(
        findings.last().is_some_and(|(standing, _, text)| standing == "noted" && text.contains("no trial is complete"))
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 1\ntrial_wall = \"1s\""));
    place.start_amid("trial 0 epoch 1: hang", &["run"]).finish();
    for (command, says) in [
        (["train", "0"].as_slice(), "no epoch on record (timed-out)"),
        (&["train", "9"], "no trial 9"),
        (&["train", "0", "large"], "no study `large`"),
        (&["doctor", "--deep", "--trial", "9"], "no trial 9"),
        (&["doctor", "--trial", "0"], "--deep"),
        (&["doctor", "--deep", "--device", "gpu"], "`gpu`"),
    ] {
        let answer = place.kiln(command);
        assert!(answer.code == Some(2) && answer.stderr.contains(says), "{command:?}: {answer:?}");
    }
    let (code, findings) = examine(&place, &["--deep", "--trial", "0"]);
    assert_eq!(code, Some(1), "{findings:?}");
    assert!(findings.last().is_some_and(|(.., text)| text.contains("no epoch on record")), "{findings:?}");
}

#[test]
fn ctrl_c_ends_a_repetition() {
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 96");
    let place = Place::new(&slow.replace("epochs = 3", "epochs = 30"));
    let mut run = place.start(&["run"]);
    while run.wait_for("epoch").expect("the study has epochs")["epoch"] != 8 {}
    run.kill();
    let mut again = place.start(&["train", "0"]);
    again.wait_for("note").expect("it trains");
    again.interrupt();
    assert_eq!(again.finish().code, Some(130));
}
