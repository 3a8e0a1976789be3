//! What is wrong with a study file: one value a mistake, each with the place and a way on.

use std::ops::Range;

/// One mistake in a study file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The bytes of the file that are meant; empty at the end of the file where something is missing.
    pub span: Range<usize>,
    /// A word or two under the span.
    pub label: String,
    /// What to do instead.
    pub help: Option<String>,
}
