//! `kiln show`: everything about one trial.

use std::path::Path;

use kiln_trials::store::Store;
use kiln_trials::trial::Trial;

use crate::cli::select::TrialArgument;
use crate::cli::{Format, Global, answer};
use crate::data::{self, Dataset};
use crate::failure::Failure;
use crate::runner::DATA;
use crate::runner::proposal::Proposer;
use crate::study::{self, Study};
use crate::term::confusion;
use crate::term::trial::{Record, curves, text};
use crate::vocabulary::BuiltIn;

/// Prints a trial: as text, as JSON, or its curve as CSV.
pub fn run(of: &TrialArgument, global: &Global) -> Result<(), Failure> {
    let (study, trial, store) = of.look_at(global)?;
    let revision = store.file_revision_of(of.trial)?;
    let best = store.confusion(of.trial)?;
    let trial = &trial;
    match global.format {
        Format::Table => {
            let file = study::recorded(&study, &BuiltIn).ok();
            let fidelity = file.as_ref().map(|file| file.fidelity.clone());
            let known = with_data(file);
            let classes = known.as_ref().ok().map(|(_, data)| data.classes.as_slice());
            let best = best.map(|best| confusion::text(&best, classes));
            let layers = known.and_then(|(study, data)| layers(study, &data, trial));
            let layers = layers.unwrap_or_else(|reason| format!("cannot be shown: {reason}"));
            answer::text(&text(&study, trial, &revision, fidelity.as_ref(), &layers, best.as_deref()))
        }
        Format::Json => {
            let known = best.as_ref().and_then(|_| with_data(study::recorded(&study, &BuiltIn).ok()).ok());
            let classes = known.as_ref().map(|(_, data)| data.classes.as_slice());
            answer::json(&Record::of(&study, trial, &revision, best.as_ref(), classes))
        }
        Format::Csv => answer::text(&curves(std::slice::from_ref(trial)).to_csv()),
    }
}

/// The study with its data, which can be gone.
fn with_data(study: Option<Study>) -> Result<(Study, Dataset), String> {
    let study = study.ok_or_else(|| "this version of kiln reads the study's file differently".to_owned())?;
    let data = data::load(&study.data, Path::new(DATA)).map_err(|error| error.to_string())?;
    Ok((study, data))
}

/// The table of the trial's layers, whose shapes depend on the data.
fn layers(study: Study, data: &Dataset, trial: &Trial) -> Result<String, String> {
    Ok(Proposer::of(study, data).plan(&trial.candidate)?.to_string())
}
