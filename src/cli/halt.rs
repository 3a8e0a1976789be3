//! `kiln pause` and `kiln resume`: train nothing of a study for the time being, and let it go on.

use kiln_trials::store::Store;
use serde_json::json;

use crate::cli::Global;
use crate::cli::answer::Said;
use crate::cli::select::{Chosen, StudyArgument};
use crate::failure::Failure;

/// Asks whoever runs the study to let its trials rest, or to go on.
pub fn run(study: &StudyArgument, paused: bool, global: &Global) -> Result<(), Failure> {
    halt(&mut study.open(global)?, paused)?.print(global.format)
}

/// Asks it of the study that is `chosen`.
pub fn halt(chosen: &mut Chosen, paused: bool) -> Result<Said, Failure> {
    let was_paused = chosen.store.wishes()?.paused;
    chosen.store.halt(paused)?;
    let study = &chosen.record.name;
    let is_running = chosen.folder.is_running();
    let value = json!({"study": study, "paused": paused, "was_paused": was_paused, "running": is_running});
    let what = match (paused, was_paused) {
        (true, true) => "was paused already",
        (true, false) => "is paused",
        (false, true) => "is paused no more",
        (false, false) => "was not paused",
    };
    let then = match (paused, is_running) {
        (true, true) => format!("its trials rest after their epochs, until `kiln resume {study}`"),
        (true, false) => format!("`kiln run` trains nothing of it, until `kiln resume {study}`"),
        (false, _) => chosen.when("goes on with it"),
    };
    Ok(Said { sentence: format!("{study} {what}: {then}"), value })
}
