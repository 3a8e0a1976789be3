//! Reading a candidate's values by a table of parameters: the stage's own value, else the common one, else the default.

use kiln_search::candidate::{Candidate, Value};

use super::choice::Named;
use super::parameters::{Preset, Row};

/// A candidate seen through a table of parameters.
///
/// Every reading checks the value against its row, so that what comes out needs no second check. An error names the
/// parameter, its value, and what is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    candidate: &'a Candidate,
    table: &'a [Row],
}

impl<'a> Settings<'a> {
    /// Reads `candidate` by `table`.
    pub fn new(candidate: &'a Candidate, table: &'a [Row]) -> Self {
        Self { candidate, table }
    }

    /// A value that every stage shares.
    pub fn global(self) -> Scoped<'a> {
        Scoped { settings: self, copy: None }
    }

    /// The values of one stage or layer: `stage[0]`, `plan[2].body[0]`.
    pub fn copy(self, name: &'a str) -> Scoped<'a> {
        Scoped { settings: self, copy: Some(name) }
    }

    /// One more than the greatest index of a `name[i].…` in the candidate.
    pub fn copies(self, name: &str) -> usize {
        let index = |full: &str| full.strip_prefix(name)?.strip_prefix('[')?.split_once("].")?.0.parse::<usize>().ok();
        self.candidate.iter().filter_map(|(full, _)| index(full)).map(|index| index + 1).max().unwrap_or(0)
    }

    /// The text that the candidate gives for a stage or layer itself.
    pub fn own_text(self, copy: &str, name: &str) -> Option<&'a str> {
        match self.candidate.get(&format!("{copy}.{name}")) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// The values of the whole network, or of one stage or layer.
#[derive(Debug, Clone, Copy)]
pub struct Scoped<'a> {
    settings: Settings<'a>,
    copy: Option<&'a str>,
}

impl Scoped<'_> {
    /// A truth value.
    pub fn bool(self, name: &str) -> Result<bool, String> {
        match self.value(name)? {
            Value::Bool(value) => Ok(value),
            other => Err(mismatch(name, &other)),
        }
    }

    /// A whole number.
    pub fn int(self, name: &str) -> Result<u64, String> {
        match self.value(name)? {
            Value::Int(value) => u64::try_from(value).map_err(|_| mismatch(name, &Value::Int(value))),
            other => Err(mismatch(name, &other)),
        }
    }

    /// A real number.
    pub fn float(self, name: &str) -> Result<f64, String> {
        match self.value(name)? {
            Value::Float(value) => Ok(value),
            other => Err(mismatch(name, &other)),
        }
    }

    /// One of a list of names.
    pub fn choice<T: Named>(self, name: &str) -> Result<T, String> {
        match self.value(name)? {
            Value::Text(value) => T::named(&value).ok_or_else(|| mismatch(name, &Value::Text(value))),
            other => Err(mismatch(name, &other)),
        }
    }

    /// Whether the candidate itself gives a value, so that the default does not count.
    pub fn given(self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(self, name: &str) -> Option<(String, Value)> {
        let own = self.copy.map(|copy| format!("{copy}.{name}"));
        let mut names = own.into_iter().chain([name.to_owned()]);
        names.find_map(|name| self.settings.candidate.get(&name).cloned().map(|value| (name, value)))
    }

    fn value(self, name: &str) -> Result<Value, String> {
        let row = self.settings.table.iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| format!("the trainer has no parameter `{name}`"))?;
        if let Some((full, value)) = self.find(name) {
            return row.kind.admit(&value).map_err(|misfit| format!("`{full}` {}; {}", misfit.reason, misfit.help));
        }
        match row.default {
            Preset::Bool(value) => Ok(Value::Bool(value)),
            Preset::Int(value) => Ok(Value::Int(value)),
            Preset::Float(value) => Ok(Value::Float(value)),
            Preset::Text(value) => Ok(Value::Text(value.to_owned())),
            Preset::From(source) => Err(format!("`{name}` has no value here; it comes from {source}")),
        }
    }
}

fn mismatch(name: &str, value: &Value) -> String {
    format!("`{name}` cannot be {value}")
}
