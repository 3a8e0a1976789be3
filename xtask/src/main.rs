//! Chores of the repository: `cargo xtask test`.

mod driver;
mod step;
mod test;

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    if env::args().skip(1).eq(["test"]) {
        test::run()
    } else {
        eprintln!("usage: cargo xtask test    check formatting and lints, then run all tests");
        ExitCode::from(2)
    }
}
