//! Pages in a real browser: Debian's Chromium, driven by the scripts in `tests/browser/`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kiln::{Place, TINY};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

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
    let choices =
        "normalization = { one_of = [\"none\", \"batch\", \"min-max\"] }\nrounding = { one_of = [\"none\", \"hard\"] }";
    let space = TINY.replace("normalization = \"batch\"", choices).replace("trials = 4", "trials = 14");
    let place = Place::new(&space);
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place.answer(&["report"]);
    check("report.mjs", place.path("studies/tiny/report.html"));
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
    check("live.mjs", url);
    run.kill();
}

/// Runs a script about a page, which must find nothing wrong.
fn check(script: &str, page: impl AsRef<OsStr>) {
    let checked = Command::new("node").arg(script).arg(page).current_dir(SCRIPTS).output().expect("node starts");
    let said = [checked.stdout, checked.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(checked.status.success(), "{said}");
}
