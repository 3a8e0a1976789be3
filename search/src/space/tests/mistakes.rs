//! What is wrong with a space is said with its place and a way on.

use super::super::fixture::read;

/// The problems of `[space]` with these lines.
fn problems(text: &str) -> Vec<String> {
    read(&format!("[space]\n{text}\n")).1
}

#[test]
fn mistakes_in_one_parameter() {
    for (text, expected) in [("depht = 3", "x")] {
        assert_eq!(problems(text), [expected], "{text}");
    }
}
