//! One value of a study file, and what it is read as.

use std::ops::{Range, RangeBounds};

use toml::de::DeValue;

use super::{SpannedText, Table, within};
use crate::candidate::Value;
use crate::problem::{Problem, Problems, Spanned, range_in_words, suggest};

/// A value of a study file, with its place and its name.
#[derive(Debug, Clone)]
pub struct Node<'i> {
    source: &'i str,
    name: String,
    path: String,
    span: Range<usize>,
    value: DeValue<'i>,
}

impl<'i> Node<'i> {
    pub(super) fn new(source: &'i str, name: String, path: String, value: toml::Spanned<DeValue<'i>>) -> Self {
        Self { source, name, path, span: within(source, value.span()), value: value.into_inner() }
    }

    /// The bytes of the value; of its header for a table under one.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The key that the value stands under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the value is, with its article: `a text`, `a whole number`, …
    pub fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a real number",
            DeValue::Boolean(_) => "a truth value",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }

    /// Whether the value is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether the value is a list of nothing but tables, and not empty.
    pub fn is_list_of_tables(&self) -> bool {
        let DeValue::Array(items) = &self.value else { return false };
        !items.is_empty() && items.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_)))
    }

    /// Whether the value is a table that holds `key`.
    pub fn has(&self, key: &str) -> bool {
        matches!(&self.value, DeValue::Table(table) if table.contains_key(key))
    }

    fn mismatch(&self, expected: &str, example: &str, problems: &mut Problems) {
        let message = format!("`{}` must be {expected}, not {}", self.name, self.kind());
        problems.push(Problem::new(message, self.span()).label(self.kind()).help(format!("for example {example}")));
    }

    /// A text.
    pub fn text(self, problems: &mut Problems) -> Option<SpannedText> {
        if let DeValue::String(text) = self.value {
            return Some(SpannedText::new(text.into_owned(), self.span, self.source));
        }
        self.mismatch("a text", &format!("{} = \"a text in quotes\"", self.name), problems);
        None
    }

    /// One of a few words, each with what it stands for.
    pub fn choice<T: Clone>(self, words: &[(&str, T)], problems: &mut Problems) -> Option<Spanned<T>> {
        let name = self.name.clone();
        let text = self.text(problems)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(Spanned::new(meaning.clone(), text.span));
        }
        let problem = Problem::new(format!("`{name}` cannot be {:?}", text.value), text.span);
        problems.push(problem.label("unknown").help(suggest(&text.value, words.iter().map(|(word, _)| *word))));
        None
    }

    /// A truth value.
    pub fn boolean(self, problems: &mut Problems) -> Option<Spanned<bool>> {
        if let DeValue::Boolean(flag) = self.value {
            return Some(Spanned::new(flag, self.span));
        }
        self.mismatch("true or false", &format!("{} = true", self.name), problems);
        None
    }

    /// A whole number in `range`.
    pub fn integer(self, range: impl RangeBounds<i64>, problems: &mut Problems) -> Option<Spanned<i64>> {
        match self.scalar(problems) {
            Scalar::Plain(Value::Int(int)) => self.within(int, range, problems),
            Scalar::Refused => None,
            Scalar::Plain(_) | Scalar::Other => {
                self.mismatch("a whole number", &format!("{} = 10", self.name), problems);
                None
            }
        }
    }

    /// A finite real number in `range`; a whole number counts as one.
    pub fn number(self, range: impl RangeBounds<f64>, problems: &mut Problems) -> Option<Spanned<f64>> {
        let number = match self.scalar(problems) {
            Scalar::Plain(value) => value.as_f64(),
            Scalar::Refused => return None,
            Scalar::Other => None,
        };
        if number.is_none() {
            self.mismatch("a number", &format!("{} = 0.1", self.name), problems);
        }
        self.within(number?, range, problems)
    }

    fn within<T>(&self, number: T, range: impl RangeBounds<T>, problems: &mut Problems) -> Option<Spanned<T>>
    where
        T: PartialOrd + std::fmt::Debug,
    {
        if range.contains(&number) {
            return Some(Spanned::new(number, self.span()));
        }
        let message = format!("`{}` cannot be {number:?}", self.name);
        let problem = Problem::new(message, self.span()).label("out of range");
        problems.push(problem.help(format!("it must be {}", range_in_words(&range))));
        None
    }

    /// The elements of a list.
    pub fn list(self, problems: &mut Problems) -> Option<Spanned<Vec<Node<'i>>>> {
        let DeValue::Array(items) = self.value else {
            self.mismatch("a list", &format!("{} = [1, 2]", self.name), problems);
            return None;
        };
        let (source, name, path) = (self.source, self.name, self.path);
        let nodes = items.into_iter().map(|item| Node::new(source, name.clone(), path.clone(), item));
        Some(Spanned::new(nodes.collect(), self.span))
    }

    /// A table, which messages call `[its.path]`.
    pub fn table(self, problems: &mut Problems) -> Option<Table<'i>> {
        let title = format!("[{}]", self.path);
        self.titled(title, problems)
    }

    fn titled(self, title: String, problems: &mut Problems) -> Option<Table<'i>> {
        let DeValue::Table(table) = self.value else {
            self.mismatch("a table", &format!("{} = {{ … }}", self.name), problems);
            return None;
        };
        Some(Table::new(self.source, &self.path, title, self.span, table))
    }

    /// The tables of a list of tables, `[[name]]`; a list may also hold them in braces.
    pub fn tables(self, problems: &mut Problems) -> Vec<Table<'i>> {
        let title = format!("[[{}]]", self.path);
        if self.is_table() {
            let problem = Problem::new(format!("`{}` is a list of tables", self.name), self.span());
            problems.push(problem.label("a single table").help(format!("write {title} with double brackets")));
            return Vec::new();
        }
        let items = self.list(problems).map_or_else(Vec::new, |list| list.value);
        items.into_iter().filter_map(|item| item.titled(title.clone(), problems)).collect()
    }

    /// A value as a candidate holds it: a truth value, a finite number, a text, or a list of these.
    pub fn value(self, problems: &mut Problems) -> Option<Spanned<Value>> {
        match self.scalar(problems) {
            Scalar::Plain(value) => return Some(Spanned::new(value, self.span)),
            Scalar::Refused => return None,
            Scalar::Other if matches!(self.value, DeValue::Array(_)) => {}
            Scalar::Other => {
                self.mismatch("a value", &format!("{} = 1, or a text in quotes", self.name), problems);
                return None;
            }
        }
        let Spanned { value: items, span } = self.list(problems)?;
        let before = problems.len();
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item.scalar(problems) {
                Scalar::Plain(value) => values.push(value),
                Scalar::Refused => {}
                Scalar::Other => item.mismatch("a list of plain values", "[\"a\", \"b\"]", problems),
            }
        }
        (problems.len() == before).then_some(Spanned::new(Value::List(values), span))
    }

    fn scalar(&self, problems: &mut Problems) -> Scalar {
        let mut refused = |message: String, help: &str| {
            problems.push(Problem::new(message, self.span()).label("this number").help(help));
            Scalar::Refused
        };
        match &self.value {
            DeValue::String(text) => Scalar::Plain(Value::Text(text.to_string())),
            DeValue::Boolean(flag) => Scalar::Plain(Value::Bool(*flag)),
            DeValue::Integer(int) => match i64::from_str_radix(int.as_str(), int.radix()) {
                Ok(int) => Scalar::Plain(Value::Int(int)),
                Err(_) => refused(format!("`{}` is too large", self.name), "whole numbers have 64 bits"),
            },
            DeValue::Float(float) => match float.as_str().parse::<f64>() {
                Ok(float) if float.is_finite() => Scalar::Plain(Value::Float(float + 0.0)),
                _ => refused(format!("`{}` is not finite", self.name), "write a finite number"),
            },
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => Scalar::Other,
        }
    }
}

/// What a node is as a single value.
enum Scalar {
    Plain(Value),
    /// A number that no machine holds; it has been reported.
    Refused,
    /// A list, a table or a date.
    Other,
}
