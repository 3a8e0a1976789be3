//! What can go wrong, in one type, and the exit code of each case.

use std::io;
use std::path::PathBuf;

use kiln_trials::chaos::Nonsense;
use kiln_trials::checkpoint::CheckpointError;
use kiln_trials::store::StoreError;
use miette::Diagnostic;
use thiserror::Error;

use crate::data::DataError;
use crate::data::fetch::FetchError;
use crate::device::DeviceError;
use crate::runner::revision::Change;
use crate::study::Diagnostics;

/// Why a command could not do what it was asked for.
#[derive(Debug, Error, Diagnostic)]
pub enum Failure {
    /// The study file has mistakes.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] Box<Diagnostics>),

    /// The study file cannot be read.
    #[error("cannot read the study file `{}`", path.display())]
    #[diagnostic(help(
        "name an existing file, or leave it out: then ./space.toml is used, or else the built-in example"
    ))]
    StudyFile {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A file of the data set is missing or bad.
    #[error(transparent)]
    #[diagnostic(help("{}", .0.help()))]
    Data(#[from] DataError),

    /// A data set could not be downloaded.
    #[error(transparent)]
    #[diagnostic(help("{}", .0.help()))]
    Fetch(#[from] FetchError),

    /// The store could not be read or written.
    #[error(transparent)]
    #[diagnostic(help("{}", .0.help()))]
    Store(#[from] StoreError),

    /// A checkpoint could not be read or written.
    #[error(transparent)]
    #[diagnostic(help("{}", .0.help()))]
    Checkpoint(#[from] CheckpointError),

    /// The device that was asked for cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),

    /// Another process runs the study.
    #[error("study `{study}` is being run by another process")]
    #[diagnostic(help(
        "wait for it, or stop it with Ctrl-C in its terminal and continue from here; `kiln worker {study}` helps it"
    ))]
    Busy {
        /// The study's name.
        study: String,
    },

    /// The study file changed since the study began.
    #[error("`{file}` is not what study `{study}` goes by:\n{diff}{change}")]
    #[diagnostic(help("{}", change.help()))]
    Changed {
        /// The study file.
        file: String,
        /// The study's name.
        study: String,
        /// The lines that differ.
        diff: String,
        /// What that makes of the study.
        change: Change,
    },

    /// The data changed since the study began.
    #[error("the data are not those that study `{study}` began with: their digest is {found}, it was {expected}")]
    #[diagnostic(help("put the former data back, or begin a study of another name"))]
    DataChanged {
        /// The study's name.
        study: String,
        /// The digest in the store.
        expected: String,
        /// The digest of what is there now.
        found: String,
    },

    /// There is no such study.
    #[error("there is no study `{study}` in `{}`", folder.display())]
    #[diagnostic(help("{hint}"))]
    NoStudy {
        /// The name that was asked for.
        study: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// What there is instead.
        hint: String,
    },

    /// No study was named, and none is obvious.
    #[error("which study is meant?")]
    #[diagnostic(help("{hint}"))]
    WhichStudy {
        /// The studies that there are.
        hint: String,
    },

    /// There is no such trial.
    #[error("study `{study}` has no trial {trial}")]
    #[diagnostic(help("{hint}"))]
    NoTrial {
        /// The study's name.
        study: String,
        /// The number that was asked for.
        trial: u32,
        /// Which there are.
        hint: String,
    },

    /// What is asked for cannot be done as things stand.
    #[error("{message}")]
    Refused {
        /// Why not.
        message: String,
        /// What to do.
        #[help]
        help: String,
    },

    /// The worker cannot go on.
    #[error("{message}")]
    Worker {
        /// Whose it is to mend: the user's (an input) or the machine's.
        input: bool,
        /// What is wrong.
        message: String,
        /// What to do.
        #[help]
        help: Option<String>,
    },

    /// The worker process dies before it has begun a trial.
    #[error("the worker process ended before it was ready: {cause}")]
    #[diagnostic(help("the device's driver may be at fault: try `--device cpu`"))]
    WorkerDied {
        /// The signal or the exit code, and the last lines.
        cause: String,
    },

    /// The environment asks for a fault that there is not.
    #[error(transparent)]
    #[diagnostic(help("it is for tests of Kiln, see CONTRIBUTING.md; unset it"))]
    Chaos(#[from] Nonsense),

    /// A file or process could not be handled.
    #[error("cannot {action}")]
    #[diagnostic(help("{}", hint(source)))]
    Io {
        /// What was tried.
        action: String,
        /// What the system said.
        source: io::Error,
    },
}

impl Failure {
    /// For `map_err`: the failure to do `action`.
    pub fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        |source| Self::Io { action, source }
    }

    /// The message with its causes, where it is told without its shape.
    pub fn with_causes(&self) -> String {
        let mut line = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            // Some libraries tell a cause as their own message, too.
            if !cause_text.ends_with(last(&line)) {
                line.push_str(": ");
                line.push_str(&cause_text);
            }
            source = cause.source();
        }
        line
    }

    /// 2 where the user's input is to be mended, 3 where the machine failed.
    pub fn exit_code(&self) -> u8 {
        let input = match self {
            Self::Data(error) => error.is_input(),
            Self::Fetch(error) => error.is_input(),
            Self::Store(error) => error.is_input(),
            Self::Worker { input, .. } => *input,
            Self::Device(error) => !matches!(error, DeviceError::Refused { .. }),
            Self::Checkpoint(_) | Self::WorkerDied { .. } | Self::Io { .. } => false,
            Self::Chaos(_)
            | Self::Study(_)
            | Self::StudyFile { .. }
            | Self::Busy { .. }
            | Self::Changed { .. }
            | Self::DataChanged { .. }
            | Self::NoStudy { .. }
            | Self::WhichStudy { .. }
            | Self::NoTrial { .. }
            | Self::Refused { .. } => true,
        };
        if input { 2 } else { 3 }
    }
}

/// The last part of a message with causes.
fn last(line: &str) -> &str {
    line.rsplit(": ").next().unwrap_or(line)
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, then run the same command again: what is recorded is kept"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "make the directory writable, or choose another with --dir"
        }
        _ => "mend this, then run the same command again: what is recorded is kept",
    }
}
