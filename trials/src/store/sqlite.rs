//! A store in one `SQLite` file: write-ahead log, every write in a `BEGIN IMMEDIATE` transaction, `synchronous = FULL` but
//! for the operations that the contract excepts: those reach the disk with the next commit of the others.
//!
//! Several processes of one machine may have the file open. Readers never wait; writers wait for each other for up to
//! ten seconds.

mod failure;
mod file;
mod integrity;
mod network;
mod rows;
mod schema;
mod standings;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use kiln_search::candidate::Candidate;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use self::failure::Failure;
use self::schema::MIGRATIONS;
use super::clock::{Clock, Moment};
use super::{
    Beginning, Changes, EntryNumber, ErrorKind, FileRevision, Holder, Lease, Look, Rules, Standings, Store, StoreError,
    StudyRecord, Wishes, admit, now,
};
use crate::chaos::{self, Point};
use crate::trial::{Confusion, Epoch, Outcome, Phase, Trial, TrialNumber};

/// A study in an `SQLite` file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
    /// What lay at the path when it was opened.
    file: Option<FileId>,
    clock: Clock,
}

/// Device and number of a file: what a path leads to.
type FileId = (u64, u64);

/// When a write has to be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durable {
    /// Before it returns.
    Now,
    /// Together with the next one that is.
    Soon,
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
            Ok(connection) => {
                Ok(Self { connection, path: path.to_owned(), file: file::id(path), clock: Clock::machine() })
            }
            Err(failure) => Err(failure.at(path)),
        }
    }

    /// The store, its leases running out by `clock` instead of that of the machine.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Does `work` whole or not at all.
    fn write<T>(
        &mut self,
        durable: Durable,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let level = match durable {
            Durable::Now => "FULL",
            Durable::Soon => "NORMAL",
        };
        let write = || {
            self.demand_present()?;
            self.connection.pragma_update(None, "synchronous", level)?;
            transact(&mut self.connection, work)
        };
        write().map_err(|failure: Failure| failure.at(&self.path))
    }

    /// Does `work` on the record of one instant.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, StoreError> {
        let read = || {
            self.demand_present()?;
            let transaction = self.connection.unchecked_transaction()?;
            work(&transaction)
        };
        read().map_err(|failure: Failure| failure.at(&self.path))
    }

    /// Refuses to work on a file that nobody finds any more: the system keeps it for those who have it open, and what is
    /// written there vanishes with them.
    fn demand_present(&self) -> Result<(), Failure> {
        if file::id(&self.path) == self.file { Ok(()) } else { Err(ErrorKind::Gone.into()) }
    }

    /// Changes a trial by `work`, if the holder of `lease` may.
    fn change<T>(
        &mut self,
        durable: Durable,
        lease: &Lease,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.write(durable, |transaction| {
            let Stand { attempt, phase, .. } = stand(transaction, lease.trial)?;
            admit(lease, attempt, phase, action)?;
            revise(transaction, lease.trial)?;
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
    chaos::pass(Point::StoreWritten);
    transaction.commit()?;
    chaos::pass(Point::StoreCommitted);
    Ok(result)
}

/// Where a trial stands, and until when who holds it.
struct Stand {
    attempt: u32,
    phase: Phase,
    holder: String,
    ends: Moment,
}

fn stand(connection: &Connection, trial: TrialNumber) -> Result<Stand, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT attempt, phase, holder, era, lease_ends FROM trial WHERE number = ?1")?;
    let mut rows = statement.query([trial])?;
    let row = rows.next()?.ok_or(ErrorKind::UnknownTrial { trial })?;
    let phase = rows::phase(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
    Ok(Stand { attempt: row.get(0)?, phase, holder: row.get(2)?, ends: rows::moment(row, 3)? })
}

/// One more change, to `trial`.
fn revise(connection: &Connection, trial: TrialNumber) -> Result<(), Failure> {
    run(connection, "UPDATE study SET revision = revision + 1", [])?;
    run(connection, "UPDATE trial SET revision = (SELECT revision FROM study) WHERE number = ?1", [trial])
}

/// How many changes there have been.
fn revision(connection: &Connection) -> Result<u64, Failure> {
    let mut statement = connection.prepare_cached("SELECT revision FROM study")?;
    Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

/// Refuses whoever goes by another revision of the file than `revision`.
fn demand_file(connection: &Connection, revision: u32) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached("SELECT max(number) FROM file")?;
    let current = statement.query_row([], |row| row.get(0))?;
    if current == revision { Ok(()) } else { Err(ErrorKind::Revised { current }.into()) }
}

fn last_epoch(connection: &Connection, trial: TrialNumber) -> Result<u32, Failure> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(epoch), 0) FROM epoch WHERE trial = ?1")?;
    Ok(statement.query_row([trial], |row| row.get(0))?)
}

fn insert_figures<'a>(
    connection: &Connection,
    trial: TrialNumber,
    epoch: u32,
    figures: impl Iterator<Item = (&'a str, &'a f64)>,
) -> Result<(), Failure> {
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

    fn file_revisions(&self) -> Result<Vec<FileRevision>, StoreError> {
        self.read(rows::file_revisions)
    }

    fn revise_file(&mut self, number: u32, Rules { space_toml, strategy, reason }: &Rules) -> Result<(), StoreError> {
        self.write(Durable::Now, |transaction| {
            demand_file(transaction, number.wrapping_sub(1))?;
            run(
                transaction,
                "INSERT INTO file_revision (number, space_toml, strategy, reason, first, began_at)
                 VALUES (?1, ?2, ?3, ?4, (SELECT count(*) FROM trial), ?5)",
                params![number, space_toml, strategy.name(), reason, now().cast_signed()],
            )
        })
    }

    fn begin(&mut self, holder: &Holder, beginning: &Beginning<'_>) -> Result<Lease, StoreError> {
        let Beginning { number, candidate, origin, statics, seen, entry, file_revision } = *beginning;
        let ends = self.clock.now().after(holder.term);
        self.write(Durable::Now, |transaction| {
            demand_file(transaction, file_revision)?;
            let mut statement = transaction.prepare_cached("SELECT coalesce(max(number) + 1, 0) FROM trial")?;
            let next: TrialNumber = statement.query_row([], |row| row.get(0))?;
            if number != next {
                return Err(ErrorKind::Taken { trial: number }.into());
            }
            let candidate = serde_json::to_string(candidate).map_err(Failure::io)?;
            let (word, confirms) = (rows::origin_word(origin), origin.confirmation_seed());
            let (seen, ends_at) = (seen.cast_signed(), ends.millis.cast_signed());
            run(
                transaction,
                "INSERT INTO trial
                    (number, candidate, origin, attempt, phase, began_at, seen, holder, era, lease_ends, seed)
                 VALUES (?1, ?2, ?3, 1, 'running', ?4, ?5, ?6, ?7, ?8, ?9)",
                params![number, candidate, word, now().cast_signed(), seen, holder.name, &*ends.era, ends_at, confirms],
            )?;
            if let Some(entry) = entry {
                let sql = "UPDATE queue SET trial = ?2 WHERE number = ?1 AND trial IS NULL";
                if transaction.prepare_cached(sql)?.execute(params![entry, number])? == 0 {
                    return Err(ErrorKind::Taken { trial: number }.into());
                }
            }
            insert_figures(transaction, number, 0, statics.iter().map(|(name, figure)| (name.as_str(), figure)))?;
            revise(transaction, number)?;
            Ok(Lease { trial: number, attempt: 1 })
        })
    }

    fn claim(&mut self, holder: &Holder, trial: TrialNumber) -> Result<Lease, StoreError> {
        let now = self.clock.now();
        self.write(Durable::Now, |transaction| {
            let stand = stand(transaction, trial)?;
            if stand.phase == Phase::Ended {
                return Err(ErrorKind::Illegal { trial, phase: Phase::Ended, action: "claimed" }.into());
            }
            if stand.phase == Phase::Running && stand.holder != holder.name && !stand.ends.is_past(&now) {
                return Err(ErrorKind::Held { trial, holder: stand.holder }.into());
            }
            let (attempt, ends) = (stand.attempt + 1, now.after(holder.term));
            run(
                transaction,
                "UPDATE trial SET phase = 'running', attempt = ?2, holder = ?3, era = ?4, lease_ends = ?5
                 WHERE number = ?1",
                params![trial, attempt, holder.name, &*ends.era, ends.millis.cast_signed()],
            )?;
            revise(transaction, trial)?;
            Ok(Lease { trial, attempt })
        })
    }

    fn extend(&mut self, lease: &Lease, term: Duration) -> Result<(), StoreError> {
        let ends = self.clock.now().after(term);
        self.write(Durable::Soon, |transaction| {
            let Stand { attempt, phase, .. } = stand(transaction, lease.trial)?;
            admit(lease, attempt, phase, "held on to")?;
            let sql = "UPDATE trial SET era = ?2, lease_ends = ?3 WHERE number = ?1";
            run(transaction, sql, params![lease.trial, &*ends.era, ends.millis.cast_signed()])
        })
    }

    fn release(&mut self, name: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.write(Durable::Now, |transaction| {
            let sql = "UPDATE trial SET era = ?2, lease_ends = ?3 WHERE phase = 'running' AND holder = ?1";
            run(transaction, sql, params![name, &*now.era, now.millis.cast_signed()])
        })
    }

    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<u64, StoreError> {
        let (trial, number) = (lease.trial, epoch.epoch);
        self.change(Durable::Soon, lease, "given an epoch", |transaction| {
            let last = last_epoch(transaction, trial)?;
            if number != last + 1 {
                return Err(ErrorKind::OutOfOrder { trial, epoch: number, last }.into());
            }
            let sql = "INSERT INTO epoch (trial, epoch, checkpoint) VALUES (?1, ?2, ?3)";
            run(transaction, sql, params![trial, number, checkpoint])?;
            insert_figures(transaction, trial, number, epoch.metrics.iter())?;
            revision(transaction)
        })
    }

    fn record_confusion(&mut self, lease: &Lease, Confusion { epoch, counts }: &Confusion) -> Result<(), StoreError> {
        self.write(Durable::Soon, |transaction| {
            let Stand { attempt, phase, .. } = stand(transaction, lease.trial)?;
            admit(lease, attempt, phase, "given an epoch")?;
            let counts = serde_json::to_string(counts).map_err(Failure::io)?;
            let sql = "INSERT OR REPLACE INTO confusion (trial, epoch, counts) VALUES (?1, ?2, ?3)";
            run(transaction, sql, params![lease.trial, epoch, counts])
        })
    }

    fn rewind(&mut self, lease: &Lease, epoch: u32) -> Result<(), StoreError> {
        let trial = lease.trial;
        self.change(Durable::Now, lease, "rewound", |transaction| {
            let last = last_epoch(transaction, trial)?;
            if epoch > last {
                return Err(ErrorKind::OutOfOrder { trial, epoch, last }.into());
            }
            run(transaction, "DELETE FROM figure WHERE trial = ?1 AND epoch > ?2", params![trial, epoch])?;
            run(transaction, "DELETE FROM confusion WHERE trial = ?1 AND epoch > ?2", params![trial, epoch])?;
            run(transaction, "DELETE FROM epoch WHERE trial = ?1 AND epoch > ?2", params![trial, epoch])
        })
    }

    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError> {
        self.change(Durable::Now, lease, "warned of", |transaction| {
            let sql = "INSERT INTO warning (trial, text) VALUES (?1, ?2) ON CONFLICT (trial, text) DO NOTHING";
            run(transaction, sql, params![lease.trial, text])
        })
    }

    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError> {
        self.change(Durable::Now, lease, "given a fault", |transaction| {
            run(transaction, "INSERT INTO fault (trial, cause) VALUES (?1, ?2)", params![lease.trial, cause])?;
            let mut statement = transaction.prepare_cached("SELECT count(*) FROM fault WHERE trial = ?1")?;
            Ok(statement.query_row([lease.trial], |row| row.get(0))?)
        })
    }

    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError> {
        self.change(Durable::Now, lease, "paused", |transaction| {
            run(transaction, "UPDATE trial SET phase = 'paused' WHERE number = ?1", [lease.trial])
        })
    }

    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError> {
        self.change(Durable::Now, lease, "finished", |transaction| {
            let outcome = serde_json::to_string(outcome).map_err(Failure::io)?;
            let sql = "UPDATE trial SET phase = 'ended', outcome = ?2, ended_at = ?3 WHERE number = ?1";
            run(transaction, sql, params![lease.trial, outcome, now().cast_signed()])?;
            let best = rows::confusion(transaction, lease.trial)?.map(|best| best.epoch);
            run(transaction, "DELETE FROM confusion WHERE trial = ?1 AND epoch IS NOT ?2", params![lease.trial, best])
        })
    }

    fn halt(&mut self, paused: bool) -> Result<(), StoreError> {
        self.write(Durable::Now, |transaction| run(transaction, "UPDATE study SET halted = ?1", [paused]))
    }

    fn stop(&mut self, trial: TrialNumber) -> Result<(), StoreError> {
        self.write(Durable::Now, |transaction| {
            let phase = stand(transaction, trial)?.phase;
            if phase == Phase::Ended {
                return Err(ErrorKind::Illegal { trial, phase, action: "stopped" }.into());
            }
            run(transaction, "UPDATE trial SET stop = 1 WHERE number = ?1", [trial])
        })
    }

    fn enqueue(&mut self, candidate: &Candidate, again: bool) -> Result<EntryNumber, StoreError> {
        self.write(Durable::Now, |transaction| {
            let candidate = serde_json::to_string(candidate).map_err(Failure::io)?;
            let sql = "INSERT INTO queue (candidate, again) VALUES (?1, ?2) RETURNING number";
            Ok(transaction.prepare_cached(sql)?.query_row(params![candidate, again], |row| row.get(0))?)
        })
    }

    fn drop_entry(&mut self, entry: EntryNumber) -> Result<(), StoreError> {
        let sql = "DELETE FROM queue WHERE number = ?1 AND trial IS NULL";
        self.write(Durable::Now, |transaction| run(transaction, sql, [entry]))
    }

    fn note_spent(&mut self, spent: Duration) -> Result<(), StoreError> {
        let spent = i64::try_from(spent.as_millis()).unwrap_or(i64::MAX);
        let sql = "UPDATE study SET spent = ?1 WHERE spent < ?1";
        self.write(Durable::Soon, |transaction| run(transaction, sql, [spent]))
    }

    fn spent(&self) -> Result<Duration, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT spent FROM study")?;
            let spent: i64 = statement.query_row([], |row| row.get(0))?;
            Ok(Duration::from_millis(spent.cast_unsigned()))
        })
    }

    fn wishes(&self) -> Result<Wishes, StoreError> {
        self.read(rows::wishes)
    }

    fn note_look(&mut self, look: &Look) -> Result<(), StoreError> {
        self.write(Durable::Now, |transaction| {
            stand(transaction, look.trial)?;
            run(
                transaction,
                "INSERT INTO look (trial, correct, images, loss, looked_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (trial) DO NOTHING",
                params![look.trial, look.correct, look.images, look.loss, look.looked_at.cast_signed()],
            )
        })
    }

    fn looks(&self) -> Result<Vec<Look>, StoreError> {
        self.read(rows::looks)
    }

    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError> {
        let now = self.clock.now();
        self.read(|connection| rows::trial(connection, number, &now))
    }

    fn confusion(&self, trial: TrialNumber) -> Result<Option<Confusion>, StoreError> {
        self.read(|connection| rows::confusion(connection, trial))
    }

    fn standings(&self, metrics: Option<&[String]>) -> Result<Standings, StoreError> {
        let now = self.clock.now();
        self.read(|connection| {
            Ok(Standings { revision: revision(connection)?, trials: standings::all(connection, metrics, &now)? })
        })
    }

    fn changes(&self, since: u64) -> Result<Changes, StoreError> {
        let now = self.clock.now();
        self.read(|connection| {
            Ok(Changes { revision: revision(connection)?, trials: rows::changed(connection, since, &now)? })
        })
    }
}
