//! The study file that is on record, and the data that it names.

use std::path::Path;

use kiln_trials::store::StudyRecord;
use miette::Diagnostic;

use super::{Finding, Part, Standing};
use crate::data::{self, DataError};
use crate::failure::Failure;
use crate::runner::DATA;
use crate::study::{self, Study};
use crate::vocabulary::BuiltIn;

/// Reads the file and the data; `directory` is the name of the study's own. Gives the study, if its file can be read.
pub fn check(record: &StudyRecord, directory: &str, findings: &mut Vec<Finding>) -> Option<Study> {
    let study = match study::recorded(record, &BuiltIn) {
        Ok(study) => study,
        Err(diagnostics) => {
            let mistakes = diagnostics.related().into_iter().flatten().map(ToString::to_string);
            let what = [diagnostics.to_string()].into_iter().chain(mistakes).collect::<Vec<_>>().join(": ");
            let version = &record.kiln_version;
            findings.push(Finding::problem(
                Part::File,
                what,
                format!(
                    "the study was begun by Kiln {version}: go on with that version, or begin a study of another name"
                ),
            ));
            return None;
        }
    };
    findings.extend(contradictions(record, &study, directory));
    if !findings.iter().any(|finding| finding.part == Part::File) {
        findings.push(Finding::new(
            Part::File,
            Standing::Sound,
            "it can be read, and says what the rest of the record says",
        ));
    }
    findings.push(data(record, &study));
    Some(study)
}

/// Where the rest of the record says something else than the file.
fn contradictions(record: &StudyRecord, study: &Study, directory: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if record.name != directory {
        let what =
            format!("the directory of study `{}` is called `{directory}`: `kiln run` does not find it", record.name);
        findings.push(Finding::problem(Part::File, what, format!("call it `{}` again", record.name)));
    }
    let objectives: Vec<_> = study.objectives.iter().map(|one| (one.metric.clone(), one.goal)).collect();
    for (what, equal) in [
        ("name", study.name == record.name),
        ("seed", study.seed == record.seed),
        ("objectives", objectives == record.objectives),
    ] {
        if !equal {
            let what = format!("the {what} on record is not that of the file on record");
            findings.push(Finding::problem(Part::File, what, super::record::NEXT));
        }
    }
    findings
}

/// Whether the data are those that the study began with, where they are there.
fn data(record: &StudyRecord, study: &Study) -> Finding {
    let name = study.data.source.name();
    match data::load(&study.data, Path::new(DATA)) {
        Ok(data) if data.digest == record.data_digest => {
            Finding::new(Part::Data, Standing::Sound, format!("{name} is what the study began with"))
        }
        Ok(data) => Finding::failure(
            Part::Data,
            &Failure::DataChanged {
                study: record.name.clone(),
                expected: record.data_digest.clone(),
                found: data.digest,
            },
        ),
        Err(error @ DataError::Missing { .. }) => {
            let next = Some(error.help().to_owned());
            Finding {
                next,
                ..Finding::new(Part::Data, Standing::Noted, format!("nothing can be trained here: {error}"))
            }
        }
        Err(error) => Finding::failure(Part::Data, &error.into()),
    }
}
