//! Studies that go on with a file that has become wider.

use std::thread::sleep;
use std::time::Duration;

use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Rules, Store};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use serde_json::Value;

use crate::kiln::{Answer, Place, TINY};

/// How often a runner is killed.
const KILLS: u32 = 6;

const RUN: [&str; 3] = ["run", "--device", "cpu"];
const REVISE: [&str; 4] = ["run", "--device", "cpu", "--new-revision"];

/// [`TINY`] with more to choose, and twice as many trials.
fn wide() -> String {
    TINY.replace("[2, 4, 8]", "[2, 4, 8, 16]")
        .replace("[1e-3, 1e-1]", "[1e-4, 1e-1]")
        .replace("trials = 4", "trials = 8")
}

fn assert_refused(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.code, Some(2), "{answer:?}");
    // Messages are wrapped at the width of a terminal.
    let said = answer.stderr.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

/// The revision of the file under which a trial began.
fn revision_of(place: &Place, trial: &str) -> Value {
    place.json(&["show", trial, "--format", "json"])["revision"].clone()
}

/// The events of one trial.
fn of_trial(place: &Place, trial: u32) -> Vec<Value> {
    place.record().into_iter().filter(|event| event["trial"] == trial).collect()
}

#[test]
fn a_study_goes_on_in_a_wider_space() {
    let place = Place::new(TINY);
    place.answer(&[&RUN[..], &["--quiet"]].concat());
    let before = place.record();
    place.write("space.toml", &wide());
    assert_refused(
        &place.kiln(&RUN),
        &[
            "is not what study `tiny` goes by",
            "+ 29 | channels = { ordinal = [2, 4, 8, 16] }",
            "The change only widens it",
            "`channels` can be 16, too",
            "`trials` is 8 instead of 4",
            "`--new-revision` continues the study",
        ],
    );
    assert_eq!((place.record(), revision_of(&place, "3")), (before.clone(), 1.into()));

    let run = place.kiln(&REVISE);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("revision 2 of study tiny:\n  `channels` can be 16, too\n"), "{run:?}");
    let after = place.record();
    assert_eq!(after[..before.len()], before, "what was recorded stays");
    let sample = place.json(&["sample", "-n", "8", "--format", "json"]);
    let begun: Vec<&Value> = after.iter().filter(|event| event["event"] == "started").collect();
    assert_eq!(begun.len(), 8);
    for trial in 4..8 {
        assert_eq!(begun[trial]["candidate"], sample[trial], "trial {trial} is drawn from the wide space");
    }
    assert_eq!((revision_of(&place, "3"), revision_of(&place, "4")), (1.into(), 2.into()));
    assert!(place.answer(&["show", "3"]).contains("sampled by random, under revision 1 of 2"));
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["revision"], 2);
    let ranking = place.json(&["rank", "--format", "json"]);
    let mut ranked: Vec<_> =
        ranking["trials"].as_array().expect("a list").iter().map(|row| row["trial"].as_u64()).collect();
    ranked.sort_unstable();
    assert_eq!(ranked, (0..8).map(Some).collect::<Vec<_>>());

    let again = place.kiln(&REVISE);
    assert!(again.code == Some(0) && again.stderr.contains("nothing new: revision 2 goes on"), "{again:?}");
    place.answer(&RUN);
    place.write("space.toml", TINY);
    assert_refused(&place.kiln(&REVISE), &["`channels` cannot be 16 any more", "`learning_rate` begins at 0.001"]);
    assert_eq!(place.record(), after);
}

#[test]
fn killed_at_any_instant_it_goes_by_one_revision_or_the_other() {
    // Both are killed in the middle of trial 2, which the second revision takes over.
    let begun = || {
        let place = Place::new(&TINY.replace("epochs = 3", "epochs = 5"));
        let mut run = place.start(&["run"]);
        while run.wait_for("epoch").expect("the study has epochs")["trial"] != 2 {}
        run.kill();
        place.write("space.toml", &wide().replace("epochs = 3", "epochs = 5"));
        place
    };
    let undisturbed = begun();
    undisturbed.answer(&[&REVISE[..], &["--quiet"]].concat());
    assert_eq!((revision_of(&undisturbed, "2"), revision_of(&undisturbed, "3")), (1.into(), 2.into()));
    let narrow = Place::new(&TINY.replace("epochs = 3", "epochs = 5"));
    narrow.answer(&[&RUN[..], &["--quiet"]].concat());
    assert_eq!(of_trial(&undisturbed, 2), of_trial(&narrow, 2), "what has begun is trained as it would have been");

    let mut instants = Pcg64::seed_from_u64(4);
    let place = begun();
    for kill in 0..KILLS {
        let mut run = place.start(&["run", "--new-revision"]);
        if kill > 0 && run.wait_for("started").is_none() {
            break;
        }
        sleep(Duration::from_millis(instants.random_range(0..400)));
        run.kill();
        let revision = &place.json(&["studies", "--format", "json"])[0]["revision"];
        assert!(*revision == 1 || *revision == 2, "{revision}");
    }
    place.answer(&[&REVISE[..], &["--quiet"]].concat());
    assert_eq!(place.record(), undisturbed.record());
    assert_eq!(place.answer(&["rank"]), undisturbed.answer(&["rank"]));
}

#[test]
fn what_is_more_than_wider_is_refused_with_all_reasons() {
    let short = TINY.replace("trials = 4", "trials = 1").replace("epochs = 3", "epochs = 1");
    let place = Place::new(&short);
    assert_refused(&place.kiln(&REVISE), &["there is no study `tiny` yet", "leave out `--new-revision`"]);
    assert!(place.has_only(&["space.toml"]));
    place.answer(&[&RUN[..], &["--quiet"]].concat());
    let before = place.record();

    let wider = short.replace("[2, 4, 8]", "[2, 4, 8, 16]");
    place.write("space.toml", &wider);
    assert_refused(&place.kiln(&REVISE), &["no trial would begin", "the budget of 1 trial is used up", "[budget]"]);
    let wider = wider.replace("trials = 1", "trials = 2");
    for (part, other, reason) in [
        ("epochs = 1", "epochs = 2", "[fidelity]: trials that are trained otherwise cannot be compared"),
        ("dense         = 8", "dense         = 9", "`dense` is 9, and was 8"),
        (
            "depth         = 1",
            "depth         = 1\nkernel        = 3",
            "`kernel` is new: earlier trials have no value for it",
        ),
        ("mixup         = 0.2\n", "", "`mixup` is not in the space any more"),
    ] {
        place.write("space.toml", &wider.replace(part, other));
        for command in [&RUN[..], &REVISE] {
            assert_refused(&place.kiln(command), &["does more than widen it", reason, "another name under [study]"]);
        }
    }
    // A choice beside the one of an entry: the entry cannot become a trial any more, which is said as in a new study.
    place.write("space.toml", &format!("{wider}\n[[constraint]]\nrequire = 'parameters <= 1'\n"));
    assert_refused(&place.kiln(&REVISE), &["`require \"parameters <= 1\"` is new, or stricter than before"]);
    assert_eq!(place.record(), before);
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["revision"], 1);
}

#[test]
fn nobody_goes_on_by_the_former_file_beside_a_new_revision() {
    let long = TINY.replace("trials = 4", "trials = 40").replace("epochs = 3", "epochs = 30");
    let place = Place::new(&long);
    let mut run = place.start(&["run"]);
    run.wait_for("epoch").expect("the study has epochs");
    let mut help = place.start(&["worker", "tiny"]);
    help.wait_for("started").expect("there is a trial left");
    place.write("space.toml", &long.replace("[2, 4, 8]", "[2, 4, 8, 16]"));
    assert_refused(&place.kiln(&REVISE), &["study `tiny` is being run by another process"]);
    run.kill();
    assert_refused(
        &place.kiln(&REVISE),
        &["works on study `tiny` by the file as it was", "run the same command again"],
    );
    help.kill();
    let mut run = place.start(&["run", "--new-revision"]);
    run.wait_for("started").expect("the study goes on");
    run.kill();
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["revision"], 2);
}

#[test]
fn whoever_goes_by_the_former_file_begins_nothing_more() {
    let place = Place::new(&TINY.replace("trials = 4", "trials = 40"));
    let mut run = place.start(&["run"]);
    run.wait_for("started").expect("the study has trials");
    // As the one that looked before this one was there.
    let mut store = SqliteStore::open(&place.path("studies/tiny/study.db")).expect("the study is there");
    let rules = store.study().expect("readable").rules();
    store
        .revise_file(2, &Rules { space_toml: rules.space_toml.replace("[2, 4, 8]", "[2, 4, 8, 16]"), ..rules })
        .expect("revised");
    let begun = store.snapshot().expect("readable").len();
    let ended = run.finish();
    assert_refused(&ended, &["goes by revision 2 of its file by now", "run the same command again"]);
    assert_eq!(store.snapshot().expect("readable").len(), begun, "{ended:?}");
}

#[test]
fn a_method_that_cannot_deal_with_what_is_new_gives_way() {
    let file = |channels: &str, dropout: &str, trials: u32| {
        format!(
            "[study]\nname = \"few\"\n[data]\nsource = \"digits\"\n[fidelity]\nepochs = 1\n[budget]\ntrials = {trials}\n\
             [space]\ndepth = 1\nchannels = {{ ordinal = [{channels}] }}\ndropout = {dropout}\n"
        )
    };
    let place = Place::new(&file("2, 4", "0.0", 9));
    let run = place.kiln(&RUN);
    assert!(run.code == Some(0) && run.stderr.contains("strategy grid, because "), "{run:?}");
    place.write("space.toml", &file("2, 4, 8", "0.0", 9));
    let run = place.kiln(&REVISE);
    assert!(run.code == Some(0) && run.stderr.contains("strategy grid, because "), "{run:?}");
    let channels = |place: &Place| -> Vec<Value> {
        let record = place.record();
        let begun = record.iter().filter(|event| event["event"] == "started");
        begun.map(|event| event["candidate"]["channels"].clone()).collect()
    };
    let mut tried: Vec<_> = channels(&place).iter().map(Value::as_u64).collect();
    assert_eq!(tried.last(), Some(&Some(8)), "what is new, and nothing twice");
    tried.sort_unstable();
    assert_eq!(tried, [Some(2), Some(4), Some(8)]);

    place.write("space.toml", &file("2, 4, 8", "{ float = [0.0, 0.5] }", 4));
    let run = place.kiln(&REVISE);
    assert!(run.code == Some(0) && run.stderr.contains("`dropout` is chosen now; it was always 0.0"), "{run:?}");
    assert!(run.stderr.contains("strategy gp, because "), "{run:?}");
    assert!(place.answer(&["show", "2"]).contains("sampled by grid, under revision 2 of 3"));
    assert!(place.answer(&["show", "3"]).contains("sampled by gp, under revision 3 of 3"));
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["strategy"], "gp");
}
