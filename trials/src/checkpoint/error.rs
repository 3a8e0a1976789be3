//! What can be wrong with a checkpoint.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A checkpoint could not be written, read or removed.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// There is no such checkpoint.
    #[error("{}: there is no such checkpoint", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A part of it is not there: its writing or its removal was interrupted, or a file was cut.
    #[error("{}: the checkpoint is incomplete: {what}", path.display())]
    Torn {
        /// Its directory.
        path: PathBuf,
        /// What is not there.
        what: String,
    },
    /// All of it is there, and it is not what was written.
    #[error("{}: the checkpoint is damaged: {what}", path.display())]
    Corrupt {
        /// Its directory.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// The checkpoints of the study would have more bytes than they may.
    #[error(
        "{}: the checkpoints take {used} bytes, another one {needed}, and together they may take {limit}",
        path.display()
    )]
    Crowded {
        /// The directory of them all.
        path: PathBuf,
        /// The bytes of the one that was to be written.
        needed: u64,
        /// The bytes of those that are there.
        used: u64,
        /// The bytes that they may have.
        limit: u64,
    },
    /// The disk is full.
    #[error("{}: the disk is full", path.display())]
    Full {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused something else.
    #[error("{}: the checkpoint cannot be read or written", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl CheckpointError {
    /// For `map_err`: what the system said of `path`.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path, source },
            _ => Self::Io { path, source },
        }
    }

    /// Whether it is the checkpoint itself that is not usable, so that an earlier one may be; otherwise the system
    /// refused to work with it.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Torn { .. } | Self::Corrupt { .. } => true,
            Self::Crowded { .. } | Self::Full { .. } | Self::Io { .. } => false,
        }
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::Torn { .. } | Self::Corrupt { .. } => {
                "run the study again: the trial continues from the checkpoint before, or from its beginning"
            }
            Self::Crowded { .. } => {
                "raise `disk` under [checkpoints] or lower `keep`, then run the same command again: what is recorded is kept"
            }
            Self::Full { .. } => "free some space, then run the same command again: what is recorded is kept",
            Self::Io { .. } => "check the path, its permissions and the disk, then run the same command again",
        }
    }
}
