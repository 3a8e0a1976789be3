//! Reading TOML with a place for every mistake: keys are taken one by one, and what nobody took is unknown.

use std::ops::Range;

use toml::de::DeTable;

use crate::problem::{Problem, Problems, Spanned, suggest};

mod node;
mod text;

pub use node::Node;
pub use text::SpannedText;

/// A table of a study file, whose entries are taken out one by one.
#[derive(Debug)]
pub struct Table<'i> {
    /// As messages call it: `[space.stage]`.
    title: String,
    span: Range<usize>,
    /// In the order of the file.
    entries: Vec<(Spanned<String>, Node<'i>)>,
    asked: Vec<String>,
}

impl<'i> Table<'i> {
    /// The whole file `source`. Mistakes of TOML itself go to `problems`; what follows them in the table is then a
    /// best guess, and further problems may be mere consequences: report the former alone.
    pub fn parse(source: &'i str, problems: &mut Problems) -> Self {
        let (root, errors) = DeTable::parse_recoverable(source);
        for error in errors {
            let span = within(source, error.span().unwrap_or(source.len()..source.len()));
            let problem = Problem::new(format!("this is not TOML: {}", error.message()), span);
            problems.push(problem.help("TOML is written as `key = value` lines under `[table]` headers"));
        }
        Self::new(source, "", String::new(), source.len()..source.len(), root.into_inner())
    }

    fn new(source: &'i str, path: &str, title: String, span: Range<usize>, table: DeTable<'i>) -> Self {
        let mut entries: Vec<_> = table
            .into_iter()
            .map(|(key, value)| {
                let name = key.get_ref().to_string();
                let key_span = within(source, key.span());
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let node = Node::new(source, name.clone(), inner, value);
                (Spanned::new(name, key_span), node)
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        Self { title, span, entries, asked: Vec::new() }
    }

    /// The header or the braces of the table; empty at the end of the file for the file as a whole.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether a key that nobody has taken yet is there; does not count as asking for it.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(known, _)| known.value == key)
    }

    /// The keys that nobody has taken yet.
    pub fn keys(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Takes the value of `key`, if the table has one.
    pub fn take(&mut self, key: &str) -> Option<Node<'i>> {
        self.take_entry(key).map(|(_, node)| node)
    }

    /// Takes the key with its place and the value, if the table has them.
    pub fn take_entry(&mut self, key: &str) -> Option<(Spanned<String>, Node<'i>)> {
        self.asked.push(key.to_owned());
        let index = self.entries.iter().position(|(known, _)| known.value == key)?;
        Some(self.entries.remove(index))
    }

    /// Takes the value of `key`, and reports it as missing where the table has none; `example` is the help.
    pub fn require(&mut self, key: &str, example: &str, problems: &mut Problems) -> Option<Node<'i>> {
        let node = self.take(key);
        if node.is_none() {
            let message = if self.title.is_empty() {
                format!("`{key}` is missing")
            } else {
                format!("{} has no `{key}`", self.title)
            };
            problems.push(Problem::new(message, self.span()).label("missing here").help(format!("add {example}")));
        }
        node
    }

    /// All entries that nobody has taken yet, in the order of the file.
    pub fn rest(self) -> Vec<(Spanned<String>, Node<'i>)> {
        self.entries
    }

    /// Reports every key that nobody has asked for.
    pub fn finish(self, problems: &mut Problems) {
        for (key, _) in &self.entries {
            let place = if self.title.is_empty() { "in the file".to_owned() } else { format!("in {}", self.title) };
            let problem = Problem::new(format!("unknown key `{}` {place}", key.value), key.span.clone());
            let known = self.asked.iter().map(String::as_str);
            problems.push(problem.label("unknown key").help(suggest(&key.value, known)));
        }
    }
}

/// `span` cut to the text, at the boundaries of letters.
fn within(source: &str, span: Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start);
    start..source.ceil_char_boundary(span.end).max(start)
}

#[cfg(test)]
mod tests;
