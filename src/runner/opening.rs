//! Creating a study, or finding it as it was left.
//!
//! Everything that can be refused is looked at before anything is written: the file, the data, the device, the
//! entries of `enqueue`.

use std::path::PathBuf;

use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{self, ErrorKind, Store, StudyRecord};

use crate::device;
use crate::failure::Failure;
use crate::runner::crew::{Crew, Muster};
use crate::runner::folder::{Folder, Lock};
use crate::runner::job::{self, Job};
use crate::runner::proposal::Proposer;
use crate::runner::protocol::{Ready, Setup};
use crate::runner::record::Record;
use crate::runner::session::Session;
use crate::runner::{DATA, End, Order, Report, diff};
use crate::study::{self, Search, Workers};
use crate::term::View;
use crate::vocabulary::BuiltIn;

/// What opening a study comes to.
pub enum Opened {
    /// It can go on: a worker is ready.
    Session(Box<Session>),
    /// There is nothing left to do, or the user did not wait.
    Ended(Box<Report>),
}

/// Opens the study of `order`.
pub fn open(order: Order, view: &mut dyn View) -> Result<Opened, Failure> {
    let folder = Folder::new(&order.dir, &order.study.name);
    // A creation that was killed leaves a file without a study in it, which counts as none.
    match SqliteStore::open_read_only(&folder.store()) {
        Err(error) if *error.kind() == ErrorKind::Missing => create(order, &folder, view),
        Ok(_) | Err(_) => resume(order, &folder, view),
    }
}

fn create(order: Order, folder: &Folder, view: &mut dyn View) -> Result<Opened, Failure> {
    let mut crew = Crew::new(setup(&order, folder)?, workers(&order))?;
    let Muster::Ready(ready) = crew.muster()? else { return Ok(interrupted()) };
    let proposer = Proposer::new(order.study, ready.image, ready.classes);
    proposer.check(&order.file, &order.text)?;
    let record = StudyRecord {
        name: folder.name().to_owned(),
        seed: proposer.study().seed,
        space_toml: order.text,
        objectives: proposer.study().objectives.iter().map(|o| (o.metric.clone(), o.goal)).collect(),
        created_at: store::now(),
        kiln_version: env!("CARGO_PKG_VERSION").to_owned(),
        data_digest: ready.digest.clone(),
        device: ready.device.clone(),
        strategy: proposer.study().search.strategy,
        reason: proposer.study().search.reason.clone(),
    };
    let (lock, store) = write(folder, &record)?;
    introduce(&proposer.study().search, view);
    let empty = Record::new(proposer.study());
    let session = Session::new(folder, Some(lock), Box::new(store), crew, proposer, empty)?;
    Ok(Opened::Session(Box::new(session)))
}

/// Writes the first files of a study; if that fails, what is new is removed again.
fn write(folder: &Folder, record: &StudyRecord) -> Result<(Lock, SqliteStore), Failure> {
    let new = folder.create()?;
    // Where another process has the lock, nothing here is ours to remove.
    let lock = folder.lock()?;
    match SqliteStore::create(&folder.store(), record) {
        Ok(store) => Ok((lock, store)),
        Err(error) => {
            // Unless another process began the study meanwhile.
            if let Some(new) = new.filter(|_| *error.kind() != ErrorKind::Exists) {
                folder.discard(&new);
            }
            Err(error.into())
        }
    }
}

fn resume(mut order: Order, folder: &Folder, view: &mut dyn View) -> Result<Opened, Failure> {
    let lock = folder.lock()?;
    let store = SqliteStore::open(&folder.store())?;
    let record = store.study()?;
    if meaning(&record.space_toml) != meaning(&order.text) {
        let diff = diff::lines(&record.space_toml, &order.text);
        return Err(Failure::Changed { file: order.file, study: record.name, diff });
    }
    // The recorded text rules: comments and order may have changed, and the order of parameters is the order of draws.
    let (workers, checkpoints) = (order.study.search.workers, order.study.checkpoints);
    order.study = study::read(&order.file, &record.space_toml, &BuiltIn).map_err(Box::new)?;
    order.study.search.workers = workers;
    order.study.checkpoints = checkpoints;
    order.text.clone_from(&record.space_toml);
    go_on(order, folder, Some(lock), store, view)
}

/// Opens a study that others may be running, to help them; `order` is that of its record.
pub fn join(order: Order, view: &mut dyn View) -> Result<Opened, Failure> {
    let folder = Folder::new(&order.dir, &order.study.name);
    // Where nobody runs the study, the time that it takes is for this run to note.
    let lock = match folder.lock() {
        Ok(lock) => Some(lock),
        Err(Failure::Busy { .. }) => None,
        Err(failure) => return Err(failure),
    };
    let store = SqliteStore::open(&folder.store())?;
    go_on(order, &folder, lock, store, view)
}

/// Opens a study that has begun.
fn go_on(
    mut order: Order,
    folder: &Folder,
    lock: Option<Lock>,
    store: SqliteStore,
    view: &mut dyn View,
) -> Result<Opened, Failure> {
    let record = store.study()?;
    // The recorded method rules: this Kiln might choose another.
    order.study.search.strategy = record.strategy;
    order.study.search.reason.clone_from(&record.reason);
    let (trials, wishes) = (Record::read(&order.study, &store)?, store.wishes()?);
    let job = job::next(&order.study, &trials, store.spent()?, &|_| false, !wishes.queue.is_empty());
    if let Job::Done(done) = job
        && wishes.stops.is_empty()
    {
        let report = Report { end: End::Done(done), study: Some(record), trials: store.standings(None)?.trials };
        return Ok(Opened::Ended(Box::new(report)));
    }
    let mut crew = Crew::new(setup(&order, folder)?, workers(&order))?;
    let Muster::Ready(ready) = crew.muster()? else { return Ok(interrupted()) };
    same_data(&record, &ready)?;
    if record.device != ready.device {
        view.note(&format!(
            "note: this study began on {}; on {} the same trials can differ in their last digits",
            record.device, ready.device
        ));
    }
    introduce(&order.study.search, view);
    let proposer = Proposer::new(order.study, ready.image, ready.classes);
    let session = Session::new(folder, lock, Box::new(store), crew, proposer, trials)?;
    Ok(Opened::Session(Box::new(session)))
}

/// How many workers there are to be.
fn workers(order: &Order) -> usize {
    match order.workers.or(order.study.search.workers) {
        None => 1,
        Some(Workers::Count(workers)) => workers,
        Some(Workers::Auto) => device::cores(),
    }
}

fn interrupted() -> Opened {
    Opened::Ended(Box::new(Report::interrupted()))
}

/// Says which method was chosen where the file leaves it open.
fn introduce(search: &Search, view: &mut dyn View) {
    if search.reason.is_some() {
        view.note(&format!("strategy {search}"));
    }
}

/// Refuses data that are not those of the study.
pub fn same_data(record: &StudyRecord, ready: &Ready) -> Result<(), Failure> {
    if record.data_digest == ready.digest {
        return Ok(());
    }
    Err(Failure::DataChanged {
        study: record.name.clone(),
        expected: record.data_digest.clone(),
        found: ready.digest.clone(),
    })
}

fn setup(order: &Order, folder: &Folder) -> Result<Setup, Failure> {
    Ok(Setup {
        file: order.file.clone(),
        text: order.text.clone(),
        device: order.device.clone(),
        data: PathBuf::from(DATA),
        checkpoints: Some(folder.checkpoints()?),
        disk: order.study.checkpoints.disk,
    })
}

/// What a study file says, apart from comments, white space, the order of keys, how many workers there are, and which
/// checkpoints stay.
fn meaning(text: &str) -> Option<toml::Table> {
    let mut file: toml::Table = text.parse().ok()?;
    file.remove("checkpoints");
    if let Some(toml::Value::Table(search)) = file.get_mut("search") {
        search.remove("workers");
    }
    Some(file)
}
