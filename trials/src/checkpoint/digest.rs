//! The file `digest` of a checkpoint: a line for each other file, and a seal over these lines.
//!
//! ```text
//! 9f86d081884c7d65… 1048576 model
//! 60303ae22b998861… 2097152 optimizer
//! seal 4e07408562bedb8b…
//! ```

use std::fmt::{self, Write as _};
use std::path::Path;
use std::{fs, io};

use sha2::{Digest, Sha256};

use super::CheckpointError;

/// The name of the file.
pub const FILE: &str = "digest";

const SEAL: &str = "seal ";

/// The content of the file `digest` for `files`.
pub fn of(files: &[(&str, &[u8])]) -> String {
    let mut lines = String::new();
    for (name, content) in files {
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{} {} {name}", sha256(content), content.len());
    }
    let seal = sha256(lines.as_bytes());
    format!("{lines}{SEAL}{seal}\n")
}

/// The files of the checkpoint in the directory `path`, if they are what its digest tells.
pub fn read(path: &Path) -> Result<Vec<(String, Vec<u8>)>, CheckpointError> {
    let checkpoint = Directory { path };
    let digest = checkpoint.file(FILE)?;
    let digest = str::from_utf8(&digest).map_err(|error| checkpoint.corrupt(format!("`{FILE}`: {error}")))?;
    let files =
        checkpoint.sealed(digest)?.lines().map(|line| checkpoint.listed(line)).collect::<Result<Vec<_>, _>>()?;
    checkpoint.demand_nothing_else(&files)?;
    Ok(files)
}

struct Directory<'a> {
    path: &'a Path,
}

impl Directory<'_> {
    /// The lines of `digest` before the seal, if it fits them.
    fn sealed<'d>(&self, digest: &'d str) -> Result<&'d str, CheckpointError> {
        let (lines, last) = match digest.strip_suffix('\n') {
            Some(text) => text.split_at(text.rfind('\n').map_or(0, |end| end + 1)),
            None => return Err(self.torn(format!("its file `{FILE}` ends early"))),
        };
        let seal = last.strip_prefix(SEAL).ok_or_else(|| self.torn(format!("its file `{FILE}` has no seal")))?;
        if seal != sha256(lines.as_bytes()) {
            return Err(self.corrupt(format!("the seal of its file `{FILE}` does not fit")));
        }
        Ok(lines)
    }

    /// The file of a line of the digest.
    fn listed(&self, line: &str) -> Result<(String, Vec<u8>), CheckpointError> {
        let mut fields = line.splitn(3, ' ');
        let (Some(hash), Some(Ok(length)), Some(name)) =
            (fields.next(), fields.next().map(str::parse::<usize>), fields.next())
        else {
            return Err(self.corrupt(format!("its file `{FILE}` has a line `{line}`")));
        };
        let content = self.file(name)?;
        if content.len() < length {
            return Err(self.torn(format!("`{name}` has {} of its {length} bytes", content.len())));
        }
        if sha256(&content) != hash {
            return Err(self.corrupt(format!("`{name}` is not what was written")));
        }
        Ok((name.to_owned(), content))
    }

    fn demand_nothing_else(&self, files: &[(String, Vec<u8>)]) -> Result<(), CheckpointError> {
        let io = || CheckpointError::io(self.path);
        for entry in fs::read_dir(self.path).map_err(io())? {
            let found = entry.map_err(io())?.file_name();
            if found != FILE && !files.iter().any(|(name, _)| found == **name) {
                return Err(self.corrupt(format!("`{}` is not part of it", found.display())));
            }
        }
        Ok(())
    }

    fn file(&self, name: &str) -> Result<Vec<u8>, CheckpointError> {
        let path = self.path.join(name);
        fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.torn(format!("its file `{name}` is not there")),
            _ => CheckpointError::io(&path)(error),
        })
    }

    fn torn(&self, what: String) -> CheckpointError {
        CheckpointError::Torn { path: self.path.to_owned(), what }
    }

    fn corrupt(&self, what: String) -> CheckpointError {
        CheckpointError::Corrupt { path: self.path.to_owned(), what }
    }
}

fn sha256(content: &[u8]) -> String {
    struct Hex<T>(T);
    impl<T: AsRef<[u8]>> fmt::Display for Hex<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.as_ref().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
        }
    }
    Hex(Sha256::digest(content)).to_string()
}
