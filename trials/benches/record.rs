//! How fast trials are recorded: `cargo bench -p kiln-trials --bench record [FOLDER]`.
//!
//! A trial here is begun, given five epochs with six figures each, and finished; all of it durable when the next one
//! begins. One process first, then eight on one file. The time of a bare fsync on the same disk stands beside it: a trial
//! cannot have waited for more of them than fit into its time. Then a study of 100,000 trials of ten epochs is opened and
//! ranked by a process of its own, and read whole by another.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, exit};
use std::time::{Duration, Instant};
use std::{env, fs};

use kiln_search::candidate::{Candidate, Value};
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;
use kiln_trials::rank;
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Beginning, ErrorKind, Holder, Store, StudyRecord};
use kiln_trials::trial::{Epoch, Measured, Metrics, Origin, Outcome};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TRIALS: u32 = 1000;
const PROCESSES: u32 = 8;
const EPOCHS: u32 = 5;
/// The large study: so many trials, each of so many epochs.
const MANY: u32 = 100_000;
const LONG: u32 = 10;
const MIB: f64 = 1024.0 * 1024.0;
const FIGURES: [&str; 6] = ["train_loss", "train_accuracy", "val_loss", "val_accuracy", "seconds", "images_per_second"];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let done = match &arguments[..] {
        [job, store] if job == "rank" => rank(store.as_ref()),
        [job, store] if job == "read" => read(store.as_ref()),
        [store, trials, epochs, name] => work(store.as_ref(), trials, epochs, name),
        [folder] => compare(folder.as_ref()),
        _ => compare(&env::temp_dir()),
    };
    if let Err(error) = done {
        eprintln!("{error}");
        exit(1);
    }
}

fn compare(folder: &Path) -> Result<()> {
    let folder = folder.join("kiln-record-bench");
    fs::create_dir_all(&folder)?;
    let fsync = fsync(&folder.join("fsync"))?.as_secs_f64();
    println!("one fsync of a file that grows: {:.3} ms", fsync * 1e3);
    let path = folder.join("study.db");
    for processes in [1, PROCESSES] {
        let seconds = record(&path, TRIALS, EPOCHS, processes)?.as_secs_f64();
        println!("{processes} process(es): {:.0} trials/s, each with {EPOCHS} epochs", f64::from(TRIALS) / seconds);
        if processes == 1 {
            let a_trial = seconds / f64::from(TRIALS);
            println!("  {:.2} ms a trial, the time of {:.1} fsyncs", a_trial * 1e3, a_trial / fsync);
        }
        assert_eq!(SqliteStore::open(&path)?.snapshot()?.len(), TRIALS as usize, "every trial is on record");
        remove(&path)?;
    }
    record(&path, TRIALS, LONG, 1)?;
    grow(&path)?;
    println!("{MANY} trials of {LONG} epochs, {:.0} MiB on the disk:", fs::metadata(&path)?.len() as f64 / MIB);
    for job in ["rank", "read"] {
        if !Command::new(env::current_exe()?).arg(job).arg(&path).status()?.success() {
            return Err("a process failed".into());
        }
    }
    remove(&path)?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Has a new study recorded by so many processes, and says how long they took.
fn record(path: &Path, trials: u32, epochs: u32, processes: u32) -> Result<Duration> {
    drop(SqliteStore::create(path, &study())?);
    let began = Instant::now();
    let (share, epochs) = ((trials / processes).to_string(), epochs.to_string());
    let child =
        |name: u32| Command::new(env::current_exe()?).arg(path).args([&share, &epochs, &name.to_string()]).spawn();
    let children: Vec<_> = (0..processes).map(child).collect::<std::io::Result<_>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a process failed".into());
        }
    }
    Ok(began.elapsed())
}

/// Makes a large study of a small one: trials again and again, with figures of their own.
fn grow(path: &Path) -> Result<()> {
    let connection = rusqlite::Connection::open(path)?;
    let more = format!(
        "WITH RECURSIVE more(by) AS (SELECT {TRIALS} UNION ALL SELECT by + {TRIALS} FROM more WHERE by < {MANY} - {TRIALS})"
    );
    let columns = "candidate, origin, attempt, phase, outcome, began_at, ended_at, holder, era, lease_ends, seen";
    connection.execute_batch(&format!(
        "PRAGMA synchronous = OFF;
         BEGIN;
         INSERT INTO trial (number, {columns}) {more} SELECT number + by, {columns} FROM more, trial ORDER BY 1;
         INSERT INTO epoch {more} SELECT trial + by, epoch, checkpoint FROM more, epoch ORDER BY 1, 2;
         INSERT INTO figure {more} SELECT trial + by, epoch, name, value FROM more, figure ORDER BY 1, 2, 3;
         UPDATE figure SET value = abs(random()) / 9.3e18 WHERE epoch > 0;
         UPDATE trial SET revision = number + 1;
         UPDATE study SET revision = {MANY};
         COMMIT;
         PRAGMA wal_checkpoint(TRUNCATE);"
    ))?;
    Ok(())
}

/// Opens the store and ranks its trials.
fn rank(path: &Path) -> Result<()> {
    let began = Instant::now();
    let store = SqliteStore::open_read_only(path)?;
    let study = store.study()?;
    let trials = store.standings(Some(&study.metrics()))?.trials;
    let rows = rank::rank(&trials, &study.objectives);
    assert_eq!((rows.len(), rows[0].front), (MANY as usize, Some(0)), "all of them, and one is the best");
    tell("opened and ranked", began);
    Ok(())
}

/// Opens the store and reads it whole.
fn read(path: &Path) -> Result<()> {
    let began = Instant::now();
    let trials = SqliteStore::open_read_only(path)?.snapshot()?;
    assert_eq!(trials.len(), MANY as usize, "every trial is on record");
    tell("read whole", began);
    Ok(())
}

/// Says how long it took, and how much memory this process has had at most. Its processor time is what counts on a
/// machine that has other work.
fn tell(what: &str, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("unknown", str::trim);
    let ticks: f64 = fs::read_to_string("/proc/self/stat").map_or(f64::NAN, |stat| {
        // Of this process in user and system mode, after its name, which is in parentheses; hundredths of a second.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum()
    });
    let busy = ticks / 100.0;
    println!("  {what} in {seconds:.2} s, {busy:.2} s of processor time, with {peak} of memory at most");
}

/// Records so many trials as `name`.
fn work(path: &Path, trials: &str, epochs: &str, name: &str) -> Result<()> {
    let (trials, epochs): (u32, u32) = (trials.parse()?, epochs.parse()?);
    let mut store = SqliteStore::open(path)?;
    let holder = Holder { name: name.to_owned(), term: Duration::from_mins(1) };
    let candidate: Candidate = (0..10).map(|axis| (format!("axis{axis}"), Value::Float(f64::from(axis)))).collect();
    let statics = Metrics::from([("parameters".to_owned(), 1e4), ("macs".to_owned(), 1e6)]);
    let metrics: Measured = FIGURES.into_iter().map(|figure| (figure, 0.5)).collect();
    let mut number = 0;
    for _ in 0..trials {
        let lease = loop {
            let origin = Origin::Sampled;
            let beginning = Beginning {
                number,
                candidate: &candidate,
                origin,
                statics: &statics,
                seen: 0,
                entry: None,
                file_revision: 1,
            };
            match store.begin(&holder, &beginning) {
                Err(error) if matches!(error.kind(), ErrorKind::Taken { .. }) => number += 1,
                begun => break begun?,
            }
        };
        for epoch in 1..=epochs {
            store.record_epoch(&lease, &Epoch { epoch, metrics: metrics.clone() }, Some("checkpoint"))?;
        }
        store.finish(&lease, &Outcome::Complete)?;
    }
    Ok(())
}

fn fsync(path: &Path) -> Result<Duration> {
    const TIMES: u32 = 100;
    let mut file = File::create(path)?;
    let began = Instant::now();
    for _ in 0..TIMES {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
    }
    Ok(began.elapsed() / TIMES)
}

fn remove(path: &Path) -> Result<()> {
    for extension in ["db", "db-wal", "db-shm"] {
        match fs::remove_file(path.with_extension(extension)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn study() -> StudyRecord {
    StudyRecord {
        name: "bench".to_owned(),
        seed: 1,
        space_toml: String::new(),
        objectives: vec![("val_accuracy".to_owned(), Goal::Maximize)],
        created_at: 0,
        kiln_version: String::new(),
        data_digest: String::new(),
        device: String::new(),
        strategy: Strategy::Random,
        reason: None,
        file_revision: 1,
    }
}
