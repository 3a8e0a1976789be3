//! Whose file it is, which version its schema has, and how it gets the newest one.
//!
//! `PRAGMA application_id` marks a file as Kiln's. `PRAGMA user_version` is the number of migrations that were applied
//! to it: file `migrations/N.sql` leads from version N − 1 to version N, and is never changed once it was released.

use rusqlite::{Connection, Transaction};

use super::failure::Failure;
use crate::store::ErrorKind;

/// "Kiln" in ASCII.
const APPLICATION_ID: i32 = 0x4B69_6C6E;

/// How to get from each version to the next, from an empty file on.
pub const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/1.sql"),
    include_str!("../../../migrations/2.sql"),
    include_str!("../../../migrations/3.sql"),
    include_str!("../../../migrations/4.sql"),
    include_str!("../../../migrations/5.sql"),
    include_str!("../../../migrations/6.sql"),
    include_str!("../../../migrations/7.sql"),
];

/// What a database file is.
#[derive(Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nothing was ever committed to it.
    Vacant,
    /// A store, by the version of its schema.
    Store(u32),
    /// Somebody else's.
    Foreign,
}

/// What the file of `connection` is; reads and nothing else.
pub fn identify(connection: &Connection) -> Result<Identity, Failure> {
    let (application, version, tables): (i32, i32, i64) = connection.query_row(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
         FROM pragma_application_id, pragma_user_version",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(match (application, version) {
        (APPLICATION_ID, 1..) => Identity::Store(version.cast_unsigned()),
        (0, 0) if tables == 0 => Identity::Vacant,
        _ => Identity::Foreign,
    })
}

/// The version of the store in the file, which must be one.
pub fn version(connection: &Connection, migrations: &[&str]) -> Result<u32, Failure> {
    let known = migrations.len() as u32;
    match identify(connection)? {
        Identity::Store(found) if found > known => Err(ErrorKind::Newer { found, known }.into()),
        Identity::Store(found) => Ok(found),
        Identity::Vacant => Err(ErrorKind::Missing.into()),
        Identity::Foreign => Err(ErrorKind::NotAStore.into()),
    }
}

/// Applies the migrations after version `from` and marks the file as a store of the newest version.
pub fn migrate(transaction: &Transaction<'_>, from: u32, migrations: &[&str]) -> Result<(), Failure> {
    for migration in &migrations[from as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", migrations.len() as u32)?;
    Ok(())
}
