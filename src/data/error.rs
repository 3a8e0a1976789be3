//! Why data cannot be used, and what to do about it.

use std::io;
use std::path::Path;

/// Why a data set cannot be used. The text of each names the file and where in it; [`DataError::help`] the next step.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Nothing is where the data should be.
    #[error("{what} was not found: looked for {places}")]
    Missing {
        /// What was looked for.
        what: String,
        /// The paths that were tried.
        places: String,
        /// What to do.
        help: String,
    },
    /// The machine could not read a file that is there.
    #[error("{file} cannot be read: {source}")]
    Read {
        /// The file or directory.
        file: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{file}{}: {problem}", place(*.offset))]
    Format {
        /// The file; a member of an archive is named after it.
        file: String,
        /// Where in the file (in its uncompressed content, where the file is compressed).
        offset: Option<u64>,
        /// What is wrong.
        problem: String,
        /// What to do.
        help: String,
    },
    /// The files are sound, but no network can be trained on them as the study asks.
    #[error("{problem}")]
    Unusable {
        /// What is wrong.
        problem: String,
        /// What to do.
        help: String,
    },
}

impl DataError {
    /// What to do about it.
    pub fn help(&self) -> &str {
        match self {
            Self::Missing { help, .. } | Self::Format { help, .. } | Self::Unusable { help, .. } => help,
            Self::Read { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "give yourself the right to read it"
            }
            Self::Read { .. } => "check the disk, then run the same command again",
        }
    }

    /// Whether the data or the study are to be mended, rather than the machine.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Format { .. } | Self::Unusable { .. } => true,
            Self::Read { source, .. } => source.kind() == io::ErrorKind::PermissionDenied,
        }
    }

    /// The error of reading `path`.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            return Self::missing("a file of the data set", path.display().to_string(), "check `path` under [data]");
        }
        Self::Read { file: path.display().to_string(), source }
    }

    pub(super) fn missing(what: impl Into<String>, places: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Missing { what: what.into(), places: places.into(), help: help.into() }
    }

    pub(super) fn unusable(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unusable { problem: problem.into(), help: help.into() }
    }
}

fn place(offset: Option<u64>) -> String {
    offset.map_or_else(String::new, |byte| format!(", byte {byte}"))
}
