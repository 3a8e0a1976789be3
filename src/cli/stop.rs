//! `kiln stop`: end a trial.

use kiln_trials::store::Store;
use serde_json::json;

use crate::cli::select::TrialArgument;
use crate::cli::{Global, answer};
use crate::failure::Failure;
use crate::term::trial::word;

/// Asks whoever runs the study to end the trial.
pub fn run(of: &TrialArgument, global: &Global) -> Result<(), Failure> {
    let mut chosen = of.study.open(global)?;
    let (study, number) = (chosen.record.name.clone(), of.trial);
    let trial = chosen.trial(number)?;
    if trial.is_over() {
        return Err(Failure::Refused {
            message: format!("trial {number} of study `{study}` is over already: {}", word(&trial.state)),
            help: format!("`kiln show {number} {study}` tells how it ended"),
        });
    }
    chosen.store.stop(number)?;
    let when = chosen.when("ends it");
    let done = json!({"study": study, "stop": number, "running": chosen.folder.is_running()});
    answer::sentence(&format!("trial {number} is to end: {when}"), &done, global.format)
}
