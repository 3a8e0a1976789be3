//! What a study is, and by what it can be made again.

use kiln_trials::store::FileRevision;
use serde::Serialize;

use super::scope::Scope;

/// What a study is.
#[derive(Debug, Serialize)]
pub struct Provenance<'a> {
    /// Its name.
    pub name: &'a str,
    /// The seed of all its random streams, as text: it can be greater than numbers of JSON are exact.
    pub seed: String,
    /// The method of search.
    pub strategy: &'static str,
    /// Why that method; none if the file names it.
    pub reason: Option<&'a str>,
    /// What may pause or end a trial early.
    pub scheduler: Option<&'static str>,
    /// Epochs of a trial that nothing stops.
    pub epochs: Option<u32>,
    /// The source of its data.
    pub data: Option<&'static str>,
    /// The share of the training images that are held back for validation.
    pub validation: Option<f64>,
    /// SHA-256 of the data's content.
    pub data_digest: &'a str,
    /// How many candidates there are, in words.
    pub space: Option<String>,
    /// The device on which it began.
    pub device: &'a str,
    /// The version of Kiln that created it.
    pub kiln_version: &'a str,
    /// The version of Kiln that says all this.
    pub told_by: &'static str,
    /// Milliseconds since the Unix epoch.
    pub created_at: u64,
    /// The revisions of its file.
    pub revisions: Vec<Revision>,
    /// The text of its file.
    pub file: &'a str,
}

/// A revision of the study's file.
#[derive(Debug, Serialize)]
pub struct Revision {
    number: u32,
    first: u32,
    strategy: &'static str,
    began_at: u64,
}

impl Revision {
    fn of(revision: &FileRevision) -> Self {
        let FileRevision { number, first, began_at, rules } = revision;
        Self { number: *number, first: *first, strategy: rules.strategy.name(), began_at: *began_at }
    }
}

impl<'a> Provenance<'a> {
    /// Of the study in `scope`.
    pub fn of(scope: &Scope<'a>) -> Self {
        let (study, file) = (scope.study, scope.file);
        Self {
            name: &study.name,
            seed: study.seed.to_string(),
            strategy: study.strategy.name(),
            reason: study.reason.as_deref(),
            scheduler: file.map(|file| file.fidelity.scheduler.name()),
            epochs: file.map(|file| file.fidelity.epochs),
            data: file.map(|file| file.data.source.name()),
            validation: file.map(|file| file.data.validation),
            data_digest: &study.data_digest,
            space: file.map(|file| file.space.size().to_string()),
            device: &study.device,
            kiln_version: &study.kiln_version,
            told_by: env!("CARGO_PKG_VERSION"),
            created_at: study.created_at,
            revisions: scope.revisions.iter().map(Revision::of).collect(),
            file: &study.space_toml,
        }
    }
}
