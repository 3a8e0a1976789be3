//! `kiln power`: what it takes to answer the questions of a study, before it is run.

use std::str::FromStr;

use clap::Args;
use kiln_search::evidence::{Demand, POWER, demands};
use serde::Serialize;

use crate::cli::file::FileArgument;
use crate::cli::{Global, answer};
use crate::failure::Failure;
use crate::study::Confirm;
use crate::term::table::Table;

/// What `power` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    file: FileArgument,
    /// The gain that is to be found, in points
    #[arg(long, value_name = "POINTS", default_value = "1")]
    gain: Points,
    /// The standard deviation of one network's value from seed to seed, in points
    #[arg(long, value_name = "POINTS", default_value = "1")]
    noise: Points,
}

/// A finite number above 0.
#[derive(Debug, Clone, Copy, Serialize)]
struct Points(f64);

impl FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let points = text.parse().ok().filter(|points: &f64| *points > 0.0 && points.is_finite());
        points.map(Self).ok_or_else(|| "it is a number above 0, such as 0.5".to_owned())
    }
}

/// The answer for programs.
#[derive(Debug, Serialize)]
struct Power {
    study: String,
    gain: Points,
    noise: Points,
    top: u32,
    seeds: u32,
    /// How likely a gain is to be found that counts as found.
    wanted: f64,
    questions: Vec<Demand>,
}

/// Prints a line for each compared choice.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let file = options.file.read()?;
    let Confirm { top, seeds } = file.study.confirm.unwrap_or_default();
    let questions = demands(&file.study.space, [top, seeds], options.gain.0, options.noise.0);
    if questions.is_empty() {
        return Err(Failure::Refused {
            message: format!("{} compares nothing", file.name),
            help: "write `compare = true` into a choice of [space]".to_owned(),
        });
    }
    let mut table = Table::new(["question", "arms", "trials", "pairs", "power", "finds", "seeds", "trainings"]);
    let or_none = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
    for question in &questions {
        table.row([
            question.parameter.clone(),
            question.arms.len().to_string(),
            question.trials.to_string(),
            question.pairs.to_string(),
            format!("{:.2}", question.power),
            or_none(question.least_gain.map(|gain| format!("{gain:.2}"))),
            or_none(question.seeds.map(|seeds| seeds.to_string())),
            or_none(question.trainings.map(|trainings| trainings.to_string())),
        ]);
    }
    let (gain, noise) = (options.gain, options.noise);
    let power = Power { study: file.study.name, gain, noise, top, seeds, wanted: POWER, questions };
    answer::table(&table, &power, global.format)
}
