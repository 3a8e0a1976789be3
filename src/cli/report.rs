//! `kiln report`: all there is to say of a study, in one file.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use kiln_search::candidate::Candidate;
use kiln_trials::store::Store;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::trial::{Standing, Trial};

use crate::cli::select::StudyArgument;
use crate::cli::{Form, Global, answer, complain};
use crate::failure::Failure;
use crate::network::Plan;
use crate::report::{Facts, Snapshot, html, markdown};
use crate::runner::confirmation::Confirmation;
use crate::runner::proposal::Proposer;
use crate::study;
use crate::term::confirmation::Confirmed;
use crate::vocabulary::BuiltIn;

/// What `report` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// The file to write; without it report.html in the directory of the study, and standard output for md and json
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes the report of a study.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let folder = options.study.find(global)?;
    let store = SqliteStore::open_read_only(&folder.store())?;
    let (record, revisions, spent) = (store.study()?, store.file_revisions()?, store.spent()?);
    let trials = store.snapshot()?;
    let is_confirmed = trials.iter().any(|trial| !trial.origin.is_search());
    let all: Vec<Standing> =
        if is_confirmed { trials.iter().map(|trial| trial.standing(None)).collect() } else { Vec::new() };
    let (trials, confirmations): (Vec<Trial>, Vec<Trial>) =
        trials.into_iter().partition(|trial| trial.origin.is_search());
    let file = study::recorded(&record, &BuiltIn).ok();
    // The shapes of layers depend on the data, which can be gone.
    let proposer = file.clone().map(Proposer::load);
    let plan = |candidate: &Candidate| -> Result<Plan, String> {
        match &proposer {
            Some(Ok(proposer)) => proposer.plan(candidate),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("this version of Kiln reads the file of the study differently".to_owned()),
        }
    };
    let looks = store.looks()?;
    let confirmation = file.as_ref().filter(|_| is_confirmed);
    let confirmation = confirmation.map(|file| Confirmation::recorded(file, file.confirm.unwrap_or_default(), &all));
    let confirmations: Vec<Standing> = confirmations.iter().map(|trial| trial.standing(None)).collect();
    let found = confirmation.as_ref().map(|confirmation| (confirmation, confirmation.answer(&confirmations)));
    let confirmed =
        found.as_ref().map(|(confirmation, found)| Confirmed::of(&record, confirmation, found, &all, &looks));
    let snapshot = Snapshot {
        study: &record,
        file: file.as_ref(),
        revisions: &revisions,
        trials: &trials,
        spent,
        confirmed: confirmed.as_ref(),
        plan: &plan,
    };
    let facts = Facts::of(&snapshot);
    let form = global.form.unwrap_or(Form::Html);
    match (form, &options.out) {
        (Form::Html, out) => {
            let path = out.clone().unwrap_or_else(|| folder.path().join("report.html"));
            write(&path, &html::page(&facts)?, global)
        }
        (Form::Md, Some(out)) => write(out, &markdown(&facts), global),
        (Form::Md, None) => answer::text(&markdown(&facts)),
        (Form::Json, Some(out)) => write(out, &html::json(&facts)?, global),
        (Form::Json, None) => answer::json(&facts),
        (Form::Table | Form::Csv, _) => Err(Failure::Refused {
            message: "a report is no table".to_owned(),
            help: "--format html, md or json; `kiln rank --format csv` lists the trials".to_owned(),
        }),
    }
}

fn write(path: &Path, text: &str, global: &Global) -> Result<(), Failure> {
    fs::write(path, text).map_err(Failure::io(format!("write `{}`", path.display())))?;
    if !global.quiet {
        complain(format_args!("the report is in {}", path.display()));
    }
    Ok(())
}
