//! What `SQLite` reports, in the words of the contract.

use std::error::Error;
use std::path::Path;

use rusqlite::ffi::{SQLITE_IOERR_CORRUPTFS, SQLITE_IOERR_SHMSIZE};
use rusqlite::{Error as SqliteError, ErrorCode};

use crate::store::{ErrorKind, StoreError};

/// A [`StoreError`] whose path is not known yet.
#[derive(Debug)]
pub struct Failure {
    pub kind: ErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// Content that no Kiln can have written.
    pub fn corrupt(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: ErrorKind::Corrupt, source: Some(source.into()) }
    }

    /// What the system refused.
    pub fn io(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: ErrorKind::Io, source: Some(source.into()) }
    }

    /// The failure of the store at `path`.
    pub fn at(self, path: &Path) -> StoreError {
        let error = StoreError::new(self.kind, path);
        match self.source {
            Some(source) => error.caused_by(source),
            None => error,
        }
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl From<SqliteError> for Failure {
    fn from(error: SqliteError) -> Self {
        Self { kind: kind(&error), source: Some(error.into()) }
    }
}

fn kind(error: &SqliteError) -> ErrorKind {
    let SqliteError::SqliteFailure(failure, _) = error else {
        // The rest are values that do not have the type or the range in which they are written.
        return ErrorKind::Corrupt;
    };
    match failure.code {
        ErrorCode::DiskFull => ErrorKind::Full,
        // The index of the write-ahead log is a file that grows, too, and has no code of its own for a full disk.
        ErrorCode::SystemIoFailure if failure.extended_code == SQLITE_IOERR_SHMSIZE => ErrorKind::Full,
        ErrorCode::SystemIoFailure if failure.extended_code == SQLITE_IOERR_CORRUPTFS => ErrorKind::Corrupt,
        ErrorCode::ReadOnly => ErrorKind::ReadOnly,
        ErrorCode::DatabaseCorrupt => ErrorKind::Corrupt,
        ErrorCode::NotADatabase => ErrorKind::NotAStore,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy,
        _ => ErrorKind::Io,
    }
}
