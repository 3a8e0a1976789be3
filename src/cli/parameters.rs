//! `kiln parameters`: what the built-in trainer understands.

use serde::Serialize;

use crate::cli::{Global, answer};
use crate::failure::Failure;
use crate::network::parameters::{Row, Scope};
use crate::term::table::Table;
use crate::vocabulary::rows;

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    values: String,
    default: String,
    per_stage: bool,
    meaning: &'static str,
}

/// Lists the parameters that a space can have.
pub fn run(global: &Global) -> Result<(), Failure> {
    let entries: Vec<Entry> = rows().map(entry).collect();
    let mut table = Table::new(["parameter", "default", "in a stage", "values", "meaning"]);
    for entry in &entries {
        let stage = if entry.per_stage { "yes" } else { "no" };
        table.row([entry.name, &entry.default, stage, &entry.values, entry.meaning]);
    }
    answer::table(&table, &entries, global.format)
}

fn entry(row: &Row) -> Entry {
    Entry {
        name: row.name,
        values: row.kind.to_string(),
        default: row.default.to_string(),
        per_stage: row.scope == Scope::Stage,
        meaning: row.meaning,
    }
}
