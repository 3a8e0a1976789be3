//! Whether the file is whole: what no single operation would notice, because it reads only what it needs.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::failure::Failure;
use super::schema::{self, MIGRATIONS};
use super::{SqliteStore, transact};
use crate::store::StoreError;

/// How many complaints about pages and rows are enough to know that a file is damaged.
const ENOUGH: u32 = 10;

impl SqliteStore {
    /// Looks at all of the file.
    ///
    /// # Errors
    /// [`Corrupt`](crate::store::ErrorKind::Corrupt) for tables that are not those that Kiln makes, pages and indices
    /// that contradict each other, values that their columns forbid, and rows that refer to none.
    pub fn verify(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            let mut complaints = foreign_tables(connection)?;
            complaints.extend(broken_pages(connection)?);
            complaints.extend(lost_references(connection)?);
            if complaints.is_empty() { Ok(()) } else { Err(Failure::corrupt(complaints.join("; "))) }
        })
    }
}

/// The parts of the schema that are not as the migrations leave them.
fn foreign_tables(connection: &Connection) -> Result<Vec<String>, Failure> {
    let mut model = Connection::open_in_memory()?;
    transact(&mut model, |transaction| schema::migrate(transaction, 0, MIGRATIONS))?;
    let (expected, found) = (parts(&model)?, parts(connection)?);
    let names: BTreeSet<&str> = expected.symmetric_difference(&found).map(|(name, _)| name.as_str()).collect();
    Ok(names.into_iter().map(|name| format!("`{name}` is not as Kiln makes it")).collect())
}

/// Tables and indices, each with the statement that makes it.
fn parts(connection: &Connection) -> Result<BTreeSet<(String, String)>, Failure> {
    // Statistics and indices of SQLite's own have no statement, or none that is ours.
    let sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare(sql)?;
    let parts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(parts.collect::<Result<_, _>>()?)
}

fn broken_pages(connection: &Connection) -> Result<Vec<String>, Failure> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({ENOUGH})"))?;
    let complaints = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(complaints.into_iter().filter(|complaint| complaint != "ok").collect())
}

fn lost_references(connection: &Connection) -> Result<Vec<String>, Failure> {
    let sql = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    let mut statement = connection.prepare(sql)?;
    let lost = statement.query_map([], |row| {
        let (table, parent, rows): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{rows} of the rows of `{table}` belong to no {parent}"))
    })?;
    Ok(lost.collect::<Result<_, _>>()?)
}
