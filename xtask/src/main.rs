//! Chores of the repository: `cargo xtask test`, `cargo xtask chaos`, `cargo xtask export-check`, `cargo xtask gpu-bench`,
//! `cargo xtask quality`, `cargo xtask verdicts`.

mod chaos;
mod exported;
mod gpu;
mod package;
mod quality;
mod step;
mod test;
mod verdicts;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.len()) {
        (Some("test"), 0) => test::run(),
        (Some("chaos"), _) => chaos::run(arguments),
        (Some("gpu-bench"), _) => gpu::run(arguments),
        (Some("quality"), _) => quality::run(arguments),
        (Some("verdicts"), _) => verdicts::run(arguments),
        (Some("export-check"), 0) => exported::run(),
        _ => {
            eprintln!("usage: cargo xtask test       check formatting and lints, then run all tests");
            eprintln!("       cargo xtask chaos      kill studies again and again, and compare what they record");
            eprintln!("       cargo xtask export-check  compare exported networks with their trials");
            eprintln!("       cargo xtask gpu-bench  measure training on a GPU, and run the tests that want one");
            eprintln!("       cargo xtask quality    compare the methods of search on known problems");
            eprintln!("       cargo xtask verdicts   see how often the verdicts of a confirmation are right");
            ExitCode::from(2)
        }
    }
}
