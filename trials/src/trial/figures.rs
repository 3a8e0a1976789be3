//! Metrics in JSON, which knows no NaN and no infinity: those are the texts `NaN`, `inf` and `-inf`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Measured;

pub fn serialize<S: Serializer>(metrics: &Measured, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(metrics.iter().map(|(name, &figure)| (name, Figure(figure))))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Measured, D::Error> {
    let figures = BTreeMap::<String, Figure>::deserialize(deserializer)?;
    Ok(figures.into_iter().map(|(name, Figure(figure))| (name, figure)).collect())
}

struct Figure(f64);

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() { serializer.serialize_f64(self.0) } else { serializer.collect_str(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor).map(Self)
    }
}

struct FigureVisitor;

impl Visitor<'_> for FigureVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, \"NaN\", \"inf\" or \"-inf\"")
    }

    fn visit_f64<E>(self, figure: f64) -> Result<f64, E> {
        Ok(figure)
    }

    fn visit_i64<E>(self, figure: i64) -> Result<f64, E> {
        Ok(figure as f64)
    }

    fn visit_u64<E>(self, figure: u64) -> Result<f64, E> {
        Ok(figure as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        match text {
            "NaN" => Ok(f64::NAN),
            "inf" => Ok(f64::INFINITY),
            "-inf" => Ok(f64::NEG_INFINITY),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}
