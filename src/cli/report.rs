//! `kiln report`: all there is to say of a study, in one file.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use kiln_trials::store::sqlite::SqliteStore;

use crate::cli::select::StudyArgument;
use crate::cli::{Form, Global, answer, complain};
use crate::failure::Failure;
use crate::report::{Facts, Reader, html, markdown};
use crate::runner::folder::Folder;

/// What `report` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// The file to write; without it report.html in the directory of the study, and standard output for md and json
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy)]
enum Page {
    Html,
    Md,
    Json,
}

/// Writes the report of a study.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let page = match global.form {
        None | Some(Form::Html) => Page::Html,
        Some(Form::Md) => Page::Md,
        Some(Form::Json) => Page::Json,
        Some(Form::Table | Form::Csv) => {
            return Err(Failure::Refused {
                message: "a report is no table".to_owned(),
                help: "--format html, md or json; `kiln rank --format csv` lists the trials".to_owned(),
            });
        }
    };
    let folder = options.study.find(global)?;
    let store = SqliteStore::open_read_only(&folder.store())?;
    Reader::of(&store)?.tell(&store, |facts| write_out(facts, page, &folder, options, global))
}

fn write_out(
    facts: &Facts<'_>,
    page: Page,
    folder: &Folder,
    options: &Options,
    global: &Global,
) -> Result<(), Failure> {
    match (page, &options.out) {
        (Page::Html, out) => {
            let path = out.clone().unwrap_or_else(|| folder.path().join("report.html"));
            write(&path, &html::page(facts)?, global)
        }
        (Page::Md, Some(out)) => write(out, &markdown(facts), global),
        (Page::Md, None) => answer::text(&markdown(facts)),
        (Page::Json, Some(out)) => write(out, &html::json(facts)?, global),
        (Page::Json, None) => answer::json(facts),
    }
}

fn write(path: &Path, text: &str, global: &Global) -> Result<(), Failure> {
    fs::write(path, text).map_err(Failure::io(format!("write `{}`", path.display())))?;
    if !global.quiet {
        complain(format_args!("the report is in {}", path.display()));
    }
    Ok(())
}
