//! What the built-in trainer understands, as study files are checked against it.

use std::ops::Bound;

use kiln_search::space::vocabulary::{Kind, ParameterInfo, Vocabulary};

use crate::network::parameters::{self, Row, Scope};
use crate::network::plan::STATIC_METRICS;
use crate::train;

/// The built-in trainer: the layers of [`network`](crate::network), trained by [`train`].
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn;

/// The parameters of the built-in trainer in the order in which a person reads them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    parameters::TABLE.iter().chain(train::parameters::TABLE)
}

impl Vocabulary for BuiltIn {
    fn parameters(&self) -> Vec<ParameterInfo> {
        rows().map(|row| ParameterInfo { name: row.name, kind: kind(row), block: row.scope == Scope::Stage }).collect()
    }

    fn block(&self) -> &'static str {
        "stage"
    }

    fn static_metrics(&self) -> &'static [&'static str] {
        STATIC_METRICS
    }

    fn epoch_metrics(&self) -> &'static [&'static str] {
        &train::METRICS
    }
}

fn kind(row: &Row) -> Kind {
    match row.kind {
        parameters::Kind::Bool => Kind::Bool,
        parameters::Kind::Int { low, high } => Kind::Int(Bound::Included(low), Bound::Included(high)),
        parameters::Kind::Float { low, high } => Kind::Float(end(low), high.map_or(Bound::Unbounded, end)),
        parameters::Kind::OneOf(names) => Kind::Choice(names),
    }
}

fn end(bound: parameters::Bound) -> Bound<f64> {
    match bound {
        parameters::Bound::Closed(end) => Bound::Included(end),
        parameters::Bound::Open(end) => Bound::Excluded(end),
    }
}
