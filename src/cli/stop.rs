//! `kiln stop`: end a trial.

use kiln_trials::store::Store;
use kiln_trials::trial::TrialNumber;
use serde_json::json;

use crate::cli::Global;
use crate::cli::answer::Said;
use crate::cli::select::{Chosen, TrialArgument};
use crate::failure::Failure;
use crate::term::trial::word;

/// Asks whoever runs the study to end the trial.
pub fn run(of: &TrialArgument, global: &Global) -> Result<(), Failure> {
    stop(&mut of.study.open(global)?, of.trial)?.print(global.format)
}

/// Asks it of trial `number`.
pub fn stop(chosen: &mut Chosen, number: TrialNumber) -> Result<Said, Failure> {
    let study = chosen.record.name.clone();
    let trial = chosen.trial(number)?;
    if trial.is_over() {
        return Err(Failure::Refused {
            message: format!("trial {number} of study `{study}` is over already: {}", word(&trial.state)),
            help: format!("`kiln show {number} {study}` tells how it ended"),
        });
    }
    chosen.store.stop(number)?;
    let when = chosen.when("ends it");
    let value = json!({"study": study, "stop": number, "running": chosen.folder.is_running()});
    Ok(Said { sentence: format!("trial {number} is to end: {when}"), value })
}
