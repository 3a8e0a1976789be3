//! `cargo xtask test`: everything that must hold of a commit, cheapest first.

use std::path::Path;
use std::process::ExitCode;

use crate::driver;
use crate::step::{self, Step};

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Runs the steps up to the first that fails, and says how long each took.
pub fn run() -> ExitCode {
    let mut steps = Vec::new();
    if !driver::is_installed() {
        if driver::can_be_installed() {
            steps.push(Step::new("package lists", "apt-get", &["update"]));
            steps.push(Step::new("packages", "apt-get", &driver::INSTALL));
        } else {
            eprintln!("{}", driver::ADVICE);
        }
    }
    steps.push(Step::new("format", "cargo", &["fmt", "--all", "--check"]));
    let lints = ["clippy", "--workspace", "--all-targets", "--release", "--", "-D", "warnings"];
    steps.push(Step::new("lints", "cargo", &lints));
    steps.push(Step::new("tests", "cargo", &["test", "--workspace", "--release"]));

    let report = step::run(&steps, Path::new(ROOT));
    eprintln!("\n{report}");
    if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
