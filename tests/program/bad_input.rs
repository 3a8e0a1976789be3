//! What is wrong is said once, with what to do, under the right exit code; nothing is written and nothing is lost.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::process::{Command, Stdio};

use crate::kiln::{Answer, Place, TINY};

/// 2: the user's to fix.
const INPUT: Option<i32> = Some(2);
/// 3: the machine's.
const MACHINE: Option<i32> = Some(3);

fn assert_refused(answer: &Answer, code: Option<i32>, says: &[&str]) {
    // The report is wrapped to the width of the terminal.
    let text = answer.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert_eq!(answer.code, code, "{answer:?}");
    for part in says {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
    assert!(!text.contains("panicked") && !text.contains("backtrace"), "{text}");
    assert_eq!(answer.stdout, "");
}

#[test]
fn a_missing_study_file() {
    let place = Place::empty();
    assert_refused(&place.kiln(&["run", "nowhere.toml"]), INPUT, &["nowhere.toml", "No such file", "built-in example"]);
    assert!(place.has_only(&[]));
}

#[test]
fn a_mistake_in_the_study_file() {
    let place = Place::new(&TINY.replace("strategy", "stratgy"));
    assert_refused(&place.kiln(&["run"]), INPUT, &["stratgy", "did you mean", "space.toml:"]);
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn data_that_are_not_there() {
    let place = Place::new(&TINY.replace("\"digits\"", "\"cifar10\""));
    assert_refused(&place.kiln(&["run"]), INPUT, &["cifar", "data"]);
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn a_device_that_is_not_there() {
    let place = Place::new(TINY);
    assert_refused(&place.kiln(&["run", "--device", "gpu"]), INPUT, &["`gpu` names no device", "wgpu"]);
    assert_refused(&place.kiln(&["run", "--device", "wgpu:99"]), INPUT, &["wgpu:99", "kiln devices"]);
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn an_address_at_which_nothing_is_to_be_served() {
    let place = Place::new(TINY);
    for (option, value) in [("--port", "7373"), ("--host", "127.0.0.1")] {
        assert_refused(&place.kiln(&["run", option, value]), INPUT, &["not provided: --serve"]);
    }
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn constraints_that_refuse_everything() {
    let place = Place::new(&format!("{TINY}\n[[constraint]]\nrequire = \"parameters < 1\"\n"));
    assert_refused(&place.kiln(&["run"]), INPUT, &["parameters < 1"]);
    assert!(place.has_only(&["space.toml"]));
}

#[test]
fn a_study_that_another_process_runs() {
    let place = finished();
    let lock = File::options().write(true).open(place.path("studies/tiny/run.lock")).expect("a study has a lock");
    lock.lock().expect("nobody else has it");
    assert_refused(&place.kiln(&["run"]), INPUT, &["tiny", "another process", "Ctrl-C"]);
    assert_eq!(place.json(&["studies", "--format", "json"])[0]["state"], "running");
    assert_eq!(place.json(&["rank", "--format", "json"])["study"], "tiny", "reading is allowed meanwhile");
}

#[test]
fn a_study_file_that_changed() {
    let place = finished();
    let before = place.record();
    place.write("space.toml", &shortest().replace("seed = 7", "seed = 8"));
    assert_refused(&place.kiln(&["run"]), INPUT, &["- 4 | seed = 7", "+ 4 | seed = 8", "another name"]);
    assert_eq!(place.record(), before);

    place.write("space.toml", &format!("# A comment is no change.\n{}", shortest()));
    place.answer(&["run", "--quiet"]);
}

#[test]
fn a_store_of_a_newer_version() {
    let place = finished();
    let path = place.path("studies/tiny/study.db");
    let mut bytes = fs::read(&path).expect("the store is a file");
    // The user version is four bytes at offset 60 of an SQLite file.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&path, &bytes).expect("the store is writable");
    for command in [["run"].as_slice(), &["rank"], &["show", "0"]] {
        assert_refused(&place.kiln(command), INPUT, &["newer"]);
    }
    assert_eq!(fs::read(&path).expect("the store is a file"), bytes);
}

#[test]
fn a_store_that_is_none() {
    let place = Place::new(TINY);
    fs::create_dir_all(place.path("studies/tiny")).expect("the directory is writable");
    place.write("studies/tiny/study.db", "not a database, whatever its name says");
    assert_refused(&place.kiln(&["run"]), INPUT, &["study.db", "not the store of a study"]);
    assert_refused(&place.kiln(&["rank"]), INPUT, &["study.db", "not the store of a study"]);
    let listed = &place.json(&["studies", "--format", "json"])[0];
    assert!(listed["trials"].is_null() && listed["revision"].is_null(), "nothing is known of it: {listed}");
}

#[test]
fn unknown_studies_and_trials() {
    let place = finished();
    assert_refused(&place.kiln(&["rank", "large"]), INPUT, &["no study `large`", "tiny"]);
    assert_refused(&place.kiln(&["show", "77"]), INPUT, &["no trial 77", "only trial", "number 0"]);
    assert_refused(&place.kiln(&["rank", "--dir", "elsewhere"]), INPUT, &["no studies yet", "kiln run"]);
    assert_refused(&place.kiln(&["show", "first"]), INPUT, &["first", "a trial has a number", "kiln rank"]);
    assert!(place.has_only(&["space.toml", "studies"]));
}

#[test]
fn a_reader_that_leaves_is_no_error_but_a_full_device_is() {
    let place = finished();
    let mut child = place.command(&["log"]).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("a child can be waited for").code(), Some(0));

    let full = File::options().write(true).open("/dev/full").expect("there is /dev/full");
    let output = place.command(&["rank"]).stdout(full).output().expect("the program starts");
    assert_refused(&output.into(), MACHINE, &["cannot write the answer", "free some space"]);
}

#[test]
fn disks_that_are_full_or_read_only() {
    let place = Place::new(TINY);
    fs::create_dir(place.path("studies")).expect("the directory is writable");
    let Some(disk) = Disk::mount(&place, "size=48k") else { return };
    assert_refused(
        &place.kiln(&["run", "--device", "cpu", "--quiet"]),
        MACHINE,
        &["space", "run the same command again"],
    );
    drop(disk);

    let Some(disk) = Disk::mount(&place, "size=1m,ro") else { return };
    assert_refused(&place.kiln(&["run", "--device", "cpu", "--quiet"]), MACHINE, &["Read-only", "--dir"]);
    drop(disk);
    assert!(place.has_only(&["space.toml", "studies"]));
}

/// A small disk of its own at `studies`, where the system lets the test have one.
struct Disk(std::path::PathBuf);

impl Disk {
    fn mount(place: &Place, options: &str) -> Option<Self> {
        let at = place.path("studies");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "kiln-test"]).arg(&at).stderr(Stdio::null());
        let mounted = mount.status().is_ok_and(|status| status.success());
        if !mounted {
            // Past the test harness, which would show it for failures only.
            let _ =
                writeln!(io::stderr(), "SKIPPED: full and read-only disks: none can be mounted here (it takes root)");
        }
        mounted.then_some(Self(at))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "what was mounted can be unmounted");
    }
}

/// A study of one trial of one epoch.
fn finished() -> Place {
    let place = Place::new(&shortest());
    place.answer(&["run", "--device", "cpu", "--quiet"]);
    place
}

fn shortest() -> String {
    TINY.replace("trials = 4", "trials = 1").replace("epochs = 3", "epochs = 1")
}
