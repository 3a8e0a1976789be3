//! The study that a command is about.

use clap::Args;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::Trial;

use crate::cli::Global;
use crate::cli::file::FileArgument;
use crate::failure::Failure;
use crate::runner::folder::Folder;

/// The study, on the command line.
#[derive(Debug, Clone, Args)]
pub struct StudyArgument {
    /// The study's name; without it the only one, or that of ./space.toml
    #[arg(value_name = "STUDY")]
    name: Option<String>,
}

impl StudyArgument {
    /// Reads the record of the study.
    pub fn read(&self, global: &Global) -> Result<(StudyRecord, Vec<Trial>), Failure> {
        let folder = self.find(global)?;
        let store = SqliteStore::open_read_only(&folder.store())?;
        Ok((store.study()?, store.snapshot()?))
    }

    /// What the study is.
    pub fn record(&self, global: &Global) -> Result<StudyRecord, Failure> {
        Ok(SqliteStore::open_read_only(&self.find(global)?.store())?.study()?)
    }

    fn find(&self, global: &Global) -> Result<Folder, Failure> {
        let mut all = Folder::all(&global.dir)?;
        if let Some(name) = &self.name {
            let hint = known(&all);
            return all.into_iter().find(|folder| folder.name() == name).ok_or_else(|| Failure::NoStudy {
                study: name.clone(),
                folder: global.dir.clone(),
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
