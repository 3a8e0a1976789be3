//! Opening and creating the file.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use super::failure::Failure;
use super::schema::{self, Identity};
use super::{FileId, network, rows, transact};
use crate::chaos::{self, Point};
use crate::store::{ErrorKind, StudyRecord};

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

/// A new store with `study` in it.
pub fn create(path: &Path, study: &StudyRecord, migrations: &[&str]) -> Result<Connection, Failure> {
    demand_local(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    demand_vacant(&connection)?;
    log_ahead(&connection)?;
    chaos::pass(Point::StoreVacant);
    transact(&mut connection, |transaction| {
        // Asked again: somebody may have been quicker.
        demand_vacant(transaction)?;
        schema::migrate(transaction, 0, migrations)?;
        for (position, (metric, goal)) in study.objectives.iter().enumerate() {
            transaction.execute(
                "INSERT INTO objective (position, metric, goal) VALUES (?1, ?2, ?3)",
                params![position as u32, metric, rows::goal_word(*goal)],
            )?;
        }
        transaction.execute(
            "INSERT INTO study
                 (id, name, seed, space_toml, created_at, kiln_version, data_digest, device, strategy, reason)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                study.name,
                study.seed.to_string(),
                study.space_toml,
                study.created_at.cast_signed(),
                study.kiln_version,
                study.data_digest,
                study.device,
                study.strategy.name(),
                study.reason
            ],
        )?;
        Ok(())
    })?;
    Ok(connection)
}

/// The store at `path`, with the newest schema.
pub fn open(path: &Path, migrations: &[&str]) -> Result<Connection, Failure> {
    demand_file(path)?;
    demand_local(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if connection.is_readonly("main")? {
        // SQLite falls back to this by itself. That the file is no store at all would be the better answer.
        look(path, migrations)?;
        return Err(ErrorKind::ReadOnly.into());
    }
    let found = schema::version(&connection, migrations)?;
    if connection.is_readonly("main")? {
        // The system allows it, and now that SQLite has read the header, it does not.
        return Err(Failure::corrupt("its header forbids writing"));
    }
    log_ahead(&connection)?;
    if (found as usize) < migrations.len() {
        transact(&mut connection, |transaction| {
            // Read again: somebody may have been quicker.
            let from = schema::version(transaction, migrations)?;
            schema::migrate(transaction, from, migrations)
        })?;
        tracing::info!(path = %path.display(), from = found, to = migrations.len(), "store brought up to date");
    }
    Ok(connection)
}

/// The store at `path`, never to be changed.
pub fn open_read_only(path: &Path, migrations: &[&str]) -> Result<Connection, Failure> {
    demand_file(path)?;
    let (connection, found) = look(path, migrations)?;
    let known = migrations.len() as u32;
    if found < known {
        return Err(ErrorKind::Older { found, known }.into());
    }
    Ok(connection)
}

/// A connection that cannot write, and the version of the store.
fn look(path: &Path, migrations: &[&str]) -> Result<(Connection, u32), Failure> {
    let through = |path: &Path, flags| {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY | flags)?;
        let found = schema::version(&connection, migrations)?;
        Ok((connection, found))
    };
    match through(path, OpenFlags::empty()) {
        // Even a reader needs the index of the write-ahead log. Where it can be neither found nor made, and the log is
        // empty, the file is all that there is and nobody can write it.
        Err(Failure { kind: ErrorKind::Io | ErrorKind::ReadOnly, .. }) if !has_log(path) => {
            through(&immutable(path)?, OpenFlags::SQLITE_OPEN_URI)
        }
        result => result,
    }
}

/// A connection that has changed nothing yet: the file may be somebody else's.
fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Write-ahead log, and no commit before its part of the log is on the disk.
fn log_ahead(connection: &Connection) -> Result<(), Failure> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    // SQLite itself does not wait here for another who is about to do the same.
    let begun = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0)) {
            Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            result => return Ok(result.map(|_| ())?),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

fn demand_vacant(connection: &Connection) -> Result<(), Failure> {
    match schema::identify(connection)? {
        Identity::Vacant => Ok(()),
        Identity::Store(_) => Err(ErrorKind::Exists.into()),
        Identity::Foreign => Err(ErrorKind::NotAStore.into()),
    }
}

fn demand_local(path: &Path) -> Result<(), Failure> {
    match network::filesystem(path) {
        Some(filesystem) => Err(ErrorKind::Network { filesystem }.into()),
        None => Ok(()),
    }
}

fn demand_file(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Err(ErrorKind::Missing.into())
        }
        Err(error) => Err(Failure::io(error)),
    }
}

/// Which file is at `path`, if one is.
pub fn id(path: &Path) -> Option<FileId> {
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

/// Whether anything is written in the write-ahead log of the store at `path`.
fn has_log(path: &Path) -> bool {
    let mut log = OsString::from(path);
    log.push("-wal");
    fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// The address of a file that nobody can change.
fn immutable(path: &Path) -> Result<PathBuf, Failure> {
    let path = fs::canonicalize(path).map_err(Failure::io)?;
    let mut address = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address.push_str("?immutable=1");
    Ok(address.into())
}
