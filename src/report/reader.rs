//! From a store to what there is to say of its study. What is slow to find out, and stays, is found out once.

use kiln_search::candidate::Candidate;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::{Standing, Trial};

use super::{Facts, Snapshot};
use crate::failure::Failure;
use crate::network::Plan;
use crate::runner::confirmation::Found;
use crate::runner::proposal::Proposer;
use crate::study::{self, Study};
use crate::term::confirmation::Confirmed;
use crate::vocabulary::BuiltIn;

/// Tells of one study.
#[derive(Debug)]
pub struct Reader {
    record: StudyRecord,
    /// `None` where this version of Kiln reads it differently.
    file: Option<Study>,
    /// Knows the shapes of layers, which depend on the data; those can be gone.
    proposer: Option<Result<Proposer, Failure>>,
}

impl Reader {
    /// Of the study in `store`, by the file that it goes by now.
    pub fn of(store: &dyn Store) -> Result<Self, Failure> {
        let record = store.study()?;
        let file = study::recorded(&record, &BuiltIn).ok();
        let proposer = file.clone().map(Proposer::load);
        Ok(Self { record, file, proposer })
    }

    /// The study.
    pub fn record(&self) -> &StudyRecord {
        &self.record
    }

    /// Its file, as far as it can be read.
    pub fn file(&self) -> Option<&Study> {
        self.file.as_ref()
    }

    /// The layers of a candidate, or why they cannot be told.
    pub fn plan(&self, candidate: &Candidate) -> Result<Plan, String> {
        match &self.proposer {
            Some(Ok(proposer)) => proposer.plan(candidate),
            Some(Err(error)) => Err(error.to_string()),
            None => Err("this version of Kiln reads the file of the study differently".to_owned()),
        }
    }

    /// Says what there is to say as `store` has it now.
    pub fn tell<T>(&self, store: &dyn Store, say: impl FnOnce(&Facts<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let (revisions, spent, looks) = (store.file_revisions()?, store.spent()?, store.looks()?);
        let trials = store.snapshot()?;
        let is_confirmed = trials.iter().any(|trial| !trial.origin.is_search());
        let found = self.file.as_ref().filter(|_| is_confirmed).map(|file| {
            let all: Vec<Standing> = trials.iter().map(|trial| trial.standing(None)).collect();
            (Found::of(file, &all), all)
        });
        let trials: Vec<Trial> = trials.into_iter().filter(|trial| trial.origin.is_search()).collect();
        let confirmed = found.as_ref().map(|(found, all)| Confirmed::of(&self.record, found, all, &looks));
        say(&Facts::of(&Snapshot {
            study: &self.record,
            file: self.file.as_ref(),
            revisions: &revisions,
            trials: &trials,
            spent,
            confirmed: confirmed.as_ref(),
            plan: &|candidate| self.plan(candidate),
        }))
    }
}
