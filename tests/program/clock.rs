//! A calendar that jumps decides nothing.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use crate::kiln::{Place, TINY};

/// The library with a calendar that can be set; without a compiler says so past the test harness, and gives none.
fn library(place: &Place) -> Option<PathBuf> {
    let library = place.path("clock.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/program/clock.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl").status();
    if compiled.is_ok_and(|status| status.success()) {
        return Some(library);
    }
    let _ = writeln!(io::stderr(), "SKIPPED: a jump of the calendar: there is no C compiler here");
    None
}

#[test]
fn an_hour_forward_and_two_back_change_nothing() {
    // Seconds, so that the helper comes in time.
    let slow = TINY.replace("channels      = { ordinal = [2, 4, 8] }", "channels      = 96");
    let space = slow.replace("trials = 4", "trials = 4\nwall = \"50m\"");
    let undisturbed = Place::new(&space);
    undisturbed.answer(&["run", "--device", "cpu", "--quiet"]);

    let place = Place::new(&space);
    let Some(library) = library(&place) else { return };
    let clock = File::create(place.path("clock")).expect("writable");
    // In place: some file systems wait for the disk where a file is cut and written again.
    let set = |seconds: i64| clock.write_all_at(format!("{seconds:8}").as_bytes(), 0).expect("writable");
    set(0);
    let within = |command: &mut Command| {
        command.env("LD_PRELOAD", &library).env("TEST_CLOCK", place.path("clock"));
    };
    let mut run = place.start_with(&["run"], within);
    run.wait_for("finished").expect("a trial ends");
    set(3600);
    run.wait_for("epoch").expect("the next is trained");
    // Whoever else comes now finds that what is in training is held.
    let helper = place.start_with(&["worker", "tiny"], within);
    run.wait_for("finished").expect("it goes on");
    set(-3600);
    assert_eq!((run.finish().code, helper.finish().code), (Some(0), Some(0)));

    let shown = ["0", "1", "2", "3"].map(|trial| place.json(&["show", trial, "--format", "json"]));
    for trial in &shown {
        assert_eq!((&trial["attempt"], &trial["faults"]), (&1.into(), &serde_json::json!([])), "{trial}");
    }
    let ended = shown.map(|trial| trial["ended_at"].as_i64().expect("a time"));
    let between = ended.iter().max().expect("four") - ended.iter().min().expect("four");
    assert!(between > 3_000_000, "the calendar did jump: {ended:?}");
    assert_eq!(place.record(), undisturbed.record());
}
