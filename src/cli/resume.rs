//! `kiln resume`: let a paused study go on.

use kiln_trials::store::Store;
use serde_json::json;

use crate::cli::select::StudyArgument;
use crate::cli::{Global, answer};
use crate::failure::Failure;

/// Asks whoever runs the study to go on.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let mut chosen = study.open(global)?;
    let was_paused = chosen.store.wishes()?.paused;
    chosen.store.halt(false)?;
    let study = &chosen.record.name;
    let is_running = chosen.folder.is_running();
    let done = json!({"study": study, "paused": false, "was_paused": was_paused, "running": is_running});
    let what = if was_paused { "is paused no more" } else { "was not paused" };
    let then = chosen.when("goes on with it");
    answer::sentence(&format!("{study} {what}: {then}"), &done, global.format)
}
