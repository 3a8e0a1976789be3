//! `cargo xtask export-check`: the exported crates of 20 networks of the widest space say what their trials said.
//!
//! They are built as modules of one test of this workspace, so that burn need not be built again for each.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

/// Where tests look for the exported crates.
const VARIABLE: &str = "KILN_EXPORTED";

/// Writes the crates, builds them, and compares.
pub fn run() -> ExitCode {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let folder = target.join("exported");
    // What an earlier check has left; there may be nothing.
    let _ = fs::remove_dir_all(&folder);
    if let Err(error) = fs::create_dir_all(&folder) {
        eprintln!("cannot create `{}`: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    let write = ["--lib", "export::tests::crates_of_twenty", "--", "--ignored"];
    let compare = ["--test", "exported", "--", "--nocapture"];
    let passed = [write.as_slice(), &compare].iter().all(|arguments| {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--release"]).args(*arguments).env(VARIABLE, &folder).current_dir(root);
        cargo.status().is_ok_and(|status| status.success())
    });
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
