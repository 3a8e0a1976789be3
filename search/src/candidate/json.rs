//! A candidate as one object: whole numbers stay whole, real numbers always have a point or an exponent.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Candidate, Value};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(int) => serializer.serialize_i64(*int),
            Self::Float(float) => serializer.serialize_f64(float + 0.0),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a truth value, a number, a text or a list of these")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Value, E> {
        Ok(Value::Int(int))
    }

    fn visit_u64<E: de::Error>(self, int: u64) -> Result<Value, E> {
        i64::try_from(int).map(Value::Int).map_err(|_| E::custom(format!("{int} is too large a whole number")))
    }

    fn visit_f64<E>(self, float: f64) -> Result<Value, E> {
        Ok(Value::Float(float))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }
}

impl Serialize for Candidate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Candidate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Like(&Self::default()).deserialize(deserializer)
    }
}

/// Reads a candidate that probably has the same parameters as this one: it shares the names that are the same, so that
/// many candidates take little more time and memory than their values.
#[derive(Debug, Clone, Copy)]
pub struct Like<'a>(pub &'a Candidate);

impl<'de> DeserializeSeed<'de> for Like<'_> {
    type Value = Candidate;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Candidate, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Like<'_> {
    type Value = Candidate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of parameter names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Candidate, A::Error> {
        let like = &self.0.values;
        let mut values: Vec<(Arc<str>, Value)> = Vec::with_capacity(like.len());
        let mut all_known = true;
        while let Some(name) = entries.next_key_seed(Name(like.get(values.len()).map(|(name, _)| name)))? {
            // As long as all names are those of a candidate, each is another.
            all_known &= like.get(values.len()).is_some_and(|(known, _)| Arc::ptr_eq(known, &name));
            if !all_known && values.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format!("`{name}` is given twice")));
            }
            values.push((name, entries.next_value()?));
        }
        Ok(Candidate { values: Arc::new(values) })
    }
}

/// Reads a name that probably is this one.
struct Name<'a>(Option<&'a Arc<str>>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Arc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a parameter")
    }

    fn visit_str<E>(self, name: &str) -> Result<Arc<str>, E> {
        Ok(self.0.filter(|known| ***known == *name).cloned().unwrap_or_else(|| name.into()))
    }
}
