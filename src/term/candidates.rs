//! Candidates in lines and columns.

use std::fmt::Write as _;

use kiln_search::candidate::{Candidate, Value};

use crate::term::figure;

/// `depth=2 normalization=batch …`, of the parameters that `is_shown` picks.
pub fn line(candidate: &Candidate, is_shown: impl Fn(&str) -> bool) -> String {
    let mut line = String::new();
    for (name, value) in candidate.iter().filter(|(name, _)| is_shown(name)) {
        let gap = if line.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = write!(line, "{gap}{name}={}", figure::value(value));
    }
    line
}

/// The names of all parameters of `candidates`, in the order in which they first appear.
pub fn columns<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    for (name, _) in candidates.into_iter().flat_map(Candidate::iter) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    columns
}

/// A cell for each of `columns`: the value with all its digits, nothing where there is none.
pub fn cells(candidate: &Candidate, columns: &[&str]) -> Vec<String> {
    let exact = |value: &Value| if let Value::Text(text) = value { text.clone() } else { value.to_string() };
    columns.iter().map(|name| candidate.get(name).map(exact).unwrap_or_default()).collect()
}
