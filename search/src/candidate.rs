//! One point of a search space.

use std::fmt::{self, Write as _};
use std::sync::Arc;

mod json;

pub use self::json::Like;

/// The value of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite real number.
    Float(f64),
    /// One of a list of names.
    Text(String),
    /// A subset, in the order of its domain.
    List(Vec<Value>),
}

impl Value {
    /// The value as a real number, if it is a number.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Int(int) => Some(int as f64),
            Self::Float(float) => Some(float),
            Self::Bool(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

/// As TOML writes it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Int(int) => write!(f, "{int}"),
            // Adding zero makes -0.0 and 0.0 one value; `{:?}` keeps the point or the exponent and reads back exactly.
            Self::Float(float) => write!(f, "{:?}", float + 0.0),
            Self::Text(text) => quote(text, f),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_char(']')
            }
        }
    }
}

/// `text` as a TOML basic string.
fn quote(text: &str, to: &mut impl fmt::Write) -> fmt::Result {
    to.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => write!(to, "\\{letter}")?,
            _ if letter.is_control() => write!(to, "\\u{:04X}", u32::from(letter))?,
            _ => to.write_char(letter)?,
        }
    }
    to.write_char('"')
}

/// An assignment of values to the active parameters of a space, in the order of their declaration.
///
/// Parameters of a repeated block are named `stage[0].channels`, `stage[1].channels`, …
/// Two candidates are the same exactly if their [canonical](Candidate::canonical) texts are equal.
/// serde reads and writes a candidate as one object: `{"depth": 2, "stage[0].channels": 16}`.
///
/// A clone shares what it is a clone of: a study of many trials has each candidate once, however often it is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    values: Arc<Vec<(Arc<str>, Value)>>,
}

impl Candidate {
    /// An assignment of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `name` the value `value`, at the end or in place of the one it had.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        let values = Arc::make_mut(&mut self.values);
        match values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => values.push((name, value)),
        }
    }

    /// The value of `name`, if it has one.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (&**name, value))
    }

    /// How many parameters have a value.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no parameter has a value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The identity of the candidate: a line for each parameter, sorted by name, values exact.
    pub fn canonical(&self) -> String {
        let mut sorted: Vec<_> = self.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        lines(sorted.into_iter())
    }

    /// The candidate as TOML: one `name = value` a line, in order.
    pub fn to_toml(&self) -> String {
        lines(self.iter())
    }
}

fn lines<'a>(values: impl ExactSizeIterator<Item = (&'a str, &'a Value)>) -> String {
    // Most lines are shorter; this text is made for every candidate that is looked up.
    let mut text = String::with_capacity(32 * values.len());
    for (name, value) in values {
        let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        // Writing to a String cannot fail.
        let _ = if bare { text.write_str(name) } else { quote(name, &mut text) };
        let _ = writeln!(text, " = {value}");
    }
    text
}

/// A later value of the same name replaces the earlier one.
impl FromIterator<(String, Value)> for Candidate {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(values: I) -> Self {
        let mut candidate = Self::new();
        for (name, value) in values {
            candidate.insert(name, value);
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::DeserializeSeed;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::Float),
            any::<String>().prop_map(Value::Text),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::List))
    }

    fn candidate() -> impl Strategy<Value = Candidate> {
        prop::collection::vec((any::<String>(), value()), 0..8).prop_map(Candidate::from_iter)
    }

    proptest! {
        #[test]
        fn json_keeps_a_candidate(candidate in candidate()) {
            let json = serde_json::to_string(&candidate).expect("a candidate is an object of plain values");
            let back: Candidate = serde_json::from_str(&json).expect("what was written is readable");
            prop_assert_eq!(back.canonical(), candidate.canonical());
            prop_assert_eq!(back, candidate);
        }

        #[test]
        fn a_candidate_reads_the_same_whatever_it_is_thought_to_be_like(
            candidate in candidate(), other in candidate(), take in 0..4_usize,
        ) {
            let common = candidate.iter().take(take).map(|(name, value)| (name.to_owned(), value.clone()));
            let rest = other.iter().map(|(name, value)| (name.to_owned(), value.clone()));
            let like: Candidate = common.chain(rest).collect();
            let json = serde_json::to_string(&candidate).expect("a candidate is an object of plain values");
            let read = Like(&like).deserialize(&mut serde_json::Deserializer::from_str(&json)).expect("readable");
            prop_assert_eq!(read, candidate);
        }

        #[test]
        fn toml_keeps_a_candidate(candidate in candidate()) {
            let table: toml::Table = candidate.to_toml().parse().expect("the text is TOML");
            prop_assert_eq!(table.len(), candidate.len());
            let back: Candidate = table.into_iter().map(|(name, value)| (name, from_toml(value))).collect();
            prop_assert_eq!(back.canonical(), candidate.canonical());
        }

        #[test]
        fn the_identity_does_not_depend_on_the_order(candidate in candidate()) {
            let mut values: Vec<_> = candidate.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            values.reverse();
            prop_assert_eq!(Candidate::from_iter(values).canonical(), candidate.canonical());
        }

        #[test]
        fn different_values_have_different_identities(a in value(), b in value()) {
            let one = |value: &Value| Candidate::from_iter([("x".to_owned(), value.clone())]);
            prop_assert_eq!(a == b, one(&a).canonical() == one(&b).canonical());
        }
    }

    fn from_toml(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => Value::Text(text),
            toml::Value::Integer(int) => Value::Int(int),
            toml::Value::Float(float) => Value::Float(float),
            toml::Value::Boolean(flag) => Value::Bool(flag),
            toml::Value::Array(items) => Value::List(items.into_iter().map(from_toml).collect()),
            other => panic!("{other} is not a value of a candidate"),
        }
    }

    #[test]
    fn numbers_keep_their_kind() {
        let json = r#"{"a": 1, "b": 1.0, "c": 1e3, "stage[0].channels": 16}"#;
        let candidate: Candidate = serde_json::from_str(json).expect("valid");
        assert_eq!(candidate.get("a"), Some(&Value::Int(1)));
        assert_eq!(candidate.get("b"), Some(&Value::Float(1.0)));
        assert_eq!(candidate.get("c"), Some(&Value::Float(1000.0)));
        let back = serde_json::to_string(&candidate).expect("plain values");
        assert_eq!(back, r#"{"a":1,"b":1.0,"c":1000.0,"stage[0].channels":16}"#);
        assert_eq!(candidate.to_toml(), "a = 1\nb = 1.0\nc = 1000.0\n\"stage[0].channels\" = 16\n");
    }

    #[test]
    fn json_that_is_no_candidate_is_refused() {
        for json in [r#"{"a": null}"#, r#"{"a": {}}"#, "[1]", r#"{"a": 1, "a": 2}"#, r#"{"a": 18446744073709551615}"#] {
            serde_json::from_str::<Candidate>(json).expect_err(json);
            let like = Candidate::from_iter([("a".to_owned(), Value::Int(1)), ("b".to_owned(), Value::Int(1))]);
            Like(&like).deserialize(&mut serde_json::Deserializer::from_str(json)).expect_err(json);
        }
    }
}
