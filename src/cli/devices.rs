//! `kiln devices`: what there is to train on.

use serde::Serialize;

use crate::cli::{Global, answer};
use crate::device;
use crate::failure::Failure;
use crate::term::table::Table;

#[derive(Serialize)]
struct Row {
    device: String,
    kind: String,
    name: String,
    backend: String,
    driver: String,
}

/// Lists the devices that answer.
pub fn run(global: &Global) -> Result<(), Failure> {
    let rows: Vec<Row> = device::list()
        .into_iter()
        .map(|device| Row {
            device: device.choice.to_string(),
            kind: device.kind.to_string(),
            name: device.name,
            backend: device.backend,
            driver: device.driver,
        })
        .collect();
    let mut table = Table::new(["device", "kind", "name", "backend", "driver"]);
    for row in &rows {
        table.row([&row.device, &row.kind, &row.name, &row.backend, &row.driver].map(String::as_str));
    }
    answer::table(&table, &rows, global.format)
}
