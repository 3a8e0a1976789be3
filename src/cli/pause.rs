//! `kiln pause`: train nothing of a study for the time being.

use kiln_trials::store::Store;
use serde_json::json;

use crate::cli::select::StudyArgument;
use crate::cli::{Global, answer};
use crate::failure::Failure;

/// Asks whoever runs the study to let its trials rest.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let mut chosen = study.open(global)?;
    let was_paused = chosen.store.wishes()?.paused;
    chosen.store.halt(true)?;
    let study = &chosen.record.name;
    let is_running = chosen.folder.is_running();
    let done = json!({"study": study, "paused": true, "was_paused": was_paused, "running": is_running});
    let what = if was_paused { "was paused already" } else { "is paused" };
    let then = if is_running { "its trials rest after their epochs" } else { "`kiln run` trains nothing of it" };
    answer::sentence(&format!("{study} {what}: {then}, until `kiln resume {study}`"), &done, global.format)
}
