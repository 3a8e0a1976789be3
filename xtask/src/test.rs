//! `cargo xtask test`: everything that must hold of a commit, cheapest first.

use std::path::Path;
use std::process::ExitCode;

use crate::package::{self, CHROMIUM, LAVAPIPE, NPM, VALGRIND};
use crate::step::{self, Step};

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// There when the packages that drive a browser are.
const BROWSER: &str = "tests/browser/node_modules/playwright-core";

/// Runs the steps up to the first that fails, and says how long each took.
pub fn run() -> ExitCode {
    let mut steps = Vec::new();
    let needed = [&LAVAPIPE, &VALGRIND, &CHROMIUM, &NPM].into_iter();
    let mut missing: Vec<_> = needed.filter(|package| !package.is_installed()).collect();
    if !missing.is_empty() && package::can_be_installed() {
        steps.push(Step::new("package lists", "apt-get", &["update"]));
        let options = ["install", "--yes", "--no-install-recommends"].into_iter();
        let arguments: Vec<_> = options.chain(missing.drain(..).map(|package| package.name)).collect();
        steps.push(Step::new("packages", "apt-get", &arguments));
    }
    steps.push(Step::new("format", "cargo", &["fmt", "--all", "--check"]));
    let lints = ["clippy", "--workspace", "--all-targets", "--release", "--", "-D", "warnings"];
    steps.push(Step::new("lints", "cargo", &lints));
    if !missing.iter().any(|package| package.name == NPM.name) && !Path::new(ROOT).join(BROWSER).exists() {
        // Where they cannot be had, the test says that it skips.
        steps.push(Step::new("browser", "sh", &["-c", "npm ci --prefix tests/browser || true"]));
    }
    steps.push(Step::new("tests", "cargo", &["test", "--workspace", "--release"]));
    // The counts are those of a family of processors.
    if cfg!(target_arch = "x86_64") && !missing.iter().any(|package| package.name == VALGRIND.name) {
        let benches = ["run", "--quiet", "--release", "--locked", "--manifest-path", "search/benches/Cargo.toml"];
        steps.push(Step::new("instructions", "cargo", &benches));
    }

    let report = step::run(&steps, Path::new(ROOT));
    eprintln!();
    for package in &missing {
        eprintln!("{}", package.advice);
    }
    eprintln!("{report}");
    if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
