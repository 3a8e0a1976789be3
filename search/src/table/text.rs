//! A text of the file in which every letter knows where it was written.

use std::ops::Range;

/// A decoded text, its place, and the places of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedText {
    /// The text itself.
    pub value: String,
    /// The bytes of the file, quotes included.
    pub span: Range<usize>,
    /// For each byte of the text, and for its end, where in the file it was written; empty if that is unknown.
    places: Vec<usize>,
}

impl SpannedText {
    /// `value`, as written in `source` at `span`.
    pub fn new(value: String, span: Range<usize>, source: &str) -> Self {
        let places = places(&source[span.clone()], span.start);
        let places = if places.len() == value.len() + 1 { places } else { Vec::new() };
        Self { value, span, places }
    }

    /// `value`, which is all of its source: an argument, say.
    pub fn whole(value: String) -> Self {
        Self { span: 0..value.len(), places: (0..=value.len()).collect(), value }
    }

    /// The place in the file of a `part` of the text; the whole text where the part is unknown.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        match (self.places.get(part.start), self.places.get(part.end)) {
            (Some(start), Some(end)) => *start..*end,
            _ => self.span.clone(),
        }
    }
}

/// Where each byte that `raw` (a TOML string with its quotes, at byte `start` of the file) stands for was written.
fn places(raw: &str, start: usize) -> Vec<usize> {
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| raw.starts_with(quotes));
    let Some(quotes) = quotes else { return Vec::new() };
    let Some(inner) = raw.strip_prefix(quotes).and_then(|rest| rest.strip_suffix(quotes)) else { return Vec::new() };
    // A line break right after three opening quotes is not part of the text.
    let skipped = match inner {
        _ if quotes.len() == 1 => 0,
        _ if inner.starts_with("\r\n") => 2,
        _ => usize::from(inner.starts_with('\n')),
    };
    let base = start + quotes.len();
    let mut places = Vec::with_capacity(inner.len() + 1);
    let mut at = skipped;
    while let Some(letter) = inner[at..].chars().next() {
        let (read, written) = if letter == '\\' && quotes.starts_with('"') {
            escape(&inner[at..])
        } else {
            (letter.len_utf8(), letter.len_utf8())
        };
        // The bytes of an unescaped letter are where they are; those of an escape are all at its start.
        places.extend((0..written).map(|byte| base + at + if read == written { byte } else { 0 }));
        at += read;
    }
    places.push(base + inner.len());
    places
}

/// The bytes of the escape that `text` starts with, and of what it stands for.
fn escape(text: &str) -> (usize, usize) {
    let digits = match text.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        Some(byte) if byte.is_ascii_whitespace() => {
            let white = text[1..].len() - text[1..].trim_start_matches([' ', '\t', '\n', '\r']).len();
            return (1 + white, 0);
        }
        Some(byte) if byte.is_ascii() => return (2, 1),
        _ => return (1, 1),
    };
    let code = text.get(2..2 + digits).and_then(|code| u32::from_str_radix(code, 16).ok());
    match code.and_then(char::from_u32) {
        Some(letter) => (2 + digits, letter.len_utf8()),
        None => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_of(raw: &str, value: &str, part: &str) -> Range<usize> {
        let start = value.find(part).expect("the part is in the text");
        SpannedText::new(value.to_owned(), 0..raw.len(), raw).place(start..start + part.len())
    }

    #[test]
    fn parts_are_found_in_every_kind_of_string() {
        assert_eq!(place_of(r#""a == b""#, "a == b", "b"), 6..7);
        assert_eq!(place_of("'a == b'", "a == b", "b"), 6..7);
        assert_eq!(place_of("\"\"\"\na == b\"\"\"", "a == b", "b"), 9..10);
        assert_eq!(place_of("'''\r\na == b'''", "a == b", "b"), 10..11);
        assert_eq!(place_of(r#""\"x\" == b""#, r#""x" == b"#, "b"), 10..11);
        assert_eq!(place_of(r#""\u00e9\U0001F600\x41 é b""#, "é😀A é b", "b"), 25..26);
        assert_eq!(place_of("\"\"\"a \\\n   b\"\"\"", "a b", "b"), 10..11);
        assert_eq!(place_of(r#""a\"b""#, r#"a"b"#, r#"""#), 2..4);
    }

    #[test]
    fn an_unknown_part_is_the_whole_text() {
        for raw in ["\"ab\"", "\"é", "'", ""] {
            let text = SpannedText::new("other".to_owned(), 0..raw.len(), raw);
            assert_eq!(text.place(0..1), 0..raw.len());
        }
    }
}
