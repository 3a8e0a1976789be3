//! What can go wrong with a store, whose it is to mend, and how.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::trial::{Phase, TrialNumber};

/// A store could not do what it was asked for; nothing of it was done.
#[derive(Debug)]
pub struct StoreError {
    kind: ErrorKind,
    path: PathBuf,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no store at the path, or only one whose creation was interrupted before it held anything.
    Missing,
    /// There is a store at the path already.
    Exists,
    /// The file at the path is no Kiln store.
    NotAStore,
    /// A newer Kiln wrote the store.
    Newer {
        /// The version of its schema.
        found: u32,
        /// The newest version that this Kiln knows.
        known: u32,
    },
    /// An older Kiln wrote the store, and it cannot be migrated because it was opened for reading only.
    Older {
        /// The version of its schema.
        found: u32,
        /// The version that this Kiln reads.
        known: u32,
    },
    /// The file lies, or is to lie, on a file system of the network.
    Network {
        /// Its type.
        filesystem: String,
    },
    /// What is in the file is not what was written.
    Corrupt,
    /// The file was removed, or another put in its place, since it was opened.
    Gone,
    /// The disk is full.
    Full,
    /// The file, its directory or its file system may not be written.
    ReadOnly,
    /// Another process kept the store locked for longer than is waited.
    Busy,
    /// The system refused something else.
    Io,
    /// Somebody else has claimed the trial since.
    Fenced {
        /// The trial.
        trial: TrialNumber,
        /// The attempt of the lease that was shown.
        attempt: u32,
        /// The attempt that holds the trial now.
        current: u32,
    },
    /// Somebody else holds the trial.
    Held {
        /// The trial.
        trial: TrialNumber,
        /// Who.
        holder: String,
    },
    /// Another process has begun the trial with this number.
    Taken {
        /// The number.
        trial: TrialNumber,
    },
    /// The study's file was revised.
    Revised {
        /// The revision that it is at now.
        current: u32,
    },
    /// There is no such trial.
    UnknownTrial {
        /// The number that was asked for.
        trial: TrialNumber,
    },
    /// The trial's state does not admit this.
    Illegal {
        /// The trial.
        trial: TrialNumber,
        /// Where it stands.
        phase: Phase,
        /// What it cannot be, as a participle.
        action: &'static str,
    },
    /// An epoch does not follow the last one, or a rewind leads past it.
    OutOfOrder {
        /// The trial.
        trial: TrialNumber,
        /// The epoch that was named.
        epoch: u32,
        /// The last epoch on record.
        last: u32,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no study here"),
            Self::Exists => f.write_str("there is a study here already"),
            Self::NotAStore => f.write_str("this file is not the store of a study"),
            Self::Newer { found, known } => {
                write!(f, "a newer Kiln wrote this store (its version is {found}, this Kiln knows {known})")
            }
            Self::Older { found, known } => {
                write!(f, "an older Kiln wrote this store (its version is {found}, this Kiln reads {known})")
            }
            Self::Network { filesystem } => {
                write!(f, "a study cannot be kept on a network file system ({filesystem}), where locks do not hold")
            }
            Self::Corrupt => f.write_str("the store is damaged"),
            Self::Gone => f.write_str("the store was removed, or replaced, while it was in use"),
            Self::Full => f.write_str("the disk is full"),
            Self::ReadOnly => f.write_str("the store cannot be written"),
            Self::Busy => f.write_str("another process keeps the store locked"),
            Self::Io => f.write_str("the store cannot be used"),
            Self::Fenced { trial, attempt, current } => {
                write!(f, "attempt {attempt} at trial {trial} is over: attempt {current} has taken its place")
            }
            Self::Held { trial, holder } => write!(f, "{holder} holds trial {trial}"),
            Self::Taken { trial } => write!(f, "trial {trial} is not the next one"),
            Self::Revised { current } => write!(f, "the study goes by revision {current} of its file by now"),
            Self::UnknownTrial { trial } => write!(f, "there is no trial {trial}"),
            Self::Illegal { trial, phase, action } => write!(f, "trial {trial} is {phase} and cannot be {action}"),
            Self::OutOfOrder { trial, epoch, last } => {
                write!(f, "epoch {epoch} of trial {trial} is out of order: the last one on record is {last}")
            }
        }
    }
}

impl StoreError {
    pub(super) fn new(kind: ErrorKind, path: &Path) -> Self {
        Self { kind, path: path.to_owned(), source: None }
    }

    pub(super) fn caused_by(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The file of the store.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is the user's to mend, by naming something else or by letting go of the store; otherwise the
    /// machine failed.
    pub fn is_input(&self) -> bool {
        match self.kind {
            ErrorKind::Missing
            | ErrorKind::Exists
            | ErrorKind::NotAStore
            | ErrorKind::Newer { .. }
            | ErrorKind::Older { .. }
            | ErrorKind::Network { .. }
            | ErrorKind::Busy
            | ErrorKind::Held { .. }
            | ErrorKind::Revised { .. }
            | ErrorKind::UnknownTrial { .. }
            | ErrorKind::Illegal { .. } => true,
            ErrorKind::Corrupt
            | ErrorKind::Gone
            | ErrorKind::Full
            | ErrorKind::ReadOnly
            | ErrorKind::Io
            | ErrorKind::Fenced { .. }
            | ErrorKind::Taken { .. }
            | ErrorKind::OutOfOrder { .. } => false,
        }
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self.kind {
            ErrorKind::Missing => "begin a study with `kiln run`; `kiln studies` lists those that there are",
            ErrorKind::Exists => "continue it, or give the new study another name",
            ErrorKind::NotAStore => "name another study, or move the file away",
            ErrorKind::Newer { .. } => "use that newer version of Kiln; nothing was changed",
            ErrorKind::Older { .. } => "continue the study once with `kiln run`: that brings the store up to date",
            ErrorKind::Network { .. } => "work in a directory on a disk of this machine: `kiln --dir DIRECTORY …`",
            ErrorKind::Corrupt => {
                "check the disk and put a copy of the directory back; `sqlite3 FILE .recover` saves what can be read"
            }
            ErrorKind::Gone => "if the study was only moved, put its directory back and run the same command again",
            ErrorKind::Full => "free some space, then run the same command again: what is recorded is kept",
            ErrorKind::ReadOnly => "make the file and its directory writable, or work in another directory",
            ErrorKind::Busy => "close the program that has the file open, then run the same command again",
            ErrorKind::Io => "check the path, its permissions and the disk, then run the same command again",
            ErrorKind::Fenced { .. } => "nothing is lost: whoever holds the trial now records it",
            ErrorKind::Held { .. } => {
                "wait until its work on the trial ends; should it have died, its lease runs out by itself"
            }
            ErrorKind::Taken { .. } => "another process works on the study, too: read what is new and propose again",
            ErrorKind::Revised { .. } => "run the same command again: it goes by the newest revision",
            ErrorKind::UnknownTrial { .. } => "`kiln rank` lists the trials of the study",
            ErrorKind::Illegal { .. } => "`kiln show` tells where the trial stands",
            ErrorKind::OutOfOrder { .. } => {
                "this is a mistake in Kiln; what is recorded is kept, and the same command continues from it"
            }
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
