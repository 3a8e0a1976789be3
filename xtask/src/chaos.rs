//! `cargo xtask chaos`: kills runners and workers of small studies, as often as is wanted, and compares what they record
//! with the same studies undisturbed. The work is that of a test of the program, `tests/program/chaos.rs`.

use std::process::{Command, ExitCode};

/// How many kills there are unless it is said.
const KILLS: u32 = 200;

/// Runs the test for the kills that `arguments` want.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(kills) = parse(&arguments.collect::<Vec<_>>()) else {
        eprintln!("usage: cargo xtask chaos [--kills N]    N from 1 on; {KILLS} if it is not said");
        return ExitCode::from(2);
    };
    let test = ["test", "--release", "--package", "kiln", "--test", "program"];
    let only = ["--", "--ignored", "--exact", "chaos::as_many_kills_as_wanted_change_nothing", "--nocapture"];
    match Command::new("cargo").args(test).args(only).env("KILN_KILLS", kills.to_string()).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo does not start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Option<u32> {
    match arguments {
        [] => Some(KILLS),
        [option, kills] if option == "--kills" => kills.parse().ok().filter(|kills| *kills > 0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_kills_can_be_asked_for() {
        let parse = |arguments: &[&str]| parse(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(parse(&[]), Some(KILLS));
        assert_eq!(parse(&["--kills", "7"]), Some(7));
        for wrong in [["--kills", "0"].as_slice(), &["--kills"], &["--kills", "many"], &["7"], &["--kills", "7", "8"]] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
