//! `kiln show`: everything about one trial.

use kiln_trials::store::Store;
use kiln_trials::trial::Trial;

use crate::cli::select::TrialArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::proposal::Proposer;
use crate::study::{self, Study};
use crate::term::trial::{Record, curves, text};
use crate::vocabulary::BuiltIn;

/// Prints a trial: as text, as JSON, or its curve as CSV.
pub fn run(of: &TrialArgument, global: &Global) -> Result<(), Failure> {
    let (study, trial, store) = of.look_at(global)?;
    let revision = store.file_revision_of(of.trial)?;
    let trial = &trial;
    match global.format {
        Format::Table => {
            let file = study::recorded(&study, &BuiltIn).ok();
            let fidelity = file.as_ref().map(|file| file.fidelity.clone());
            let layers = layers(file, trial).unwrap_or_else(|reason| format!("cannot be shown: {reason}"));
            answer::text(&text(&study, trial, &revision, fidelity.as_ref(), &layers))
        }
        Format::Json => answer::json(&Record::of(&study, trial, &revision)),
        Format::Csv => answer::text(&curves(std::slice::from_ref(trial)).to_csv()),
    }
}

/// The table of the trial's layers. Their shapes depend on the data, which can be gone.
fn layers(study: Option<Study>, trial: &Trial) -> Result<String, String> {
    let study = study.ok_or_else(|| "this version of kiln reads the study's file differently".to_owned())?;
    let proposer = Proposer::load(study).map_err(|error| error.to_string())?;
    Ok(proposer.plan(&trial.candidate)?.to_string())
}
