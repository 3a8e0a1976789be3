//! The incomplete file of a download.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::hexadecimal;
use super::FetchError;

/// `NAME.part` beside the file that it becomes, locked against other processes.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    length: u64,
}

impl Part {
    /// Opens or begins the part of the file `target`.
    pub fn open(target: &Path) -> Result<Self, FetchError> {
        let mut name = target.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(|error| disk(directory, error))?;
        }
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|error| disk(&path, error))?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => FetchError::Busy { path: target.into() },
            TryLockError::Error(error) => disk(&path, error),
        })?;
        let length = file.seek(SeekFrom::End(0)).map_err(|error| disk(&path, error))?;
        Ok(Self { file, path, length })
    }

    /// How much of the file is here.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Adds `bytes` at the end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(|error| disk(&self.path, error))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Drops what is here.
    pub fn clear(&mut self) -> Result<(), FetchError> {
        let cleared = self.file.set_len(0).and_then(|()| self.file.rewind());
        self.length = 0;
        cleared.map_err(|error| disk(&self.path, error))
    }

    /// SHA-256 of what is here.
    pub fn sha256(&mut self) -> Result<String, FetchError> {
        let digest = self.file.rewind().and_then(|()| sha256(&mut self.file));
        digest.map_err(|error| disk(&self.path, error))
    }

    /// Gives the file, which must be complete, the name `target`; it is on the disk when this returns.
    pub fn finish(self, target: &Path) -> Result<(), FetchError> {
        self.file.sync_all().map_err(|error| disk(&self.path, error))?;
        fs::rename(&self.path, target).map_err(|error| disk(target, error))?;
        match target.parent() {
            // A directory can only be opened, and so synchronised, on Unix.
            Some(directory) if cfg!(unix) => {
                File::open(directory).and_then(|directory| directory.sync_all()).map_err(|error| disk(directory, error))
            }
            _ => Ok(()),
        }
    }

    /// Removes the file.
    pub fn remove(self) -> Result<(), FetchError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(disk(&self.path, error)),
            _ => Ok(()),
        }
    }
}

/// SHA-256 of what `reader` still holds.
pub fn sha256(reader: &mut impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hash.finalize())),
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The error of an operation on `path`.
pub fn disk(path: &Path, source: io::Error) -> FetchError {
    FetchError::Disk { path: path.into(), source }
}
