//! Files and directories that are on the disk when a function returns.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::{CheckpointError, digest};
use crate::chaos::{self, Point};

/// Makes `path` and what is missing above it.
pub fn make_directory(path: &Path) -> Result<(), CheckpointError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = parent(path) {
        make_directory(parent)?;
    }
    match fs::create_dir(path) {
        // Another process was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made.map_err(CheckpointError::io(path))?,
    }
    sync_parent(path)
}

/// Makes the directory `path` of `files` and their digest.
pub fn write_directory(path: &Path, files: &[(&str, &[u8])]) -> Result<(), CheckpointError> {
    fs::create_dir(path).map_err(CheckpointError::io(path))?;
    chaos::pass(Point::CheckpointBegun);
    for (name, content) in files {
        write_file(path, name, content)?;
    }
    write_file(path, digest::FILE, digest::of(files).as_bytes())?;
    sync(path)?;
    chaos::pass(Point::CheckpointAside);
    Ok(())
}

/// Gives `from` the name `to` in the same parent.
pub fn rename(from: &Path, to: &Path) -> Result<(), CheckpointError> {
    fs::rename(from, to).map_err(CheckpointError::io(to))?;
    chaos::pass(Point::CheckpointRenamed);
    sync_parent(to)
}

/// Removes the file or directory `path`, if it is there.
pub fn remove(path: &Path) -> Result<(), CheckpointError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(CheckpointError::io(path)),
    }
}

/// The bytes of all files under the directory `path`. What vanishes meanwhile has none.
pub fn size(path: &Path) -> Result<u64, CheckpointError> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(CheckpointError::io(path))?,
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry.map_err(CheckpointError::io(path))?;
        bytes += match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path())?,
            Ok(found) => found.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(CheckpointError::io(&entry.path())(error)),
        };
    }
    Ok(bytes)
}

/// Waits until no other process has its turn at the directory `path`; ours ends with the file.
pub fn take_turn(path: &Path) -> Result<File, CheckpointError> {
    let take = || {
        let directory = File::open(path)?;
        directory.lock()?;
        Ok(directory)
    };
    take().map_err(CheckpointError::io(path))
}

fn write_file(directory: &Path, name: &str, content: &[u8]) -> Result<(), CheckpointError> {
    let path = directory.join(name);
    let write = || {
        let mut file = File::create_new(&path)?;
        file.write_all(content)?;
        chaos::pass(Point::CheckpointFileWritten);
        file.sync_all()
    };
    write().map_err(CheckpointError::io(&path))
}

/// The directory that lists `path`; `None` if `path` is the end of the way.
fn parent(path: &Path) -> Option<&Path> {
    let parent = path.parent()?;
    Some(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

fn sync_parent(path: &Path) -> Result<(), CheckpointError> {
    parent(path).map_or(Ok(()), sync)
}

/// Brings the list of names in the directory `path` to the disk.
fn sync(path: &Path) -> Result<(), CheckpointError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(CheckpointError::io(path))
}
