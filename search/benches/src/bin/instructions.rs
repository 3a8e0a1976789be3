//! How many instructions one trial takes, asked and told, by method and by the number of trials before it, as
//! valgrind counts them, beside the committed figures: a count that is off by more than a tenth is a failure. So is one
//! that rises faster than log n with the number of trials before it, since a study then costs more than n log n.
//!
//! `instructions --write` makes the counts the figures. Why this is not left to a framework:
//! docs/decisions/0010-instruction-counts.md.

use std::fmt::Write as _;
use std::process::{Command, ExitCode};
use std::{env, fs};

use kiln_search::sampler::strategy::Strategy;
use kiln_search_benches::Study;

/// Lines of `method,objectives,finished,instructions`.
const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.csv");

/// How far a count may be from its figure: compilers differ, and so do the seeds of hash tables.
const TOLERANCE: f64 = 0.1;

/// So many trials are counted.
const TRIALS: u64 = 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => check(false),
        ["--write"] => check(true),
        [method, objectives, finished, trials] => run(method, objectives, finished, trials),
        _ => Err("usage: instructions [--write]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Counts every case of the figures, and writes the counts in their place or compares.
fn check(write: bool) -> Result<(), String> {
    let figures = fs::read_to_string(FIGURES).map_err(|error| format!("{FIGURES}: {error}"))?;
    let mut lines = figures.lines();
    let header = lines.next().unwrap_or_default();
    let mut counted = format!("{header}\n");
    let (mut off, mut steep) = (Vec::new(), Vec::new());
    // Of the line before: the method, the logarithm of its number of finished trials, and its count.
    let mut shorter: Option<(&str, f64, u64)> = None;
    println!("{header},change");
    for line in lines {
        let wrong = || format!("{FIGURES}: `{line}`");
        let (case, figure) = line.rsplit_once(',').ok_or_else(wrong)?;
        let figure: f64 = figure.parse().map_err(|_| wrong())?;
        let fields: Vec<&str> = case.split(',').collect();
        // What a study takes before its first trial is in both counts.
        let count = (count(&fields, TRIALS)? - count(&fields, 0)?) / TRIALS;
        let change = count as f64 / figure - 1.0;
        println!("{case},{count},{:+.1} %", 100.0 * change);
        // Writing to a String cannot fail.
        let _ = writeln!(counted, "{case},{count}");
        if change.abs() > TOLERANCE {
            off.push(case);
        }
        let (method, finished) = case.rsplit_once(',').ok_or_else(wrong)?;
        let logarithm = finished.parse::<f64>().map_err(|_| wrong())?.ln();
        if let Some((of, before, fewer)) = shorter.replace((method, logarithm, count))
            && of == method
            && count as f64 > fewer as f64 * logarithm / before
        {
            steep.push(case);
        }
    }
    if !steep.is_empty() {
        return Err(format!("a study costs more than n log n: {}", steep.join("; ")));
    }
    if write {
        return fs::write(FIGURES, counted).map_err(|error| format!("{FIGURES}: {error}"));
    }
    if off.is_empty() {
        return Ok(());
    }
    let tolerance = 100.0 * TOLERANCE;
    Err(format!(
        "more than {tolerance} % off: {}. If that is meant: cargo run --release --manifest-path \
         search/benches/Cargo.toml -- --write",
        off.join("; ")
    ))
}

/// The instructions of this program on one case.
fn count(case: &[&str], trials: u64) -> Result<u64, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(this).args(case).arg(trials.to_string());
    let output = valgrind.output().map_err(|error| format!("valgrind does not start: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok()).filter(|_| output.status.success());
    count.ok_or_else(|| format!("no count of {}: {report}", case.join(" ")))
}

/// One case, in the process that is counted.
fn run(method: &str, objectives: &str, finished: &str, trials: &str) -> Result<(), String> {
    let number = |text: &str| text.parse::<usize>().map_err(|_| format!("`{text}` is no number"));
    let strategy = Strategy::ALL.into_iter().find(|strategy| strategy.name() == method);
    let strategy = strategy.ok_or_else(|| format!("no method `{method}`"))?;
    let study = Study::new(strategy, number(objectives)?, number(finished)?);
    let mut history = study.history();
    (0..number(trials)?).for_each(|_| study.trial(&mut history));
    // What the allocator does with so many pieces depends on the last of them, and is no part of a trial.
    std::mem::forget((study, history));
    Ok(())
}
