//! A trained network as files that need no Kiln: its weights, what it is, and a crate of Rust source for it alone.
//!
//! Everything is made in memory first, then written into a directory beside the one that was named, which then gets its
//! name: it is there whole or not at all. See `docs/export.md`.

mod description;
mod parts;
mod recording;
mod source;
#[cfg(test)]
mod tests;
mod weights;

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::ExecutionError;

use crate::failure::Failure;
use crate::train::TrainError;
use crate::trained::Trained;

/// The weights for Python and others.
const SAFETENSORS: &str = "model.safetensors";
/// The weights for burn.
const BURNPACK: &str = "model.bpk";

/// A file of an export: its path in the directory, and its content.
type File = (&'static str, Vec<u8>);

/// Writes `trained` into the directory `to`, which is to be new or empty, and gives the paths of the files.
pub fn export(trained: &Trained, to: &Path) -> Result<Vec<PathBuf>, Failure> {
    demand_room(to)?;
    let files = files(trained)?;
    let aside = aside(to)?;
    let written = files
        .iter()
        .try_for_each(|(name, content)| write(&aside.join(name), content))
        .and_then(|()| fs::rename(&aside, to).map_err(Failure::io(format!("write `{}`", to.display()))));
    if written.is_err() {
        // What cannot be removed does not matter beside why it could not be written.
        let _ = fs::remove_dir_all(&aside);
    }
    written.map(|()| files.iter().map(|(name, _)| to.join(name)).collect())
}

/// All files of an export.
fn files(trained: &Trained) -> Result<Vec<File>, Failure> {
    let parts = parts::parts(&trained.plan, &trained.network).map_err(unread)?;
    let mut files = vec![
        (SAFETENSORS, weights::safetensors(&parts)?),
        (BURNPACK, weights::burnpack(&parts)?),
        ("model.toml", description::text(trained)?.into_bytes()),
        (recording::NAME, recording::record(trained)?),
    ];
    files.extend(source::files(trained, &parts).into_iter().map(|(name, text)| (name, text.into_bytes())));
    Ok(files)
}

/// Refuses a directory in which something is.
fn demand_room(to: &Path) -> Result<(), Failure> {
    let is_free = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    Err(Failure::Refused {
        message: format!("`{}` is there already, and nothing in it is to be overwritten", to.display()),
        help: "name a directory that is new or empty".to_owned(),
    })
}

/// The directory that is written first.
fn aside(to: &Path) -> Result<PathBuf, Failure> {
    let name = to.file_name().ok_or_else(|| Failure::Refused {
        message: format!("`{}` is no name for a new directory", to.display()),
        help: "name a directory that is new or empty, such as `exported`".to_owned(),
    })?;
    let mut hidden = std::ffi::OsString::from(".writing-");
    hidden.push(name);
    Ok(to.with_file_name(hidden))
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let failed = || Failure::io(format!("write `{}`", path.display()));
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed())?;
    fs::write(path, content).map_err(failed())
}

/// That a tensor cannot be read from its device.
fn unread(error: ExecutionError) -> Failure {
    unwritable("the weights")(TrainError::from(error))
}

/// For `map_err`: that `what` cannot be put into a file's format.
fn unwritable<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Failure {
    move |error| Failure::io(format!("write down {what}"))(std::io::Error::other(error.to_string()))
}
