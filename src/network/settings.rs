//! Reading a candidate's values by a table of parameters: the stage's own value, else the common one, else the default.

use kiln_search::candidate::{Candidate, Value};

use super::choice::Named;
use super::parameters::{Bound, Kind, Preset, Row, Scope};

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
        Scoped { settings: self, stage: None }
    }

    /// The values of stage number `index`.
    pub fn stage(self, index: usize) -> Scoped<'a> {
        Scoped { settings: self, stage: Some(index) }
    }

    /// One more than the greatest index of a `stage[i].…` in the candidate.
    pub fn stages(self) -> usize {
        self.candidate.iter().filter_map(|(name, _)| stage_index(name)).map(|index| index + 1).max().unwrap_or(0)
    }
}

fn stage_index(name: &str) -> Option<usize> {
    name.strip_prefix("stage[")?.split_once("].")?.0.parse().ok()
}

/// The values of the whole network or of one stage.
#[derive(Debug, Clone, Copy)]
pub struct Scoped<'a> {
    settings: Settings<'a>,
    stage: Option<usize>,
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
            Value::Int(value) => Ok(value as f64),
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
        let own = self.stage.map(|index| format!("stage[{index}].{name}"));
        let mut names = own.into_iter().chain([name.to_owned()]);
        names.find_map(|name| self.settings.candidate.get(&name).cloned().map(|value| (name, value)))
    }

    fn value(self, name: &str) -> Result<Value, String> {
        let row = self.settings.table.iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| format!("the trainer has no parameter `{name}`"))?;
        debug_assert!(self.stage.is_none() || row.scope == Scope::Stage, "{name} is not a parameter of a stage");
        if let Some((full, value)) = self.find(name) {
            return row.kind.check(&value).map(|()| value).map_err(|allowed| format!("`{full}` must be {allowed}"));
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

impl Kind {
    /// Whether a value is allowed; if not, what is, in words.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        let allowed = match (self, value) {
            (Self::Bool, Value::Bool(_)) => true,
            (Self::Int { low, high }, Value::Int(value)) => (low..=high).contains(&value),
            (Self::Float { .. }, Value::Int(value)) => self.holds(*value as f64),
            (Self::Float { .. }, Value::Float(value)) => self.holds(*value),
            (Self::OneOf(names), Value::Text(value)) => names.contains(&value.as_str()),
            _ => false,
        };
        if allowed { Ok(()) } else { Err(format!("{self}, not {value}")) }
    }

    fn holds(&self, value: f64) -> bool {
        let Self::Float { low, high } = self else { return false };
        let above = match *low {
            Bound::Closed(low) => value >= low,
            Bound::Open(low) => value > low,
        };
        let below = match *high {
            Some(Bound::Closed(high)) => value <= high,
            Some(Bound::Open(high)) => value < high,
            None => true,
        };
        above && below && value.is_finite()
    }
}
