//! The store: the durable record of a study.

pub mod clock;
pub mod error;
pub mod memory;
pub mod sqlite;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;

pub use self::error::{ErrorKind, StoreError};
use crate::trial::{Confusion, Epoch, Metrics, Origin, Outcome, Phase, Standing, Trial, TrialNumber};

/// What a study is; written once, when it begins, but for what a [revision of its file](Rules) changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyRecord {
    /// Its name.
    pub name: String,
    /// The seed of all its random streams.
    pub seed: u64,
    /// The text of its file, as it was revised last.
    pub space_toml: String,
    /// What is optimised: metrics and their goals, in the order of the file.
    pub objectives: Vec<(String, Goal)>,
    /// Milliseconds since the Unix epoch.
    pub created_at: u64,
    /// The version of Kiln that created it.
    pub kiln_version: String,
    /// SHA-256 of the data set's content.
    pub data_digest: String,
    /// The name of the device on which it began.
    pub device: String,
    /// The method that finds its candidates.
    pub strategy: Strategy,
    /// Why that method was chosen, in one sentence; `None` if the file names it.
    pub reason: Option<String>,
    /// The revision of the file that these are of: 1 when a study begins.
    pub file_revision: u32,
}

impl StudyRecord {
    /// The metrics of its objectives.
    pub fn metrics(&self) -> Vec<String> {
        self.objectives.iter().map(|(metric, _)| metric.clone()).collect()
    }

    /// What it goes by at the revision of its file.
    pub fn rules(&self) -> Rules {
        let Self { space_toml, strategy, reason, .. } = self;
        Rules { space_toml: space_toml.clone(), strategy: *strategy, reason: reason.clone() }
    }
}

/// What a revision of the study's file changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The text of the file.
    pub space_toml: String,
    /// The method that finds candidates.
    pub strategy: Strategy,
    /// Why that method was chosen, in one sentence; `None` if the file names it.
    pub reason: Option<String>,
}

/// A revision of the study's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRevision {
    /// From 1, without gaps.
    pub number: u32,
    /// What candidates are found by under it.
    pub rules: Rules,
    /// The number of the first trial that begins under it; a later revision may have the same.
    pub first: TrialNumber,
    /// Milliseconds since the Unix epoch.
    pub began_at: u64,
}

/// Who takes trials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// A name that no other process ever has.
    pub name: String,
    /// For how long a lease holds unless it is [extended](Store::extend).
    pub term: Duration,
}

/// A trial that is to begin.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// The number that it is meant to have.
    pub number: TrialNumber,
    /// What is trained.
    pub candidate: &'a Candidate,
    /// How the candidate came about.
    pub origin: Origin,
    /// Figures known before training.
    pub statics: &'a Metrics,
    /// The revision of the record that the search for the candidate knew.
    pub seen: u64,
    /// The entry of the queue that it is, if it is one.
    pub entry: Option<EntryNumber>,
    /// The revision of the study's file that its candidate comes from.
    pub file_revision: u32,
}

/// The number of an entry of the queue, from 1 in the order in which they were added.
pub type EntryNumber = u32;

/// A candidate that a person wants to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number.
    pub number: EntryNumber,
    /// The values that are given; the rest is drawn.
    pub candidate: Candidate,
    /// Whether it may have been tried before.
    pub again: bool,
}

/// What people have asked of a study while it runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// That nothing is trained for the time being.
    pub paused: bool,
    /// That these trials end, none of which has.
    pub stops: Vec<TrialNumber>,
    /// That these are tried, none of which has begun.
    pub queue: Vec<Entry>,
}

/// What has changed in a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// How many changes there have been in all: what to ask after the next time.
    pub revision: u64,
    /// The trials that have changed, as they are now, in order of their numbers.
    pub trials: Vec<Trial>,
}

/// Where the trials of a record stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standings {
    /// How many changes there have been in all: what to ask [after](Store::changes) the next time.
    pub revision: u64,
    /// All trials, in order of their numbers.
    pub trials: Vec<Standing>,
}

/// What a trained network made of the test images, which were held back from the whole search.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The trial whose last weights were measured.
    pub trial: TrialNumber,
    /// How many images got the right class.
    pub correct: u32,
    /// How many there are.
    pub images: u32,
    /// Mean cross-entropy of an image, in nats.
    pub loss: f64,
    /// Milliseconds since the Unix epoch.
    pub looked_at: u64,
}

/// The right to record what happens to a trial, until somebody else claims it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The trial.
    pub trial: TrialNumber,
    /// Which claim of the trial this is, from 1.
    pub attempt: u32,
}

/// The record of one study and its trials. This text is the contract; every implementation passes the same tests.
///
/// **Ownership.** [`begin`](Store::begin) and [`claim`](Store::claim) give a [`Lease`] to a [`Holder`]. Whatever else
/// changes a trial needs the lease of its current attempt. A lease is plain data: it may cross processes, and it is worth
/// nothing once the trial was claimed again. It *holds* for the term of its holder, which [`extend`](Store::extend)
/// begins anew; while it holds, nobody else can claim the trial. One that has run out still admits everything until
/// somebody does: a holder that was merely late loses nothing. Time is the store's own ([`clock`]): the calendar of no
/// machine matters.
///
/// **Numbers.** Trials are counted from 0, without gaps. Who begins one says which number it is to have, and is refused
/// with [`Taken`](ErrorKind::Taken) if another was quicker: so no two search for candidates from the same past, and a
/// limit of trials is never exceeded.
///
/// **States.** A trial is running, paused, or over with its outcome.
///
/// | operation | needs | leaves |
/// |---|---|---|
/// | `begin` | the next number | running, attempt 1 |
/// | `claim` | paused; or running, and the lease has run out or is one's own | running, attempt + 1 |
/// | `extend`, `record_epoch`, `record_confusion`, `rewind`, `warn`, `fault` | running, its lease | running |
/// | `pause` | running, its lease | paused |
/// | `finish` | running, its lease | over, for ever |
///
/// **Changes.** Every operation that changes what a [`Trial`] says is one more *revision* of the record, and the trial
/// has the number of its last one: [`changes`](Store::changes) tells what is new to somebody who knows the record up to
/// some revision.
///
/// **Files.** [`revise_file`](Store::revise_file) replaces the study's file, which is not what the word means above: what
/// candidates are found by from then on. Trials that have begun stay, and each belongs to the revision of the file under
/// which it [began](Store::file_revision_of). Who begins one says which revision its candidate comes from, and who
/// revises which one comes next; both are refused with [`Revised`](ErrorKind::Revised) if another was quicker: so nobody
/// draws from a file that was replaced.
///
/// **Wishes.** [`halt`](Store::halt), [`stop`](Store::stop) and [`enqueue`](Store::enqueue) note what a person wants of a
/// study that others work on; [`wishes`](Store::wishes) tells what is still to be done. It is for the holders to do it.
/// An entry of the queue leaves it by becoming a trial, or by [`drop_entry`](Store::drop_entry); no other entry gets its
/// number.
///
/// **Fences.** An operation with a lease is refused, and changes nothing, for the first of these that holds: there is
/// no such trial ([`UnknownTrial`](ErrorKind::UnknownTrial)); the trial was claimed since
/// ([`Fenced`](ErrorKind::Fenced)); its state does not admit the operation ([`Illegal`](ErrorKind::Illegal)); the epoch
/// is out of order ([`OutOfOrder`](ErrorKind::OutOfOrder)). So a worker that was given up for dead cannot record
/// anything, and nothing is recorded twice.
///
/// **Consistency.** Each operation is one transaction: all of it happens or nothing does, also when the process is
/// killed in the middle. Writers take turns; a reader sees the record as it was between two operations, never a part
/// of one. [`snapshot`](Store::snapshot) and [`standings`](Store::standings) are of one instant.
///
/// **Durability.** What an operation that returned `Ok` has written survives the death of the process and, but for
/// `extend`, `record_epoch`, `record_confusion` and `note_spent`, of the system and of the power, as far as the disk keeps its promises.
/// Epochs survive those with the next operation of another kind, or before: what is lost with them is trained again from
/// the checkpoint before, and comes out the same. After an error the record is as before; the one exception is a disk
/// that fails while it confirms, where the operation may have happened: read the trial again before repeating it.
///
/// **Values.** Texts, candidates and numbers come back as they were given, floating-point numbers bit for bit
/// (`-0.0` and infinities too, but a candidate knows one zero only); every NaN comes back as one and the same quiet
/// NaN. The order of a candidate's parameters, of epochs, warnings and faults is kept. Times are the store's clock's,
/// for people: no rule depends on them.
///
/// **Errors.** [`StoreError`] tells the file, what is wrong ([`ErrorKind`]) and what to do next. Beside the refusals
/// above and [`Held`](ErrorKind::Held), for a claim of what somebody else holds: [`Full`](ErrorKind::Full),
/// [`ReadOnly`](ErrorKind::ReadOnly), [`Corrupt`](ErrorKind::Corrupt), [`Gone`](ErrorKind::Gone),
/// [`Busy`](ErrorKind::Busy) and [`Io`](ErrorKind::Io) from any operation of a store on a disk, and those of opening:
/// [`Missing`](ErrorKind::Missing), [`Exists`](ErrorKind::Exists), [`NotAStore`](ErrorKind::NotAStore),
/// [`Newer`](ErrorKind::Newer), [`Older`](ErrorKind::Older), [`Network`](ErrorKind::Network).
pub trait Store: Send {
    /// What the study is.
    fn study(&self) -> Result<StudyRecord, StoreError>;

    /// The revisions of the study's file, from the first, which there always is, to the one that it goes by.
    fn file_revisions(&self) -> Result<Vec<FileRevision>, StoreError>;

    /// The revision of the study's file under which `trial` began, or would begin now.
    fn file_revision_of(&self, trial: TrialNumber) -> Result<FileRevision, StoreError> {
        let mut revisions = self.file_revisions()?;
        // The first one, with which the study began, is that of trial 0.
        let after = revisions.iter().skip(1).take_while(|revision| revision.first <= trial).count();
        Ok(revisions.swap_remove(after))
    }

    /// Replaces the study's file: its revision `number` has these `rules`.
    fn revise_file(&mut self, number: u32, rules: &Rules) -> Result<(), StoreError>;

    /// Adds the trial `beginning`, and takes it. An entry of the queue becomes one trial only: a second is refused as one
    /// whose number is [`Taken`](ErrorKind::Taken).
    ///
    /// Two trials of the same candidate are two trials: who proposes candidates decides whether there may be such.
    fn begin(&mut self, holder: &Holder, beginning: &Beginning<'_>) -> Result<Lease, StoreError>;

    /// Takes a trial that is paused, or running and held by nobody else, and thereby ends every earlier lease of it.
    fn claim(&mut self, holder: &Holder, trial: TrialNumber) -> Result<Lease, StoreError>;

    /// Begins the term of a lease anew: to be done several times in a term, by whoever lives.
    fn extend(&mut self, lease: &Lease, term: Duration) -> Result<(), StoreError>;

    /// Ends the terms of all leases of the holder called `name`, who is known to be dead.
    fn release(&mut self, name: &str) -> Result<(), StoreError>;

    /// Adds the next epoch to the curve, with the name of the checkpoint that was written after it.
    ///
    /// `epoch.epoch` must be one more than the last on record, or 1. Gives the revision that this is: to whoever knew the
    /// one before nothing else is new.
    fn record_epoch(&mut self, lease: &Lease, epoch: &Epoch, checkpoint: Option<&str>) -> Result<u64, StoreError>;

    /// Keeps what the validation images were taken for after an epoch that was better than all before it. To be told
    /// before the epoch itself: so none is on record without it.
    ///
    /// It is no part of what a [`Trial`] says, and no revision. [`finish`](Store::finish) drops all but the last.
    fn record_confusion(&mut self, lease: &Lease, confusion: &Confusion) -> Result<(), StoreError>;

    /// Drops the epochs after `epoch` (0 drops all) and their checkpoints from the record: training continues there.
    ///
    /// `epoch` must not be past the last on record.
    fn rewind(&mut self, lease: &Lease, epoch: u32) -> Result<(), StoreError>;

    /// Keeps a warning; a text that the trial has already is not kept twice.
    fn warn(&mut self, lease: &Lease, text: &str) -> Result<(), StoreError>;

    /// Records that a worker died of the trial, and gives how often that has happened.
    fn fault(&mut self, lease: &Lease, cause: &str) -> Result<u32, StoreError>;

    /// Lets go of a trial that is to be continued.
    fn pause(&mut self, lease: &Lease) -> Result<(), StoreError>;

    /// Ends a trial.
    fn finish(&mut self, lease: &Lease, outcome: &Outcome) -> Result<(), StoreError>;

    /// Asks that nothing be trained from now on, or that it be again.
    fn halt(&mut self, paused: bool) -> Result<(), StoreError>;

    /// Asks that `trial`, which must not be over, end.
    fn stop(&mut self, trial: TrialNumber) -> Result<(), StoreError>;

    /// Asks that `candidate` be tried before what a sampler proposes, and gives the number of the entry; `again`: even if
    /// it has been tried before.
    fn enqueue(&mut self, candidate: &Candidate, again: bool) -> Result<EntryNumber, StoreError>;

    /// Takes an entry that cannot become a trial out of the queue; one that is not in it, or never was, is out of it.
    fn drop_entry(&mut self, entry: EntryNumber) -> Result<(), StoreError>;

    /// Notes the wall time that all runs of the study have used so far, to the millisecond. Less than is known says nothing
    /// new: so runs that work at the same time count it once.
    fn note_spent(&mut self, spent: Duration) -> Result<(), StoreError>;

    /// The wall time that all runs of the study have used, as far as noted.
    fn spent(&self) -> Result<Duration, StoreError>;

    /// Notes what a trial made of the test images, once for each trial: a second time says the same again.
    fn note_look(&mut self, look: &Look) -> Result<(), StoreError>;

    /// What was seen of the test images, in order: all but the first had been chosen with some knowledge of them.
    fn looks(&self) -> Result<Vec<Look>, StoreError>;

    /// What is asked for and not done yet.
    fn wishes(&self) -> Result<Wishes, StoreError>;

    /// The trial `number`, if there is one.
    fn trial(&self, number: TrialNumber) -> Result<Option<Trial>, StoreError>;

    /// Where all trials stand, with what they reached of `metrics`; `None`: of all. However long curves are, it takes
    /// little time and memory.
    fn standings(&self, metrics: Option<&[String]>) -> Result<Standings, StoreError>;

    /// What the validation images were taken for after the best epoch of `trial` on record: the last one of which that is
    /// known.
    fn confusion(&self, trial: TrialNumber) -> Result<Option<Confusion>, StoreError>;

    /// What has changed since revision `since`; 0 asks for everything.
    fn changes(&self, since: u64) -> Result<Changes, StoreError>;

    /// All trials in order of their numbers.
    fn snapshot(&self) -> Result<Vec<Trial>, StoreError> {
        Ok(self.changes(0)?.trials)
    }
}

/// Whether the holder of `lease` may change a trial that is at `attempt` in `phase`; the order of refusals is the
/// contract's.
fn admit(lease: &Lease, attempt: u32, phase: Phase, action: &'static str) -> Result<(), ErrorKind> {
    let trial = lease.trial;
    if lease.attempt != attempt {
        return Err(ErrorKind::Fenced { trial, attempt: lease.attempt, current: attempt });
    }
    if phase != Phase::Running {
        return Err(ErrorKind::Illegal { trial, phase, action });
    }
    Ok(())
}

/// Milliseconds since the Unix epoch.
pub fn now() -> u64 {
    // A clock before 1970 shows a wrong date and nothing worse.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
}

#[cfg(test)]
mod agreement;
