//! The trained network that a command is about.

use clap::Args;
use kiln_trials::checkpoint::Checkpoints;
use kiln_trials::rank;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::{Standing, TrialNumber};

use crate::cli::Global;
use crate::cli::select::{StudyArgument, no_trial, read_file, trial_number};
use crate::failure::Failure;
use crate::runner::confirmation::Found;
use crate::trained::Trained;

/// A trained network, on the command line.
#[derive(Debug, Args)]
pub struct NetworkArgument {
    /// The study's name; without it the only one, or that of ./space.toml
    #[arg(long, value_name = "STUDY")]
    study: Option<String>,
    /// The trial that trained it; without it the winner of the confirmation, or else the best of the search
    #[arg(long, value_name = "TRIAL", value_parser = trial_number)]
    trial: Option<TrialNumber>,
}

impl NetworkArgument {
    /// Reads the network from its checkpoint.
    pub fn load(&self, global: &Global) -> Result<Trained, Failure> {
        let folder = StudyArgument::named(self.study.clone()).find(global)?;
        let store = SqliteStore::open_read_only(&folder.store())?;
        let record = store.study()?;
        let standings = store.standings(None)?.trials;
        let number = match self.trial {
            Some(number) => number,
            None => winner(&record, &standings)?,
        };
        let trial = store.trial(number)?.ok_or_else(|| no_trial(&record, standings.len(), number))?;
        Trained::load(record, trial, &Checkpoints::new(folder.checkpoints()?))
    }
}

/// The trial that stands for the confirmed winner, or else the best of the search.
fn winner(record: &StudyRecord, trials: &[Standing]) -> Result<TrialNumber, Failure> {
    if trials.iter().any(|trial| !trial.origin.is_search())
        && let Some(trial) = Found::of(&read_file(record)?, trials).representative()
    {
        return Ok(trial.number);
    }
    let best = rank::best(trials, &record.objectives).map(|trial| trial.number);
    best.ok_or_else(|| Failure::Refused {
        message: format!("no trial of study `{}` is complete: it has no trained network yet", record.name),
        help: "wait for one, or name a trial that has a checkpoint by --trial".to_owned(),
    })
}
