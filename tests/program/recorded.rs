//! Studies whose record a test writes, for what no run comes to in the time of a test, or only by accidents.

use std::fs;
use std::time::Duration;

use ::kiln::runner::proposal::Proposer;
use ::kiln::study;
use ::kiln::vocabulary::BuiltIn;
use kiln_search::rng::{Purpose, Stream};
use kiln_trials::store::sqlite::SqliteStore;
use kiln_trials::store::{Beginning, Holder, Store, StudyRecord, now};
use kiln_trials::trial::{Epoch, Measured, Origin, Outcome};

use crate::kiln::Place;

/// What becomes of a trial.
pub enum Fate {
    Running,
    Paused,
    Over(Outcome),
}

/// A trial: its validation accuracy after each epoch, and what becomes of it then.
pub type Course = (Vec<f64>, Fate);

/// Records the study of the file `space`, called `name` there, with a trial for each of `courses`.
pub fn record(place: &Place, name: &str, space: &str, courses: impl IntoIterator<Item = Course>) {
    let study = study::read("space.toml", space, &BuiltIn).expect("a sound file");
    let of_study = StudyRecord {
        name: name.to_owned(),
        seed: study.seed,
        space_toml: space.to_owned(),
        objectives: study.objectives.iter().map(|aim| (aim.metric.clone(), aim.goal)).collect(),
        created_at: now(),
        kiln_version: env!("CARGO_PKG_VERSION").to_owned(),
        data_digest: "0".repeat(64),
        device: "cpu".to_owned(),
        strategy: study.search.strategy,
        reason: study.search.reason.clone(),
        file_revision: 1,
    };
    let folder = place.path("studies").join(name);
    fs::create_dir_all(&folder).expect("the temporary directory is writable");
    let mut store = SqliteStore::create(&folder.join("study.db"), &of_study).expect("there is no store yet");
    let proposer = Proposer::load(study).expect("the data are part of the program");
    for (number, course) in (0..).zip(courses) {
        train(&mut store, &proposer, number, course);
    }
}

fn train(store: &mut SqliteStore, proposer: &Proposer, number: u32, (curve, fate): Course) {
    let study = proposer.study();
    let candidate = study.space.draw(&mut Stream::new(study.seed, u64::from(number), Purpose::Candidate).rng());
    let statics = proposer.statics(&candidate).expect("there is no limit");
    let beginning = Beginning {
        number,
        candidate: &candidate,
        origin: Origin::Sampled,
        statics: &statics,
        seen: 0,
        entry: None,
        file_revision: 1,
    };
    let holder = Holder { name: "worker".to_owned(), term: Duration::from_hours(1) };
    let lease = store.begin(&holder, &beginning).expect("nobody else takes the number");
    for (epoch, accuracy) in (1..).zip(curve) {
        let loss = -accuracy.ln();
        let figures = [
            ("images_per_second", 4000.0),
            ("seconds", 0.25),
            ("train_accuracy", accuracy + 0.02),
            ("train_loss", 0.9 * loss),
            ("val_accuracy", accuracy),
            ("val_loss", loss),
        ];
        let metrics = Measured::from(figures);
        store.record_epoch(&lease, &Epoch { epoch, metrics }, None).expect("the lease holds");
    }
    match fate {
        Fate::Running => {}
        Fate::Paused => store.pause(&lease).expect("the lease holds"),
        Fate::Over(outcome) => store.finish(&lease, &outcome).expect("the lease holds"),
    }
}
