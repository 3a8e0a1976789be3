//! Creating a study, or finding it as it was left.
//!
//! Everything that can be refused is looked at before anything is written: the file, the data, the device, the
//! entries of `enqueue`.

use std::path::PathBuf;

use kiln_trials::chaos::{self, Point};
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{self, ErrorKind, Store, StudyRecord};
use kiln_trials::trial::{Metrics, Standing};

use crate::device;
use crate::failure::Failure;
use crate::runner::confirmation::Confirmation;
use crate::runner::crew::{Crew, Muster};
use crate::runner::folder::{Folder, Lock};
use crate::runner::holder;
use crate::runner::job::{self, Job};
use crate::runner::prediction::Machine;
use crate::runner::proposal::Proposer;
use crate::runner::protocol::{Ready, Setup};
use crate::runner::record::Record;
use crate::runner::revision::{Change, still_serves};
use crate::runner::session::Session;
use crate::runner::{DATA, End, Order, Report, diff};
use crate::study::{self, Search, Study, Workers};
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
        Err(error) if *error.kind() == ErrorKind::Missing && order.new_revision => Err(Failure::Refused {
            message: format!("there is no study `{}` yet, whose file could be revised", order.study.name),
            help: "leave out `--new-revision` to begin it, or write the name of a study that there is".to_owned(),
        }),
        Err(error) if *error.kind() == ErrorKind::Missing => create(order, &folder, view),
        Ok(_) | Err(_) => resume(order, &folder, view),
    }
}

fn create(order: Order, folder: &Folder, view: &mut dyn View) -> Result<Opened, Failure> {
    let Some((mut crew, ready)) = muster(&order, folder)? else { return Ok(interrupted()) };
    let proposer = equip(order.study, &ready, &mut crew);
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
        file_revision: 1,
    };
    let (lock, store) = write(folder, &record)?;
    introduce(&proposer.study().search, view);
    let empty = Record::new(proposer.study());
    let session = Session::new(folder, Some(lock), Box::new(store), record, crew, proposer, empty)?;
    Ok(Opened::Session(Box::new(session)))
}

/// Writes the first files of a study; if that fails, what is new is removed again.
fn write(folder: &Folder, record: &StudyRecord) -> Result<(Lock, SqliteStore), Failure> {
    let new = folder.create()?;
    chaos::pass(Point::FolderMade);
    // Where another process has the lock, nothing here is ours to remove.
    let lock = folder.lock()?;
    chaos::pass(Point::StudyLocked);
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
    let recorded = study::read(&order.file, &record.space_toml, &BuiltIn).map_err(Box::new)?;
    let revision = match Change::between(&recorded, &order.study) {
        Change::Wider(gains) if order.new_revision => {
            demand_alone(folder)?;
            Some(gains)
        }
        Change::None => None,
        change => {
            let diff = diff::lines(&record.space_toml, &order.text);
            return Err(Failure::Changed { file: order.file, study: record.name, diff, change });
        }
    };
    if revision.is_none() {
        if order.new_revision {
            view.note(&format!("`{}` has nothing new: revision {} goes on", order.file, record.file_revision));
        }
        // The recorded text rules: comments and order may have changed, and the order of parameters is that of draws.
        let (workers, checkpoints) = (order.study.search.workers, order.study.checkpoints);
        order.study = recorded;
        order.study.search.workers = workers;
        order.study.checkpoints = checkpoints;
        order.text.clone_from(&record.space_toml);
    }
    go_on(order, folder, Some(lock), store, record, revision, view)
}

/// Refuses to revise the file of a study that others still work on, by its former text.
fn demand_alone(folder: &Folder) -> Result<(), Failure> {
    let Some(other) = holder::living(&folder.holders())?.into_iter().next() else { return Ok(()) };
    Err(Failure::Refused {
        message: format!("{other} works on study `{}` by the file as it was", folder.name()),
        help: "stop it with Ctrl-C in its terminal, or wait for its end; then run the same command again".to_owned(),
    })
}

/// Opens a study that others may be running, to help them; `order` is that of its record.
pub fn join(mut order: Order, view: &mut dyn View) -> Result<Opened, Failure> {
    let folder = Folder::new(&order.dir, &order.study.name);
    // Where nobody runs the study, the time that it takes is for this run to note.
    let lock = match folder.lock() {
        Ok(lock) => Some(lock),
        Err(Failure::Busy { .. }) => None,
        Err(failure) => return Err(failure),
    };
    let store = SqliteStore::open(&folder.store())?;
    let record = store.study()?;
    // Its file may have been revised since it was read.
    order.study = study::read(&order.file, &record.space_toml, &BuiltIn).map_err(Box::new)?;
    order.text.clone_from(&record.space_toml);
    go_on(order, &folder, lock, store, record, None, view)
}

/// Opens the study of `record`, its file revised before where there is a `revision`, which is wider in these respects.
fn go_on(
    mut order: Order,
    folder: &Folder,
    lock: Option<Lock>,
    mut store: SqliteStore,
    mut record: StudyRecord,
    revision: Option<Vec<String>>,
    view: &mut dyn View,
) -> Result<Opened, Failure> {
    // The recorded method rules: this Kiln might choose another.
    if revision.is_none() || still_serves(record.strategy, &order.study) {
        order.study.search.strategy = record.strategy;
        order.study.search.reason.clone_from(&record.reason);
    }
    let (trials, wishes) = (Record::read(&order.study, &store)?, store.wishes()?);
    let job = job::next(&order.study, &trials, store.spent()?, &|_| false, !wishes.queue.is_empty());
    if let Job::Done(done) = job
        && wishes.stops.is_empty()
        && !is_confirmation_open(&order, &trials, &store)?
    {
        if revision.is_some() {
            return Err(Failure::Refused {
                message: format!("no trial would begin under a new revision of study `{}`: {done}", record.name),
                help: "change [budget], too, and run the same command again".to_owned(),
            });
        }
        let report = Report { end: End::Done(done), study: Some(record), trials: store.standings(None)?.trials };
        return Ok(Opened::Ended(Box::new(report)));
    }
    let Some((mut crew, ready)) = muster(&order, folder)? else { return Ok(interrupted()) };
    check_origin(&record, &ready, view)?;
    let proposer = equip(order.study, &ready, &mut crew);
    if let Some(gains) = revision {
        proposer.check(&order.file, &order.text)?;
        let Search { strategy, ref reason, .. } = proposer.study().search;
        record = StudyRecord { space_toml: order.text, strategy, reason: reason.clone(), ..record };
        record.file_revision += 1;
        store.revise_file(record.file_revision, &record.rules())?;
        view.note(&format!("revision {} of study {}:", record.file_revision, record.name));
        for gain in gains {
            view.note(&format!("  {gain}"));
        }
    }
    introduce(&proposer.study().search, view);
    let session = Session::new(folder, lock, Box::new(store), record, crew, proposer, trials)?;
    Ok(Opened::Session(Box::new(session)))
}

/// Opens a study to confirm what its search has found so far.
pub fn confirm(mut order: Order, view: &mut dyn View) -> Result<Opened, Failure> {
    let folder = Folder::new(&order.dir, &order.study.name);
    let lock = folder.lock()?;
    let store = SqliteStore::open(&folder.store())?;
    let record = store.study()?;
    let confirm = order.study.confirm.unwrap_or_default();
    order.study.confirm = Some(confirm);
    let trials = Record::read(&order.study, &store)?;
    if !trials.trials().iter().any(Standing::is_complete) {
        return Err(Failure::Refused {
            message: format!("no trial of study `{}` is complete: there is nothing to confirm", record.name),
            help: "`kiln run` trains more, as far as [budget] goes".to_owned(),
        });
    }
    if !is_confirmation_open(&order, &trials, &store)? {
        let done = End::Done("every confirmation is trained".to_owned());
        let report = Report { end: done, study: Some(record), trials: store.standings(None)?.trials };
        return Ok(Opened::Ended(Box::new(report)));
    }
    let Some((mut crew, ready)) = muster(&order, &folder)? else { return Ok(interrupted()) };
    check_origin(&record, &ready, view)?;
    let again = order.again;
    let proposer = equip(order.study, &ready, &mut crew);
    let mut session = Session::new(&folder, Some(lock), Box::new(store), record, crew, proposer, trials)?;
    session.again = again;
    session.confirm(confirm, view);
    Ok(Opened::Session(Box::new(session)))
}

/// Whether the study of `order` is to be confirmed, and something of that may be left to do. What a swap makes and cannot be
/// built is known only by looking at the data: as long as the test images have not been seen it counts as left, and then as
/// what has not begun for that reason.
fn is_confirmation_open(order: &Order, record: &Record, store: &dyn Store) -> Result<bool, Failure> {
    let Some(confirm) = order.study.confirm else { return Ok(false) };
    let looks = store.looks()?;
    let confirmation = if looks.is_empty() {
        Confirmation::of(&order.study, confirm, record.trials(), |_| Ok(Metrics::new()))
    } else {
        Confirmation::recorded(&order.study, confirm, &store.standings(None)?.trials)
    };
    let confirmations = record.confirmations();
    if !confirmation.is_over(confirmations) {
        return Ok(true);
    }
    let chosen = confirmation.representative(confirmations, &confirmation.answer(confirmations));
    let is_tested = |trial: &Standing| looks.iter().any(|look| look.trial == trial.number);
    Ok(chosen.is_some_and(|trial| !is_tested(trial) && (looks.is_empty() || order.again)))
}

/// A crew of as many workers as are wanted, the first of which is ready; nothing if the user did not wait for it.
fn muster(order: &Order, folder: &Folder) -> Result<Option<(Crew, Ready)>, Failure> {
    let wanted = order.workers.or(order.study.search.workers).unwrap_or(Workers::Count(1));
    let size = match wanted {
        Workers::Count(workers) => workers,
        Workers::Auto => device::cores(),
    };
    let mut crew = Crew::new(setup(order, folder)?, size)?;
    let Muster::Ready(ready) = crew.muster()? else { return Ok(None) };
    if wanted == Workers::Auto {
        crew.shrink(device::workers(&ready.device));
        if let Some(free) = device::free_memory(&ready.device) {
            crew.within(free);
        }
    }
    Ok(Some((crew, ready)))
}

/// A proposer for `study` that predicts what trials take where the worker is `ready`; the crew gets no larger than that
/// allows.
fn equip(study: Study, ready: &Ready, crew: &mut Crew) -> Proposer {
    let proposer = Proposer::new(study, ready.image, ready.classes).on(Machine::of(ready));
    crew.fit(proposer.largest());
    proposer
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

/// Refuses data that are not those of the study, and notes a device that is not the one it began on.
fn check_origin(record: &StudyRecord, ready: &Ready, view: &mut dyn View) -> Result<(), Failure> {
    same_data(record, ready)?;
    if record.device != ready.device {
        view.note(&format!(
            "note: this study began on {}; on {} the same trials can differ in their last digits",
            record.device, ready.device
        ));
    }
    Ok(())
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
