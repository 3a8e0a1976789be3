//! `cargo xtask verdicts`: how often the verdicts of a confirmation are right.
//!
//! Whole studies are simulated, by the functions that real ones use: a search of 120 trials on a surface whose values are
//! known, with the share of each arm; the design of a confirmation; and the answer. Training is replaced by the surface
//! with a deviation of one point from seed to seed. The table does not depend on the number of threads.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use kiln_search::sampler::strategy::Strategy;
use rayon::prelude::*;

use study::{Outcome, study};
use surface::Surface;

mod study;
mod surface;
mod table;

const USAGE: &str = "\
usage: cargo xtask verdicts [--runs N] [--out FILE.md]
    --runs 1000              so many studies a line
    --out docs/verdicts.md   where the tables go";

const STRATEGIES: [Strategy; 3] = [Strategy::Random, Strategy::Tpe, Strategy::Evolution];

/// Points that the arm in question gains.
const GAINS: [f64; 3] = [0.0, 1.0, 2.0];

/// One line of a table: studies alike but for their seeds.
#[derive(Debug)]
struct Cell {
    gain: f64,
    strategy: Strategy,
    outcomes: Vec<Outcome>,
}

/// Runs what `arguments` ask for.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    match simulate(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn simulate(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut runs, mut out) = (1_000, PathBuf::from("docs/verdicts.md"));
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{name}` lacks a value\n{USAGE}"))?;
        match name.as_str() {
            "--runs" => {
                runs = value.parse().map_err(|_| format!("`--runs` is a whole number, not `{value}`"))?;
            }
            "--out" => out = value.into(),
            _ => return Err(format!("unknown option `{name}`\n{USAGE}")),
        }
    }
    let mut text = table::introduction(runs);
    for surface in Surface::ALL {
        let cells: Vec<Cell> = GAINS
            .into_iter()
            .flat_map(|gain| STRATEGIES.map(|strategy| (gain, strategy)))
            .map(|(gain, strategy)| {
                let outcomes = (0..runs).into_par_iter().map(|seed| study(surface, gain, strategy, seed)).collect();
                Cell { gain, strategy, outcomes }
            })
            .collect();
        text += &table::markdown(surface, &cells);
    }
    fs::write(&out, &text).map_err(|error| format!("{}: {error}", out.display()))?;
    println!("{text}");
    Ok(())
}
