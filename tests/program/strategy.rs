//! The method of search that a study is given where its file names none.

use std::fs;

use kiln_search::sampler::strategy::Strategy;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};

use crate::kiln::{Place, TINY};

const NAMED: &str = "strategy = \"random\"\n";

/// Two short trials.
fn short(strategy: &str) -> Place {
    let short = TINY.replace("trials = 4", "trials = 2").replace("epochs = 3", "epochs = 1");
    Place::new(&short.replace(NAMED, strategy))
}

fn record(place: &Place) -> StudyRecord {
    let store = SqliteStore::open_read_only(&place.path("studies/tiny/study.db")).expect("the study is there");
    store.study().expect("it is readable")
}

#[test]
fn it_is_said_recorded_and_shown() {
    for strategy in ["", "strategy = \"auto\"\n"] {
        let place = short(strategy);
        let check = place.answer(&["check"]);
        assert!(check.contains("\nstrategy    gp, because "), "{check}");
        let run = place.kiln(&["run", "--device", "cpu"]);
        assert_eq!(run.stderr.matches("strategy gp, because ").count(), 1, "{run:?}");
        let StudyRecord { strategy, reason, .. } = record(&place);
        assert_eq!(strategy, Strategy::Gp);
        assert!(check.contains(&reason.expect("it was chosen")), "{check}");
        assert_eq!(place.json(&["studies", "--format", "json"])[0]["strategy"], "gp");
        assert!(place.answer(&["show", "1"]).starts_with("trial 1 of tiny: complete, sampled by gp\n"));
    }
}

#[test]
fn one_that_the_file_names_needs_no_reason() {
    let place = short(NAMED);
    assert!(place.answer(&["check"]).contains("\nstrategy    random\n"));
    let run = place.kiln(&["run", "--device", "cpu"]);
    assert!(!run.stderr.contains("strategy"), "{run:?}");
    let StudyRecord { strategy, reason, .. } = record(&place);
    assert_eq!((strategy, reason), (Strategy::Random, None));
}

#[test]
fn a_study_keeps_the_one_that_it_began_with() {
    let place = short("");
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    // As if a Kiln that prefers another had begun it.
    let other = StudyRecord { strategy: Strategy::Sobol, reason: Some("points are even".to_owned()), ..record(&place) };
    let continued = short("");
    fs::create_dir_all(continued.path("studies/tiny")).expect("the directory is writable");
    drop(SqliteStore::create(&continued.path("studies/tiny/study.db"), &other).expect("there is no store yet"));
    let run = continued.kiln(&["run", "--device", "cpu"]);
    assert!(run.stderr.contains("strategy sobol, because points are even"), "{run:?}");

    let named = short("strategy = \"sobol\"\n");
    named.answer(&["run", "--device", "cpu", "--quiet"]);
    assert_eq!(continued.record(), named.record());
    assert_ne!(continued.record(), place.record());
}
