//! The answer of a command, on standard output.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use serde::Serialize;
use serde_json::Value;

use crate::cli::Format;
use crate::failure::Failure;
use crate::term::table::Table;

/// Writes `text`. That the reader has gone (`kiln rank | head`) is no failure.
pub fn text(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    unless_gone(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

fn unless_gone(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::io("write the answer")(error)),
        _ => Ok(()),
    }
}

/// Writes `value` as JSON, indented.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut stdout, value).map_err(io::Error::from);
    unless_gone(written.and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush()))
}

/// What was done.
#[derive(Debug, Serialize)]
pub struct Said {
    /// In a sentence.
    pub sentence: String,
    /// For programs.
    pub value: Value,
}

impl Said {
    /// Writes it in the form that was asked for.
    pub(super) fn print(&self, format: Format) -> Result<(), Failure> {
        sentence(&self.sentence, &self.value, format)
    }
}

/// Writes what was done, in a sentence; `value` is its JSON.
pub fn sentence(sentence: &str, value: &impl Serialize, format: Format) -> Result<(), Failure> {
    match format {
        Format::Table | Format::Csv => text(&format!("{sentence}\n")),
        Format::Json => json(value),
    }
}

/// Writes a table in the form that was asked for; `value` is its JSON.
pub fn table(table: &Table, value: &impl Serialize, format: Format) -> Result<(), Failure> {
    match format {
        Format::Table => text(&table.to_text(width())),
        Format::Csv => text(&table.to_csv()),
        Format::Json => json(value),
    }
}

/// The width of the terminal that standard output is, if it is one.
pub fn width() -> Option<usize> {
    let terminal = io::stdout().is_terminal().then(terminal_size::terminal_size)??;
    Some(usize::from(terminal.0.0))
}
