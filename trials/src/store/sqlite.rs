//! A store in one `SQLite` file: write-ahead log, `synchronous = FULL`, every write in a `BEGIN IMMEDIATE` transaction.
//!
//! Several processes of one machine may have the file open. Readers never wait; writers wait for each other for up to
//! ten seconds.

mod failure;
mod file;
mod rows;
mod schema;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use kiln_search::candidate::Candidate;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use self::failure::Failure;
use self::schema::MIGRATIONS;
use super::{ErrorKind, Lease, Store, StoreError, StudyRecord, admit, now};
use crate::trial::{Epoch, Metrics, Origin, Outcome, Phase, Trial, TrialNumber};

/// A study in an `SQLite` file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
}

impl SqliteStore {
    /// Creates the store of a new study at `path`, in a directory that exists.
    ///
    /// All or nothing: if it is interrupted, there is still no store at `path`, whatever file is left there.
    pub fn create(path: &Path, study: &StudyRecord) -> Result<Self, StoreError> {
        Self::at(path, file::create(path, study, MIGRATIONS))
    }

    /// Opens the store at `path`; one of an older Kiln gets the newest schema.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::at(path, file::open(path, MIGRATIONS))
    }

    /// Opens the store at `path` without ever changing it; any write is refused.
    ///
    /// This is how a study is looked at while another process runs it, or on a medium that cannot be written.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        Self::at(path, file::open_read_only(path, MIGRATIONS))
    }

    fn at(path: &Path, connection: Result<Connection, Failure>) -> Result<Self, StoreError> {
        match connection {
            Ok(connection) => Ok(Self { connection, path: path.to_owned() }),
            Err(failure) => Err(failure.at(path)),
        }
    }

    /// Does `work` whole or not at all.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, StoreError> {
        transact(&mut self.connection, work).map_err(|failure| failure.at(&self.path))
    }

    /// Does `work` on the record of one instant.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, StoreError> {
        let read = || {
            let transaction = self.connection.unchecked_transaction()?;
            work(&transaction)
        };
        read().map_err(|failure: Failure| failure.at(&self.path))
    }

    /// Does `work` if the holder of `lease` may.
    fn held<T>(
        &mut self,
        lease: &Lease,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.write(|transaction| {
            let (attempt, phase) = stand(transaction, lease.trial)?;
            admit(lease, attempt, phase, action)?;
            work(transaction)
        })
    }
}

fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    // Taking the write lock at once: a transaction that began by reading could not be retried when it is busy.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// The attempt and the phase of a trial.
fn stand(connection: &Connection, trial: TrialNumber) -> Result<(u32, Phase), Failure> {
    let mut statement = connection.prepare_cached("SELECT attempt, phase FROM trial WHERE number = ?1")?;
    let found = statement.query_row([trial], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).optional()?;
    let (attempt, word) = found.ok_or(ErrorKind::UnknownTrial { trial })?;
    Ok((attempt, rows::phase(&word)?))
}

fn last_epoch(connection: &Connection, trial: TrialNumber) -> Result<u32, Failure> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(epoch), 0) FROM epoch WHERE trial = ?1")?;
    Ok(statement.query_row([trial], |row| row.get(0))?)
}

fn insert_figures(connection: &Connection, trial: TrialNumber, epoch: u32, figures: &Metrics) -> Result<(), Failure> {
    let mut statement =
        connection.prepare_cached("INSERT INTO figure (trial, epoch, name, value) VALUES (?1, ?2, ?3, ?4)")?;
    for (name, figure) in figures {
        // SQLite turns NaN into NULL by itself.
        statement.execute(params![trial, epoch, name, figure])?;
    }
    Ok(())
}

fn run(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

impl Store for SqliteStore {
    fn study(&self) -> Result<StudyRecord, StoreError> {
        self.read(rows::study)
    }

    fn begin(&mut self, candidate: &Candidate, origin: Origin, statics: &Metrics) -> Result<Lease, StoreError> {
        self.write(|transaction| {
            let candidate = serde_json::to_string(candidate).map_err(Failure::io)?;
            let mut statement = transaction.prepare_cached(
                "INSERT INTO trial (number, candidate, origin, attempt, phase, began_at)
                 VALUES ((SELECT coalesce(max(number) + 1, 0) FROM trial), ?1, ?2, 1, 'running', ?3)
                 RETURNING number",
            )?;
            let values = params![candidate, rows::origin_word(origin), now().cast_signed()];
            let trial = statement.query_row(values, |row| row.get(0))?;
            insert_figures(transaction, trial, 0, statics)?;
            Ok(Lease { trial, attempt: 1 })
        })
    }

    fn claim(&mut self, trial: TrialNumber) -> Result<Lease, StoreError> {
        self.write(|transaction| {
            let (attempt, phase) = stand(transaction, trial)?;
            if phase == Phase::Ended {
                return Err(ErrorKind::Illegal { trial, phase, action: "claimed" }.into());
            }
            let attempt = attempt + 1;
            let sql = "UPDATE trial SET phase = 'running', attempt = ?2 WHERE number = ?1";
            run(transaction, sql, params![trial, attempt])?;
            Ok(Lease { trial, attempt })
        })
    }

    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<(), StoreError> {
        let (trial, number) = (lease.trial, epoch.epoch);
        self.held(lease, "given an epoch", |transaction| {
            let last = last_epoch(transaction, trial)?;
            if number != last + 1 {
                return Err(ErrorKind::OutOfOrder { trial, epoch: number, last }.into());
            }
            let sql = "INSERT INTO epoch (trial, epoch, checkpoint) VALUES (?1, ?2, ?3)";
            run(transaction, sql, params![trial, number, checkpoint])?;
            insert_figures(transaction, trial, number, &epoch.metrics)
        })
    }

    fn rewind(&mut self, lease: &Lease, epoch: u32) -> Result<(), StoreError> {
        let trial = lease.trial;
        self.held(lease, "rewound", |transaction| {
            let last = last_epoch(transaction, trial)?;
            if epoch > last {
                return Err(ErrorKind::OutOfOrder { trial, epoch, last }.into());
            }
            run(transaction, "DELETE FROM figure WHERE trial = ?1 AND epoch > ?2", params![trial, epoch])?;
            run(transaction, "DELETE FROM epoch WHERE trial = ?1 AND epoch > ?2", params![trial, epoch])
        })
    }

    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError> {
        self.held(lease, "warned of", |transaction| {
            let sql = "INSERT INTO warning (trial, text) VALUES (?1, ?2) ON CONFLICT (trial, text) DO NOTHING";
            run(transaction, sql, params![lease.trial, text])
        })
    }

    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError> {
        self.held(lease, "given a fault", |transaction| {
            run(transaction, "INSERT INTO fault (trial, cause) VALUES (?1, ?2)", params![lease.trial, cause])?;
            let mut statement = transaction.prepare_cached("SELECT count(*) FROM fault WHERE trial = ?1")?;
            Ok(statement.query_row([lease.trial], |row| row.get(0))?)
        })
    }

    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError> {
        self.held(lease, "paused", |transaction| {
            run(transaction, "UPDATE trial SET phase = 'paused' WHERE number = ?1", [lease.trial])
        })
    }

    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
        self.held(lease, "finished", |transaction| {
            let outcome = serde_json::to_string(outcome).map_err(Failure::io)?;
            let sql = "UPDATE trial SET phase = 'ended', outcome = ?2, ended_at = ?3 WHERE number = ?1";
            run(transaction, sql, params![lease.trial, outcome, now().cast_signed()])
        })
    }

    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError> {
        self.read(|connection| Ok(rows::trials(connection, number, number)?.pop()))
    }

    fn snapshot(&self) -> Result<Vec<Trial>, StoreError> {
        self.read(|connection| rows::trials(connection, 0, TrialNumber::MAX))
    }
}
