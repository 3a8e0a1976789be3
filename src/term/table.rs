//! Rows and columns, as aligned text or as CSV.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A table under construction.
#[derive(Debug, Default)]
pub struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new<H: Into<String>>(headers: impl IntoIterator<Item = H>) -> Self {
        Self { headers: headers.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; it has as many cells as there are headers.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let row: Vec<String> = cells.into_iter().map(Into::into).collect();
        debug_assert_eq!(row.len(), self.headers.len(), "a cell for each header");
        self.rows.push(row);
    }

    /// The columns aligned with two spaces between them: numbers to the right, text to the left. A line is cut at
    /// `width` characters, where one is given.
    pub fn to_text(&self, width: Option<usize>) -> String {
        let widths: Vec<usize> = (0..self.headers.len()).map(|column| self.width(column)).collect();
        let right: Vec<bool> = (0..self.headers.len()).map(|column| self.is_numeric(column)).collect();
        let (mut text, mut line) = (String::new(), String::new());
        for cells in std::iter::once(&self.headers).chain(&self.rows) {
            line.clear();
            for ((cell, &width), &right) in cells.iter().zip(&widths).zip(&right) {
                // Writing to a String cannot fail.
                let _ = if right { write!(line, "{cell:>width$}  ") } else { write!(line, "{cell:<width$}  ") };
            }
            text.push_str(&cut(line.trim_end(), width));
            text.push('\n');
        }
        text
    }

    /// Comma-separated values with a header line (RFC 4180, lines end with a line feed).
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for cells in std::iter::once(&self.headers).chain(&self.rows) {
            let quoted: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
            text.push_str(&quoted.join(","));
            text.push('\n');
        }
        text
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().map(|row| length(&row[column])).fold(length(&self.headers[column]), usize::max)
    }

    fn is_numeric(&self, column: usize) -> bool {
        let number =
            |cell: &str| cell.chars().next().is_none_or(|first| first.is_ascii_digit() || "-+.".contains(first));
        !self.rows.is_empty() && self.rows.iter().all(|row| number(&row[column]))
    }
}

fn length(cell: &str) -> usize {
    cell.chars().count()
}

/// `line`, with an ellipsis in place of what is beyond `width` characters.
pub fn cut(line: &str, width: Option<usize>) -> Cow<'_, str> {
    match width {
        Some(width) if length(line) > width => line.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        _ => line.into(),
    }
}

fn quote(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(["trial", "outcome", "note"]);
        table.row(["3", "complete", "a, \"b\""]);
        table.row(["12", "crashed", ""]);
        table
    }

    #[test]
    fn text_is_aligned_and_cut() {
        assert_eq!(sample().to_text(None), "trial  outcome   note\n    3  complete  a, \"b\"\n   12  crashed\n");
        assert_eq!(sample().to_text(Some(12)).lines().next(), Some("trial  outc…"));
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        assert_eq!(sample().to_csv(), "trial,outcome,note\n3,complete,\"a, \"\"b\"\"\"\n12,crashed,\n");
    }
}
