//! `kiln worker`: help with a study that others run, from another terminal.

use clap::Args;

use crate::cli::run::{Means, carry_out, order, view};
use crate::cli::select::{self, StudyArgument};
use crate::cli::{Done, Global};
use crate::failure::Failure;
use crate::runner;
use crate::study;

/// What `worker` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    #[command(flatten)]
    means: Means,
}

/// Works on the study until it ends.
pub fn run(options: Options, global: &Global) -> Result<Done, Failure> {
    let record = options.study.record(global)?;
    let (file, study) = (study::file_name(&record), select::read_file(&record)?);
    carry_out(order(file, record.space_toml, study, options.means, global), runner::help, view(global), global)
}
