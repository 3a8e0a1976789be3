//! The study file of a command.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::Failure;
use crate::vocabulary::BuiltIn;
use crate::study::{self, Study};

/// Where a study file is looked for when none is named.
const DEFAULT: &str = "space.toml";

/// The study that is built in.
const EMBEDDED: &str = include_str!("../../space.toml");

/// The study file, on the command line.
#[derive(Debug, Clone, Default, Args)]
pub struct FileArgument {
    /// The study file; without it ./space.toml, and without that the built-in example
    #[arg(value_name = "FILE")]
    path: Option<PathBuf>,
}

/// A study file that was read.
#[derive(Debug)]
pub struct StudyFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it means.
    pub study: Study,
    /// Whether it is the built-in example.
    pub is_built_in: bool,
}

impl FileArgument {
    /// Reads the file.
    pub fn read(&self) -> Result<StudyFile, Failure> {
        let path = self.path.as_deref().unwrap_or(Path::new(DEFAULT));
        let (name, text, is_built_in) = match fs::read_to_string(path) {
            Ok(text) => (path.display().to_string(), text, false),
            Err(error) if error.kind() == ErrorKind::NotFound && self.path.is_none() => {
                (format!("{DEFAULT} (built-in)"), EMBEDDED.to_owned(), true)
            }
            Err(source) => return Err(Failure::StudyFile { path: path.to_owned(), source }),
        };
        let study = study::read(&name, &text, &BuiltIn).map_err(Box::new)?;
        Ok(StudyFile { name, text, study, is_built_in })
    }
}
