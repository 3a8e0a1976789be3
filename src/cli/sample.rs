//! `kiln sample`: candidates as `kiln run` would draw them.

use std::time::Duration;

use clap::Args;
use kiln_search::sampler::Proposal;
use kiln_trials::trial::{Metrics, Origin, Trial};

use crate::cli::file::{FileArgument, StudyFile};
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::prediction::PREDICTIONS;
use crate::runner::proposal::Proposer;
use crate::runner::record::Record;
use crate::term::candidates::{cells, columns};
use crate::term::figure::{bytes, duration};
use crate::term::table::Table;

/// What `sample` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    file: FileArgument,
    /// How many
    #[arg(short, value_name = "COUNT", default_value_t = 1)]
    n: u32,
}

/// Prints the first candidates of the study: as TOML, JSON or CSV.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let StudyFile { name, text, study, .. } = options.file.read()?;
    let mut proposer = Proposer::load(study)?;
    proposer.check(&name, &text)?;
    let mut record = Record::new(proposer.study());
    for number in 0..options.n {
        match proposer.next(&record) {
            Ok((proposal, origin)) => record.take(untrained(number, proposal, origin)),
            // As many as there are.
            Err(_) => break,
        }
    }
    let candidates: Vec<_> = record.trials().iter().map(|trial| &trial.candidate).collect();
    match global.format {
        Format::Json => answer::json(&candidates),
        Format::Csv => {
            let columns = columns(candidates.iter().copied());
            let mut table = Table::new(columns.iter().copied());
            for candidate in &candidates {
                table.row(cells(candidate, &columns));
            }
            answer::text(&table.to_csv())
        }
        Format::Table => {
            let text = |trial: &Trial| predicted(&trial.statics) + &trial.candidate.to_toml();
            let texts: Vec<_> = record.trained().values().map(text).collect();
            answer::text(&texts.join("\n"))
        }
    }
}

/// A comment that says what a trial with these figures is going to take.
fn predicted(statics: &Metrics) -> String {
    let [memory, seconds] = PREDICTIONS.map(|name| statics.get(name).copied().unwrap_or(f64::NAN));
    let time = Duration::try_from_secs_f64(seconds).map_or_else(|_| "-".to_owned(), duration);
    format!("# predicted on the processor: {} of memory, {time}\n", bytes(memory as u64))
}

fn untrained(number: u32, proposal: Proposal, origin: Origin) -> Trial {
    Trial { attempt: 0, ..Trial::new(number, proposal.candidate, origin, proposal.statics, 0) }
}
