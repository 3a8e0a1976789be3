//! Checkpoints: a directory of files for each, whole or not there.
//!
//! A checkpoint is written into a directory aside; every file and that directory are brought to the disk; then the
//! directory gets its name, and its parent is brought to the disk. Its file `digest` lists every other file with length
//! and SHA-256, so that whatever happens to any byte later is noticed, and the checkpoint refused.
//!
//! Which checkpoints a trial has is recorded by the [store](crate::store); one whose name is not on record is left over
//! from an interruption.

mod digest;
mod disk;
mod error;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

pub use self::error::CheckpointError;
use crate::chaos::{self, Point};
use crate::trial::{Checkpoint, Trial, TrialNumber};

/// How many recorded checkpoints a trial keeps while it is not over: the newest, and one to fall back to.
const KEPT: usize = 2;

/// Prefix of directories that are being written.
const ASIDE: &str = ".writing-";

/// The directory of a study's checkpoints.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    directory: PathBuf,
    /// How many bytes all of them may have together.
    limit: Option<u64>,
}

/// From where a trial can continue.
#[derive(Debug)]
pub struct Sound<'a> {
    /// The newest checkpoint that can be read.
    pub checkpoint: Option<&'a Checkpoint>,
    /// Why newer ones cannot, the newest first.
    pub refused: Vec<CheckpointError>,
}

impl Checkpoints {
    /// The checkpoints in `directory`, which is made when the first one is written.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), limit: None }
    }

    /// The same, which refuse to grow beyond `limit` bytes in all, whoever writes them: the lengths of their files.
    #[must_use]
    pub fn within(self, limit: Option<u64>) -> Self {
        Self { limit, ..self }
    }

    /// Writes a checkpoint of the given files and gives its name. When this returns, it is on the disk.
    ///
    /// Names of files are plain (no separators, no leading dot), all different, and not `digest`.
    ///
    /// # Errors
    /// Among others [`Crowded`](CheckpointError::Crowded), if it would not fit the limit: then there is nothing of it.
    pub fn write<N: AsRef<str>, C: AsRef<[u8]>>(
        &self,
        trial: TrialNumber,
        attempt: u32,
        epoch: u32,
        files: &[(N, C)],
    ) -> Result<String, CheckpointError> {
        let name = format!("trial-{trial}-attempt-{attempt}-epoch-{epoch}");
        let files: Vec<_> = files.iter().map(|(name, content)| (name.as_ref(), content.as_ref())).collect();
        if let Some((bad, _)) = files.iter().find(|(name, _)| !is_plain(name)) {
            let what = format!("`{}` is no name for a file of a checkpoint", bad.escape_default());
            return Err(CheckpointError::io(&self.directory)(io::Error::new(io::ErrorKind::InvalidInput, what)));
        }
        disk::make_directory(&self.directory)?;
        let aside = self.directory.join(format!("{ASIDE}{name}"));
        disk::remove(&aside)?;
        let _turn = self.demand_room(&files)?;
        let place = self.directory.join(&name);
        // What is there already belongs to another record: in this one nobody had this attempt before.
        let written = disk::write_directory(&aside, &files)
            .and_then(|()| disk::remove(&place))
            .and_then(|()| disk::rename(&aside, &place))
            .inspect(|()| chaos::pass(Point::CheckpointThere));
        if written.is_err() {
            // Gives the space back; should this fail as well, the next sweep does it.
            let _ = disk::remove(&aside);
        }
        written.map(|()| name)
    }

    /// Refuses a checkpoint of `files` that does not fit the limit. As long as the result lives, no other process is told
    /// that its checkpoint fits.
    fn demand_room(&self, files: &[(&str, &[u8])]) -> Result<Option<File>, CheckpointError> {
        let Some(limit) = self.limit else { return Ok(None) };
        let turn = disk::take_turn(&self.directory)?;
        let content: usize = files.iter().map(|(_, content)| content.len()).sum();
        let needed = (content + digest::of(files).len()) as u64;
        let used = disk::size(&self.directory)?;
        if used.saturating_add(needed) > limit {
            return Err(CheckpointError::Crowded { path: self.directory.clone(), needed, used, limit });
        }
        Ok(Some(turn))
    }

    /// The files of a checkpoint, in the order in which they were given, if they are exactly what was written.
    pub fn read(&self, name: &str) -> Result<Vec<(String, Vec<u8>)>, CheckpointError> {
        let path = self.path(name)?;
        if !path.try_exists().map_err(CheckpointError::io(&path))? {
            return Err(CheckpointError::Missing { path });
        }
        digest::read(&path)
    }

    /// The newest recorded checkpoint of `trial` that can be read.
    pub fn newest_sound<'a>(&self, trial: &'a Trial) -> Result<Sound<'a>, CheckpointError> {
        let mut refused = Vec::new();
        for checkpoint in trial.checkpoints.iter().rev() {
            match self.read(&checkpoint.name) {
                Ok(_) => return Ok(Sound { checkpoint: Some(checkpoint), refused }),
                Err(error) if error.is_damage() => refused.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(Sound { checkpoint: None, refused })
    }

    /// Removes a checkpoint; one that is not there is removed already.
    pub fn remove(&self, name: &str) -> Result<(), CheckpointError> {
        let path = self.path(name)?;
        chaos::pass(Point::CheckpointDoomed);
        disk::remove(&path)?;
        chaos::pass(Point::CheckpointRemoved);
        Ok(())
    }

    /// The names of everything in the directory: checkpoints, and what interrupted writes left.
    pub fn list(&self) -> Result<Vec<String>, CheckpointError> {
        let io = || CheckpointError::io(&self.directory);
        match fs::read_dir(&self.directory) {
            Ok(entries) => {
                let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
                entries.map(name).collect::<io::Result<_>>().map_err(io())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(io()(error)),
        }
    }

    /// Removes something that [`list`](Self::list) has named, whatever it is.
    pub fn discard(&self, name: &str) -> Result<(), CheckpointError> {
        disk::remove(&self.directory.join(name))
    }

    /// Where the checkpoint `name` is. The name can come from a damaged record and must not lead elsewhere.
    fn path(&self, name: &str) -> Result<PathBuf, CheckpointError> {
        let path = self.directory.join(name);
        if is_plain(name) { Ok(path) } else { Err(CheckpointError::Missing { path }) }
    }
}

/// The recorded checkpoints that `trial` needs while it is not over, oldest first.
pub fn needed(trial: &Trial) -> &[Checkpoint] {
    &trial.checkpoints[trial.checkpoints.len().saturating_sub(KEPT)..]
}

/// The trial that a checkpoint of this name, or what an interrupted write of it left, belongs to.
pub fn owner(name: &str) -> Option<TrialNumber> {
    let name = name.strip_prefix(ASIDE).unwrap_or(name);
    name.strip_prefix("trial-")?.split('-').next()?.parse().ok()
}

/// Whether `name` names something in a directory, and nothing that is kept from view there.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && !name.contains(|letter: char| "/\\".contains(letter) || letter.is_control())
}
