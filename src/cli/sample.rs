//! `kiln sample`: candidates as `kiln run` would draw them.

use clap::Args;
use kiln_search::sampler::Proposal;
use kiln_trials::trial::{Origin, State, Trial};

use crate::cli::file::FileArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::proposal::Proposer;

/// What `sample` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    file: FileArgument,
    /// How many
    #[arg(short, value_name = "COUNT", default_value_t = 1)]
    n: u32,
}

/// Prints the first candidates of the study: as TOML, or as JSON.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let study = options.file.read()?.study;
    let proposer = Proposer::load(study)?;
    proposer.check()?;
    let mut trials = Vec::new();
    for number in 0..options.n {
        match proposer.next(&trials) {
            Ok((proposal, origin)) => trials.push(untrained(number, proposal, origin)),
            // As many as there are.
            Err(_) => break,
        }
    }
    let candidates: Vec<_> = trials.iter().map(|trial| &trial.candidate).collect();
    if global.format == Format::Json {
        return answer::json(&candidates);
    }
    let texts: Vec<_> = candidates.iter().map(|candidate| candidate.to_toml()).collect();
    answer::text(&texts.join("\n"))
}

fn untrained(number: u32, proposal: Proposal, origin: Origin) -> Trial {
    Trial {
        number,
        candidate: proposal.candidate,
        origin,
        attempt: 0,
        faults: Vec::new(),
        state: State::Running,
        statics: proposal.statics,
        epochs: Vec::new(),
        warnings: Vec::new(),
        checkpoints: Vec::new(),
        began_at: 0,
        ended_at: None,
    }
}
