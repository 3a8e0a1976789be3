//! `kiln studies`: what there is under the directory of studies.

use std::path::Path;

use kiln_trials::rank;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StoreError};
use kiln_trials::trial::Standing;
use serde::Serialize;

use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::folder::Folder;
use crate::term::objectives_of;
use crate::term::table::Table;

/// A study, in a few words.
#[derive(Debug, Serialize)]
pub struct Row {
    study: String,
    /// Unknown, as `complete` and `revision`, where the study cannot be read.
    trials: Option<usize>,
    complete: Option<usize>,
    state: String,
    strategy: &'static str,
    /// Of the study's file.
    revision: Option<u32>,
    best: String,
}

/// Lists the studies with their best trials.
pub fn run(global: &Global) -> Result<(), Failure> {
    let rows = rows(&global.dir)?;
    if rows.is_empty() && global.format == Format::Table {
        return answer::text(&format!("there are no studies in `{}`: `kiln run` creates one\n", global.dir.display()));
    }
    let mut table = Table::new(["study", "trials", "complete", "state", "strategy", "revision", "best"]);
    for row in &rows {
        table.row([
            row.study.clone(),
            shown(row.trials.as_ref()),
            shown(row.complete.as_ref()),
            row.state.clone(),
            row.strategy.to_owned(),
            shown(row.revision.as_ref()),
            row.best.clone(),
        ]);
    }
    answer::table(&table, &rows, global.format)
}

/// The studies under `dir`.
pub fn rows(dir: &Path) -> Result<Vec<Row>, Failure> {
    let folders = Folder::all(dir)?;
    Ok(folders.iter().map(|folder| row(folder).unwrap_or_else(|error| unreadable(folder, &error))).collect())
}

fn row(folder: &Folder) -> Result<Row, StoreError> {
    let store = SqliteStore::open_read_only(&folder.store())?;
    let study = store.study()?;
    let mut trials = store.standings(Some(&study.metrics()))?.trials;
    trials.retain(|trial| trial.origin.is_search());
    let best = rank::best(&trials, &study.objectives);
    let objectives = |trial: &Standing| objectives_of(&study, |metric| trial.figure(metric));
    Ok(Row {
        study: folder.name().to_owned(),
        trials: Some(trials.len()),
        complete: Some(trials.iter().filter(|trial| trial.is_complete()).count()),
        state: state(folder.is_running(), store.wishes()?.paused).to_owned(),
        strategy: study.strategy.name(),
        revision: Some(study.file_revision),
        best: best.map_or_else(String::new, |trial| format!("trial {}  {}", trial.number, objectives(trial))),
    })
}

fn shown(number: Option<&impl ToString>) -> String {
    number.map(ToString::to_string).unwrap_or_default()
}

fn state(is_running: bool, is_paused: bool) -> &'static str {
    match (is_running, is_paused) {
        (true, false) => "running",
        (true, true) => "running, paused",
        (false, false) => "at rest",
        (false, true) => "at rest, paused",
    }
}

/// One study that cannot be read does not hide the others.
fn unreadable(folder: &Folder, error: &StoreError) -> Row {
    Row {
        study: folder.name().to_owned(),
        trials: None,
        complete: None,
        state: error.to_string(),
        strategy: "",
        revision: None,
        best: String::new(),
    }
}
