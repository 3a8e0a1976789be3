//! How fast trials are recorded: `cargo bench -p kiln-trials --bench record [FOLDER]`.
//!
//! A trial here is begun, given five epochs with six figures each, and finished; all of it durable when the next one
//! begins. One process first, then eight on one file. The time of a bare fsync on the same disk stands beside it, and
//! reading the whole record at the end.

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
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Beginning, ErrorKind, Holder, Store, StudyRecord};
use kiln_trials::trial::{Epoch, Metrics, Origin, Outcome};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TRIALS: u32 = 1000;
const PROCESSES: u32 = 8;
const EPOCHS: u32 = 5;
const FIGURES: [&str; 6] = ["train_loss", "train_accuracy", "val_loss", "val_accuracy", "seconds", "images_per_second"];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let done = match &arguments[..] {
        [store, trials, name] => {
            trials.parse().map_err(Into::into).and_then(|trials| work(store.as_ref(), trials, name))
        }
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
    println!("one fsync of a file that grows: {:.3} ms", fsync(&folder.join("fsync"))?.as_secs_f64() * 1e3);
    for processes in [1, PROCESSES] {
        let path = folder.join("study.db");
        drop(SqliteStore::create(&path, &study())?);
        let began = Instant::now();
        let share = (TRIALS / processes).to_string();
        let children: Vec<_> = (0..processes)
            .map(|child| Command::new(env::current_exe()?).arg(&path).arg(&share).arg(child.to_string()).spawn())
            .collect::<std::io::Result<_>>()?;
        for mut child in children {
            if !child.wait()?.success() {
                return Err("a process failed".into());
            }
        }
        let rate = f64::from(TRIALS) / began.elapsed().as_secs_f64();
        println!("{processes} process(es): {rate:.0} trials/s, each with {EPOCHS} epochs");
        let began = Instant::now();
        let trials = SqliteStore::open(&path)?.snapshot()?;
        assert_eq!(trials.len(), TRIALS as usize, "every trial is on record");
        println!("  all read again in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
        remove(&path)?;
    }
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Records so many trials as `name`.
fn work(path: &Path, trials: u32, name: &str) -> Result<()> {
    let mut store = SqliteStore::open(path)?;
    let holder = Holder { name: name.to_owned(), term: Duration::from_mins(1) };
    let candidate: Candidate = (0..10).map(|axis| (format!("axis{axis}"), Value::Float(f64::from(axis)))).collect();
    let statics = Metrics::from([("parameters".to_owned(), 1e4), ("macs".to_owned(), 1e6)]);
    let metrics: Metrics = FIGURES.into_iter().map(|figure| (figure.to_owned(), 0.5)).collect();
    let mut number = 0;
    for _ in 0..trials {
        let lease = loop {
            let origin = Origin::Sampled;
            let beginning =
                Beginning { number, candidate: &candidate, origin, statics: &statics, seen: 0, entry: None };
            match store.begin(&holder, &beginning) {
                Err(error) if matches!(error.kind(), ErrorKind::Taken { .. }) => number += 1,
                begun => break begun?,
            }
        };
        for epoch in 1..=EPOCHS {
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
    }
}
