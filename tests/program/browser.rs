//! Pages in a real browser: Debian's Chromium, driven by the scripts in `tests/browser/`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use kiln_trials::trial::Outcome;

use crate::kiln::{Place, TINY};
use crate::recorded::{Course, Fate, record};
use crate::serve::Server;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

const CHOICE: &str = "normalization = { one_of = [\"none\", \"batch\", \"min-max\"] }";

/// What is missing for a browser, if anything is.
fn missing() -> Option<&'static str> {
    let starts = |program: &str| {
        let mut command = Command::new(program);
        command
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !starts("node") {
        Some("node is not installed")
    } else if !starts("/usr/bin/chromium") {
        Some("Chromium is not installed")
    } else if !Path::new(SCRIPTS).join("node_modules/playwright-core").exists() {
        Some("its packages are not: npm ci --prefix tests/browser")
    } else {
        None
    }
}

#[test]
fn a_report_is_drawn_reached_by_keys_and_asks_for_nothing() {
    if let Some(missing) = missing() {
        eprintln!("SKIPPED: pages in a browser, for {missing}; `cargo xtask test` installs what it can");
        return;
    }
    let choices = format!("{CHOICE}\nrounding = {{ one_of = [\"none\", \"hard\"] }}");
    let space = TINY.replace("normalization = \"batch\"", &choices).replace("trials = 4", "trials = 14");
    let place = Place::new(&space);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place.answer(&["report"]);
    check("report.mjs", [place.path("studies/tiny/report.html")]);
}

#[test]
fn the_live_view_follows_a_run_and_its_buttons_act() {
    if let Some(missing) = missing() {
        eprintln!("SKIPPED: the live view in a browser, for {missing}; `cargo xtask test` installs what it can");
        return;
    }
    let place = Place::new(&TINY.replace("epochs = 3", "epochs = 100000"));
    let mut run = place.start(&["run", "--serve", "--port", "0"]);
    let note = run.wait_for("note").expect("it says where it serves");
    let url = note["text"].as_str().and_then(|text| text.strip_prefix("live at ")).expect("an address").to_owned();
    run.wait_for("epoch").expect("the study has epochs");
    let run = run.unheeded();
    check("live.mjs", [url]);
    run.kill();
}

/// Studies of every kind, each with its objectives beside the accuracy and with the sentence that it is told by.
fn kinds() -> Vec<(&'static str, &'static [&'static str], Vec<Course>, &'static str)> {
    let complete = |curve: &[f64]| (curve.to_vec(), Fate::Over(Outcome::Complete));
    let diverged = |epoch, step, last_loss| Fate::Over(Outcome::Diverged { epoch, step, last_loss });
    let crashed = |cause: &str| Fate::Over(Outcome::Crashed { cause: cause.to_owned() });
    let many = |count: u32| (0..count).map(move |trial| complete(&learning(trial)));
    vec![
        ("no-trial", &[], vec![], "Study no-trial has no trials yet."),
        ("one-trial", &[], vec![complete(&[0.5, 0.7, 0.75])], "The only trial reached val_accuracy 0.7500, with "),
        (
            "none-finished",
            &["parameters"],
            vec![(vec![], Fate::Running), (vec![0.3, 0.4], Fate::Running), (vec![0.35], Fate::Paused)],
            "No winner yet: none of the 3 trials is complete.",
        ),
        (
            "all-failed",
            &[],
            vec![
                (vec![], diverged(1, 3, None)),
                (vec![0.2], diverged(2, 7, Some(2.31))),
                (vec![], crashed("SIGSEGV")),
                (vec![], Fate::Over(Outcome::OutOfMemory { cause: "it asked for 3.0 GiB".to_owned() })),
                (vec![0.3], Fate::Over(Outcome::TimedOut { cause: None })),
            ],
            "No winner: all 5 trials ended without a result (2 diverged, 1 crashed, 1 out-of-memory, 1 timed-out).",
        ),
        ("three-objectives", &["parameters", "macs"], many(40).collect(), " are beaten by no other; of these trial "),
        (
            "no-numbers",
            &["parameters"],
            vec![
                complete(&[0.4, f64::NAN, f64::NAN]),
                complete(&[f64::NAN; 3]),
                (vec![0.3, f64::NAN], diverged(3, 1, Some(1.25))),
                (vec![f64::NAN], Fate::Running),
            ],
            "No winner: no complete trial of the 4 trials has a number for val_accuracy",
        ),
        // One trial more than are shown one by one: of a hundred thousand a page says the same things.
        (
            "very-many",
            &["parameters"],
            many(2_001).collect(),
            " of 2,001 trials are beaten by no other; of these trial ",
        ),
    ]
}

/// The accuracies of a trial that learns.
fn learning(trial: u32) -> [f64; 3] {
    let reached = 0.5 + f64::from(trial.wrapping_mul(2_654_435_761) >> 8) / f64::from(1_u32 << 24) * 0.45;
    [0.4 * reached, 0.8 * reached, reached]
}

#[test]
fn a_study_of_any_kind_is_told_sensibly() {
    if let Some(missing) = missing() {
        eprintln!(
            "SKIPPED: studies of every kind in a browser, for {missing}; `cargo xtask test` installs what it can"
        );
        return;
    }
    let place = Place::empty();
    for (name, more, courses, sentence) in kinds() {
        let aim = |metric: &&str| format!("[[objective]]\nmetric = \"{metric}\"\ngoal = \"minimize\"\n");
        let aims: String = more.iter().map(aim).collect();
        let budget = format!("trials = {}", courses.len().max(1));
        let space = TINY.replace("\"tiny\"", &format!("{name:?}")).replace("trials = 4", &budget);
        let (first, rest) = space.split_once("[[objective]]\nmetric = \"parameters\"").expect("it has two objectives");
        let (_, rest) = rest.split_once("[search]").expect("it says how to search");
        let space = format!("{first}{aims}\n[search]{rest}");
        record(&place, name, &space.replace("normalization = \"batch\"", CHOICE), courses);
        place.answer(&["report", name]);
        let facts = place.json(&["report", name, "--format", "json"]);
        assert!(
            facts["answer"]["sentence"].as_str().is_some_and(|said| said.contains(sentence)),
            "{}",
            facts["answer"]
        );
    }
    let server = Server::start(&place, &[]);
    check("kinds.mjs", [server.url().into(), place.path("studies")]);
}

/// Runs a script about pages, which must find nothing wrong.
fn check<P: AsRef<OsStr>>(script: &str, pages: impl IntoIterator<Item = P>) {
    let checked = Command::new("node").arg(script).args(pages).current_dir(SCRIPTS).output().expect("node starts");
    let said = [checked.stdout, checked.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(checked.status.success(), "{said}");
}
