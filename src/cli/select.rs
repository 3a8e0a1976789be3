//! The study that a command is about.

use std::path::Path;

use clap::Args;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::{Standing, Trial, TrialNumber};

use crate::cli::Global;
use crate::cli::file::FileArgument;
use crate::failure::Failure;
use crate::runner::budget::used_up;
use crate::runner::folder::Folder;
use crate::study::{self, Study};
use crate::term::figure::counted;
use crate::vocabulary::BuiltIn;

/// The study, on the command line.
#[derive(Debug, Clone, Args)]
pub struct StudyArgument {
    /// The study's name; without it the only one, or that of ./space.toml
    #[arg(value_name = "STUDY")]
    name: Option<String>,
}

/// A trial of a study, on the command line.
#[derive(Debug, Args)]
pub struct TrialArgument {
    /// The trial's number
    #[arg(value_name = "TRIAL", value_parser = trial_number)]
    pub trial: TrialNumber,
    #[command(flatten)]
    pub study: StudyArgument,
}

/// A study that a command acts on.
pub struct Chosen {
    /// Where it lives.
    pub folder: Folder,
    /// Its store, to be written.
    pub store: SqliteStore,
    /// What it is.
    pub record: StudyRecord,
    /// Where its trials stand.
    pub trials: Vec<Standing>,
}

impl Chosen {
    /// Opens the store of the study in `folder`, to write what is asked for.
    pub fn open(folder: Folder) -> Result<Self, Failure> {
        let store = SqliteStore::open(&folder.store())?;
        let record = store.study()?;
        let trials = store.standings(Some(&record.metrics()))?.trials;
        Ok(Self { folder, store, record, trials })
    }

    /// The trial with this number.
    pub fn trial(&self, number: TrialNumber) -> Result<&Standing, Failure> {
        self.trials.get(number as usize).ok_or_else(|| no_trial(&self.record, self.trials.len(), number))
    }

    /// Its file, as it is on record.
    pub fn study(&self) -> Result<Study, Failure> {
        read_file(&self.record)
    }

    /// Refuses a study that begins no trial any more, whatever is asked of it.
    pub fn demand_open(&self, study: &Study) -> Result<(), Failure> {
        let Some(reason) = used_up(study, &self.trials, self.store.spent()?) else { return Ok(()) };
        Err(Failure::Refused {
            message: format!("study `{}` is over: {reason}", self.record.name),
            help: "no trial begins in it any more; to go on, change [budget] and say `kiln run --new-revision`"
                .to_owned(),
        })
    }

    /// Says when what was asked for is done; `it` is the subject of the sentence.
    pub fn when(&self, it: &str) -> String {
        if self.folder.is_running() {
            format!("the run of {} {it} in a moment", self.record.name)
        } else {
            format!("nobody runs {} now: `kiln run` {it} when it is started again", self.record.name)
        }
    }
}

/// The study of the file that is on record.
pub fn read_file(record: &StudyRecord) -> Result<Study, Failure> {
    Ok(study::recorded(record, &BuiltIn).map_err(Box::new)?)
}

/// A trial's number, on the command line.
pub fn trial_number(text: &str) -> Result<TrialNumber, String> {
    text.parse().map_err(|_| "a trial has a number from 0 on; `kiln rank` lists them".to_owned())
}

/// That `study`, which has so many trials, has none with this number.
pub fn no_trial(study: &StudyRecord, trials: usize, number: TrialNumber) -> Failure {
    Failure::NoTrial {
        study: study.name.clone(),
        trial: number,
        hint: match trials {
            0 => "it has no trials yet".to_owned(),
            1 => "its only trial so far has the number 0".to_owned(),
            _ => format!("its {} are numbered from 0 to {}", counted(trials, "trial"), trials - 1),
        },
    }
}

impl TrialArgument {
    /// Reads the record of the trial from the store, which is given, too.
    pub fn look_at(&self, global: &Global) -> Result<(StudyRecord, Trial, SqliteStore), Failure> {
        let (study, store) = self.study.look_at(global)?;
        match store.trial(self.trial)? {
            Some(trial) => Ok((study, trial, store)),
            None => Err(no_trial(&study, store.standings(Some(&[]))?.trials.len(), self.trial)),
        }
    }
}

impl StudyArgument {
    /// The study called `name`, or the obvious one.
    pub fn named(name: Option<String>) -> Self {
        Self { name }
    }

    /// Opens the store of the study, to write what is asked for.
    pub fn open(&self, global: &Global) -> Result<Chosen, Failure> {
        Chosen::open(self.find(global)?)
    }

    /// Opens the store of the study, only to look at it.
    pub fn look_at(&self, global: &Global) -> Result<(StudyRecord, SqliteStore), Failure> {
        let store = SqliteStore::open_read_only(&self.find(global)?.store())?;
        Ok((store.study()?, store))
    }

    /// Reads the whole record of the study.
    pub fn read(&self, global: &Global) -> Result<(StudyRecord, Vec<Trial>), Failure> {
        let (study, store) = self.look_at(global)?;
        Ok((study, store.snapshot()?))
    }

    /// What the study is.
    pub fn record(&self, global: &Global) -> Result<StudyRecord, Failure> {
        Ok(self.look_at(global)?.0)
    }

    /// Where the study lives.
    pub fn find(&self, global: &Global) -> Result<Folder, Failure> {
        self.find_in(&global.dir)
    }

    /// Where it lives under `dir`. A name is compared with those that there are, and never becomes a path.
    pub fn find_in(&self, dir: &Path) -> Result<Folder, Failure> {
        let mut all = Folder::all(dir)?;
        if let Some(name) = &self.name {
            let hint = known(&all);
            return all.into_iter().find(|folder| folder.name() == name).ok_or_else(|| Failure::NoStudy {
                study: name.clone(),
                folder: dir.to_owned(),
                hint,
            });
        }
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let hint = known(&all);
        let current = FileArgument::default().read().ok().map(|file| file.study.name);
        let found = all.into_iter().find(|folder| Some(folder.name()) == current.as_deref());
        found.ok_or(Failure::WhichStudy { hint })
    }
}

fn known(all: &[Folder]) -> String {
    if all.is_empty() {
        return "there are no studies yet: `kiln run` creates one; another directory is chosen by --dir".to_owned();
    }
    let names: Vec<_> = all.iter().map(Folder::name).collect();
    format!("there are: {}", names.join(", "))
}
