//! `kiln export`: a trained network as files that need no Kiln.

use std::path::PathBuf;

use clap::Args;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use crate::cli::network::NetworkArgument;
use crate::cli::{Global, answer};
use crate::export;
use crate::failure::Failure;

/// What `export` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// Where to write it: a directory that is new or empty
    #[arg(value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    network: NetworkArgument,
}

#[derive(Serialize)]
struct Answer<'a> {
    study: &'a str,
    trial: TrialNumber,
    epoch: u32,
    files: &'a [PathBuf],
}

/// Writes the network, and says what was written.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let trained = options.network.load(global)?;
    let files = export::export(&trained, &options.to)?;
    let place = options.to.display();
    let sentence = format!(
        "{} is exported: weights, model.toml and a crate are in {place}; `cargo test --release` there compares its \
         predictions",
        trained.name()
    );
    let (study, trial) = (trained.record.name.as_str(), trained.trial.number);
    let value = Answer { study, trial, epoch: trained.epoch, files: &files };
    answer::sentence(&sentence, &value, global.format)
}
