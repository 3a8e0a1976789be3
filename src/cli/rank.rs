//! `kiln rank`: the trials of a study, best first.

use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::Standing;

use crate::cli::select::StudyArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::term::ranking::Standings;

/// Prints the ranking of the study.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let (study, store) = study.look_at(global)?;
    let metrics = study.metrics();
    // A table shows the objectives alone.
    let metrics = (global.format == Format::Table).then_some(&*metrics);
    answer(&study, &store.standings(metrics)?.trials, None, global.format)
}

/// Prints the first `limit` trials as a table, or all of them for programs.
pub fn answer(study: &StudyRecord, trials: &[Standing], limit: Option<usize>, format: Format) -> Result<(), Failure> {
    let standings = Standings::of(study, trials);
    match format {
        Format::Table => answer::text(&standings.to_text(limit, answer::width())),
        Format::Csv => answer::text(&standings.to_csv()),
        Format::Json => answer::json(&standings),
    }
}
