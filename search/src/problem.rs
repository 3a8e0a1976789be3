//! What is wrong with a study file: one value a mistake, each with the place and a way on.

use std::ops::{Bound, Range, RangeBounds};

use strsim::osa_distance;

/// A longer word is no misspelling of a known one; comparing it would only cost time.
const LONGEST_WORD: usize = 64;

/// Known words are listed up to this many; a longer list helps nobody.
const LONGEST_LIST: usize = 12;

/// A value and the bytes of the file that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where, in bytes of the file.
    pub span: Range<usize>,
}

impl<T> Spanned<T> {
    /// `value`, read from `span`.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

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

impl Problem {
    /// A mistake at `span`, labelled "here" and without help so far.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, label: "here".to_owned(), help: None }
    }

    /// The same with `label` under the span.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// The same with what to do instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// All mistakes found so far.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one mistake.
    pub fn push(&mut self, problem: Problem) {
        self.found.push(problem);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many mistakes were found; compare before and after to see whether a part is sound.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The mistakes in the order of their places in the file.
    pub fn into_vec(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.found
    }
}

/// The help for an unknown `word`: the known word that it resembles, or else what is known.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(close) = closest(word, &known) {
        return format!("did you mean `{close}`?");
    }
    match known.len() {
        0 => "nothing can stand here".to_owned(),
        1 => format!("only `{}` is known here", known[0]),
        2..=LONGEST_LIST => format!("known here: {}", list(&known)),
        more => format!("known here: {} and {} more", list(&known[..LONGEST_LIST]), more - LONGEST_LIST),
    }
}

/// The word of `known` that `word` may be a misspelling of.
pub fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let lower = word.to_lowercase().replace(['-', ' '], "_");
    let distance = |candidate: &str| osa_distance(&lower, &candidate.to_lowercase().replace('-', "_"));
    let (best, away) = known.iter().map(|candidate| (*candidate, distance(candidate))).min_by_key(|(_, away)| *away)?;
    let length = lower.chars().count().max(best.chars().count());
    (away <= (length / 3).max(1) && away < length).then_some(best)
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A range in words: `at least 0 and below 1`, `from 1 to 11`.
pub fn range_in_words<T: std::fmt::Debug>(range: &impl RangeBounds<T>) -> String {
    use Bound::{Excluded, Included, Unbounded};
    let low = match range.start_bound() {
        Included(low) => Some(format!("at least {low:?}")),
        Excluded(low) => Some(format!("above {low:?}")),
        Unbounded => None,
    };
    let high = match range.end_bound() {
        Included(high) => Some(format!("at most {high:?}")),
        Excluded(high) => Some(format!("below {high:?}")),
        Unbounded => None,
    };
    match (range.start_bound(), range.end_bound(), low, high) {
        (Included(low), Included(high), ..) => format!("from {low:?} to {high:?}"),
        (_, _, Some(low), Some(high)) => format!("{low} and {high}"),
        (_, _, Some(one), None) | (_, _, None, Some(one)) => one,
        (_, _, None, None) => "any number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_recognised_and_a_different_word_is_not() {
        let known = ["normalization", "none", "min-max", "batch"];
        assert_eq!(suggest("normalisation", known), "did you mean `normalization`?");
        assert_eq!(suggest("bacth", known), "did you mean `batch`?");
        assert_eq!(suggest("min_max", known), "did you mean `min-max`?");
        assert_eq!(suggest("Batch", known), "did you mean `batch`?");
        assert_eq!(suggest("x", known), "known here: `normalization`, `none`, `min-max`, `batch`");
        assert_eq!(suggest("x", ["only"]), "only `only` is known here");
    }

    #[test]
    fn hostile_words_are_not_compared() {
        assert!(suggest(&"a".repeat(1_000_000), ["a"]).starts_with("only"));
    }

    #[test]
    fn ranges_read_as_words() {
        assert_eq!(range_in_words(&(1..=11)), "from 1 to 11");
        assert_eq!(range_in_words(&(0.0..1.0)), "at least 0.0 and below 1.0");
        assert_eq!(range_in_words(&(Bound::Excluded(0.0), Bound::Unbounded)), "above 0.0");
        assert_eq!(range_in_words(&(1..)), "at least 1");
    }

    #[test]
    fn problems_come_in_the_order_of_the_file() {
        let mut problems = Problems::new();
        problems.push(Problem::new("second", 5..6));
        problems.push(Problem::new("first", 1..2).label("x").help("y"));
        let found = problems.into_vec();
        assert_eq!(found[0].message, "first");
        assert_eq!(found[0].help.as_deref(), Some("y"));
        assert_eq!(found[1].label, "here");
    }
}
