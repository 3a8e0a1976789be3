//! Candidates in lines and columns.

use kiln_search::candidate::{Candidate, Value};

use crate::term::figure;

/// `depth=2 normalization=batch …`, of the parameters that `is_shown` picks.
pub fn line(candidate: &Candidate, is_shown: impl Fn(&str) -> bool) -> String {
    let shown = candidate.iter().filter(|(name, _)| is_shown(name));
    shown.map(|(name, value)| format!("{name}={}", figure::value(value))).collect::<Vec<_>>().join(" ")
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
