//! `kiln confirm`: the best of a study trained again, and what that says.

use clap::Args;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::Standing;

use crate::cli::run::{Means, order, view};
use crate::cli::select::{self, StudyArgument};
use crate::cli::{Done, Format, Global, answer, complain};
use crate::failure::Failure;
use crate::runner::confirmation::Found;
use crate::runner::folder::Folder;
use crate::runner::{self, End, Order};
use crate::study;
use crate::term::confirmation::Confirmed;

/// What `confirm` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// Look at the test images although they have been looked at before; every later answer says so
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    means: Means,
}

/// Trains what is to be confirmed, and prints the answer.
pub fn run(options: Options, global: &Global) -> Result<Done, Failure> {
    let record = options.study.record(global)?;
    let (file, study) = (study::file_name(&record), select::read_file(&record)?);
    let name = record.name.clone();
    let order = Order { again: options.again, ..order(file, record.space_toml, study, options.means, global) };
    let mut view = view(global);
    let report = runner::confirm(order, view.as_mut());
    view.close();
    let report = report?;
    let (End::Done(_), Some(study)) = (&report.end, &report.study) else {
        if !global.quiet {
            complain(format_args!("the confirmation of study {name} is interrupted; the same command continues it"));
        }
        return Ok(Done::Interrupted);
    };
    tell(study, &report.trials, global, |confirmed| match global.format {
        Format::Table => answer::text(&confirmed.to_text(answer::width())),
        Format::Csv => answer::text(&confirmed.to_csv()),
        Format::Json => answer::json(confirmed),
    })
}

/// Prints what the confirmation of `study` says, as `print` does; `trials` are all of its record.
pub fn tell(
    study: &StudyRecord,
    trials: &[Standing],
    global: &Global,
    print: impl Fn(&Confirmed<'_>) -> Result<(), Failure>,
) -> Result<Done, Failure> {
    let file = select::read_file(study)?;
    let found = Found::of(&file, trials);
    let looks = SqliteStore::open_read_only(&Folder::new(&global.dir, &study.name).store())?.looks()?;
    print(&Confirmed::of(study, &found, trials, &looks))?;
    Ok(if found.answer.winner.is_some() { Done::Fully } else { Done::Negative })
}
