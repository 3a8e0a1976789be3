//! Downloads of the published data sets.
//!
//! A file is received next to its place as `NAME.part`, continued where an earlier attempt stopped, checked against its
//! pinned length and SHA-256, and only then renamed: a file with its own name is whole. What is there already is
//! checked and never overwritten.

mod catalogue;
mod download;
mod part;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::download::Client;
use super::Source;

/// How long a server may say nothing before the attempt counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// The wait before the second attempt; it doubles with each that brings nothing.
const PAUSE: Duration = Duration::from_secs(1);

/// What happens during a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// The file is there already, and right.
    Present {
        /// Its path.
        file: &'a Path,
    },
    /// More of the file has arrived; a first one counts what an earlier attempt left.
    Received {
        /// Its path when complete.
        file: &'a Path,
        /// Bytes so far; may fall, where a server can only send all of it again.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// An attempt failed, and another follows.
    Retrying {
        /// The path of the file when complete.
        file: &'a Path,
        /// Why it failed.
        cause: &'a str,
        /// How long until the next one.
        wait: Duration,
    },
    /// The file is complete, checked, and in its place.
    Finished {
        /// Its path.
        file: &'a Path,
    },
}

/// Why a download failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such data set to download.
    #[error("{name:?} is not a data set to fetch{}", reason(name))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// A file with the right name and other content is in the way.
    #[error("{} is there, but is not the published file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another process is downloading the same file.
    #[error("another process is downloading {}", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The server gave nothing in several attempts.
    #[error("{url} cannot be downloaded: {cause}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// Why the last attempt failed.
        cause: String,
    },
    /// The server answered that it will not send the file.
    #[error("{url} cannot be downloaded: the server answers with status {status}")]
    Refused {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The server sent another file than the published one.
    #[error("{url} is not the published file: {difference}")]
    Changed {
        /// What was asked for.
        url: String,
        /// How it differs.
        difference: String,
    },
    /// The file cannot be read or written here.
    #[error("{} cannot be read or written: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl FetchError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { .. } => {
                let names: Vec<&str> = fetchable().map(Source::name).collect();
                format!("these can be fetched: {}", names.join(", "))
            }
            Self::Foreign { .. } => "move or delete it, then fetch again".into(),
            Self::Busy { .. } => "wait for it to finish, or stop it".into(),
            Self::Unreachable { .. } => {
                "check the network, then run the same command again: it continues where it stopped".into()
            }
            Self::Refused { .. } | Self::Changed { .. } => {
                "download the data set from another place, and set `path` under [data] to it".into()
            }
            Self::Disk { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space, then run the same command again: it continues where it stopped".into()
            }
            Self::Disk { .. } => "make the directory writable, then run the same command again".into(),
        }
    }

    /// Whether the input is to be mended, rather than the network or the machine.
    pub fn is_input(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Foreign { .. } | Self::Busy { .. })
    }
}

/// Why a source that there is cannot be fetched.
fn reason(name: &str) -> &'static str {
    match Source::ALL.into_iter().find(|source| source.name() == name) {
        Some(Source::Digits) => ": it is part of the program",
        Some(Source::Images) => ": it is a folder of your own",
        _ => "",
    }
}

/// Downloads the data set `name` into the directory `root`, where [`super::load`] finds it.
pub fn fetch(name: &str, root: &Path, on: &mut dyn FnMut(Progress<'_>)) -> Result<(), FetchError> {
    let source =
        fetchable().find(|source| source.name() == name).ok_or_else(|| FetchError::Unknown { name: name.into() })?;
    let client = Client::new(PATIENCE, PAUSE);
    catalogue::files(source).iter().try_for_each(|remote| client.download(remote, &root.join(remote.file), on))
}

/// The bytes that a download of `source` has; `None` where there is nothing to download.
pub(super) fn size(source: Source) -> Option<u64> {
    let files = catalogue::files(source);
    (!files.is_empty()).then(|| files.iter().map(|remote| remote.length).sum())
}

fn fetchable() -> impl Iterator<Item = Source> {
    Source::ALL.into_iter().filter(|&source| size(source).is_some())
}

#[cfg(test)]
mod tests;
