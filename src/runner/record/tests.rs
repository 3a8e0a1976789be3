use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy;
use kiln_trials::store::clock::Clock;
use kiln_trials::store::memory::MemoryStore;
use kiln_trials::store::{Beginning, Holder, StudyRecord};
use kiln_trials::trial::{Measured, Metrics, Origin, Outcome};

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

fn study(fidelity: &str) -> Study {
    let text = format!(
        "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[fidelity]\nepochs = 4\n{fidelity}\n[budget]\n\
         trials = 99\n[[objective]]\nmetric = \"val_loss\"\ngoal = \"minimize\"\n[[objective]]\n\
         metric = \"parameters\"\ngoal = \"minimize\"\n[space]\nchannels = {{ ordinal = [8, 16] }}\n"
    );
    study::read("s", &text, &BuiltIn).expect("the file is sound")
}

fn store() -> MemoryStore {
    let text = String::new;
    let study = StudyRecord {
        name: text(),
        seed: 1,
        space_toml: text(),
        objectives: vec![("val_loss".to_owned(), Goal::Minimize), ("parameters".to_owned(), Goal::Minimize)],
        created_at: 0,
        kiln_version: text(),
        data_digest: text(),
        device: text(),
        strategy: Strategy::Random,
        reason: None,
        file_revision: 1,
    };
    MemoryStore::new(study, Clock::machine())
}

fn begin(store: &mut MemoryStore, number: TrialNumber) -> Lease {
    let holder = Holder { name: "me".to_owned(), term: std::time::Duration::from_hours(1) };
    let statics = Metrics::from([("parameters".to_owned(), 100.0)]);
    let (candidate, origin) = (&Candidate::new(), Origin::Sampled);
    let beginning = Beginning { number, candidate, origin, statics: &statics, seen: 0, entry: None, file_revision: 1 };
    store.begin(&holder, &beginning).expect("begun")
}

fn epoch(epoch: u32, loss: f64) -> Epoch {
    Epoch { epoch, metrics: Measured::from([("val_loss".to_owned(), loss), ("seconds".to_owned(), 1.0)]) }
}

/// A record that follows is the same as one that is read anew.
fn same(record: &Record, study: &Study, store: &MemoryStore) {
    let new = Record::read(study, store).expect("memory does not fail");
    assert_eq!(record.trials(), new.trials());
    assert_eq!(record.curves(), new.curves());
    assert_eq!(record.revision(), new.revision());
}

#[test]
fn what_follows_the_record_knows_what_one_that_reads_it_knows() {
    for fidelity in ["", "rungs = [1, 2]"] {
        let (study, mut store) = (study(fidelity), store());
        let mut record = Record::new(&study);
        let ours = begin(&mut store, 0);
        record.refresh(&store).expect("memory does not fail");
        let theirs = begin(&mut store, 1);
        for number in 1..4 {
            // The first time, and the last, another run has been at work in between.
            let (epoch, checkpoint) = (epoch(number, 1.0 / f64::from(number)), Some("checkpoint"));
            if number == 3 {
                store.record_epoch(&theirs, &self::epoch(1, 0.5), None).expect("recorded");
            }
            let revision = store.record_epoch(&ours, &epoch, checkpoint).expect("recorded");
            record.follow(&store, &ours, (&epoch, checkpoint), revision).expect("memory does not fail");
            same(&record, &study, &store);
            assert_eq!(record.trained().get(&0), store.trial(0).expect("memory does not fail").as_ref());
        }
        store.finish(&ours, &Outcome::Complete).expect("finished");
        record.refresh(&store).expect("memory does not fail");
        same(&record, &study, &store);
        assert!(record.trained().contains_key(&0), "it has just ended");
        record.refresh(&store).expect("memory does not fail");
        assert_eq!(record.trained().keys().copied().collect::<Vec<_>>(), [1]);
    }
}

#[test]
fn looking_again_tells_of_leases_and_not_of_what_has_happened_since() {
    let (study, mut store) = (study("rungs = [1, 2]"), store());
    let mut record = Record::new(&study);
    let theirs = begin(&mut store, 0);
    record.refresh(&store).expect("memory does not fail");
    store.release("me").expect("released");
    record.look_again(&store, |_| true).expect("memory does not fail");
    assert_eq!(record.trials()[0].holder, None);
    store.record_epoch(&theirs, &epoch(1, 0.5), None).expect("recorded");
    record.look_again(&store, |_| true).expect("memory does not fail");
    assert_eq!((record.trials()[0].epochs, record.revision()), (0, 1), "a sampler that knows it would not say so");
    record.refresh(&store).expect("memory does not fail");
    same(&record, &study, &store);
}

#[test]
fn a_curve_has_every_objective_at_every_epoch() {
    let mut record = Record::new(&study("rungs = [1, 2]"));
    let statics = Metrics::from([("parameters".to_owned(), 100.0)]);
    let trial = Trial::new(0, Candidate::new(), Origin::Sampled, statics, 0);
    record.take(Trial { epochs: vec![epoch(1, 0.5), epoch(2, 0.25)], ..trial.clone() });
    let state = State::Ended(Outcome::TimedOut { cause: None });
    record.take(Trial { number: 1, state, epochs: vec![Epoch { epoch: 1, metrics: Measured::new() }], ..trial });
    let [running, over] = record.curves() else { panic!("a curve for each trial") };
    assert_eq!(*running, Curve { points: vec![vec![0.5, 100.0], vec![0.25, 100.0]], standing: Place::Running });
    assert!(over.points[0][0].is_nan() && over.standing == Place::Over);
}

#[test]
fn confirmations_are_beside_the_search() {
    let study = study("rungs = [1, 2]");
    let mut record = Record::new(&study);
    let begun = |number, origin| Trial::new(number, Candidate::new(), origin, Metrics::new(), 0);
    let confirmation = Origin::Confirmation { seed: 0 };
    for (number, origin) in [(0, Origin::Sampled), (1, confirmation), (2, confirmation), (3, Origin::Enqueued)] {
        record.take(begun(number, origin));
    }
    record.take(Trial { state: State::Paused, ..begun(1, confirmation) });
    record.take(Trial { state: State::Paused, epochs: vec![epoch(1, 0.5)], ..begun(3, Origin::Enqueued) });
    let numbers = |trials: &[Standing]| trials.iter().map(|trial| trial.number).collect::<Vec<_>>();
    assert_eq!((numbers(record.trials()), numbers(record.confirmations())), (vec![0, 3], vec![1, 2]));
    assert_eq!((record.place(3), record.place(1), record.next_number()), (Some(1), None, 4));
    assert_eq!(record.standing(1).map(|trial| &trial.state), Some(&State::Paused));
    let curves: Vec<_> = record.curves().iter().map(|curve| curve.points.len()).collect();
    assert_eq!(curves, [0, 1], "a scheduler knows of the search alone");
}
