//! Random sequences of operations, done to a store on disk and to the reference in memory, end in the same answers,
//! the same errors and the same record after each step, whenever the store is closed and opened in between.

use kiln_search::candidate::{Candidate, Value};
use kiln_search::pareto::Goal;
use proptest::prelude::*;

use super::memory::MemoryStore;
use super::sqlite::SqliteStore;
use super::{ErrorKind, Lease, Store, StoreError, StudyRecord};
use crate::trial::{Epoch, Metrics, Origin, Outcome, Trial};

#[derive(Debug, Clone)]
enum Operation {
    Begin(Candidate, Origin, Metrics),
    Claim(u32),
    RecordEpoch(Holder, Number, Metrics, Option<String>),
    Rewind(Holder, Number),
    Warn(Holder, String),
    Fault(Holder, String),
    Pause(Holder),
    Finish(Holder, Outcome),
    Reopen,
}

/// Whose lease is shown.
#[derive(Debug, Clone)]
enum Holder {
    /// The one that was given out so many leases ago.
    Given(usize),
    /// One that was perhaps never given out.
    Forged(Lease),
}

/// Which epoch is named.
#[derive(Debug, Clone)]
enum Number {
    /// So many after the last on record.
    Next(u32),
    /// This one.
    Fixed(u32),
}

fn figure() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        any::<u64>().prop_map(f64::from_bits),
        prop::sample::select(vec![0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324, 0.1 + 0.2]),
    ]
}

fn metrics() -> impl Strategy<Value = Metrics> {
    let known = prop::sample::select(vec!["val_loss", "parameters"]).prop_map(str::to_owned);
    let name = prop_oneof![3 => known, 1 => any::<String>()];
    prop::collection::btree_map(name, figure(), 0..4)
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(|float| Value::Float(float + 0.0)),
        any::<String>().prop_map(Value::Text),
        prop::collection::vec(any::<i64>().prop_map(Value::Int), 0..3).prop_map(Value::List),
    ];
    prop::collection::vec((any::<String>(), value), 0..5).prop_map(Candidate::from_iter)
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let loss = prop::option::of(figure().prop_filter("finite", |loss| loss.is_finite()));
    prop_oneof![
        Just(Outcome::Complete),
        Just(Outcome::Pruned),
        Just(Outcome::TimedOut),
        (any::<u32>(), any::<u32>(), loss).prop_map(|(epoch, step, last_loss)| Outcome::Diverged {
            epoch,
            step,
            last_loss
        }),
        any::<String>().prop_map(|cause| Outcome::Crashed { cause }),
        any::<String>().prop_map(|cause| Outcome::OutOfMemory { cause }),
    ]
}

fn holder() -> impl Strategy<Value = Holder> {
    prop_oneof![
        6 => Just(Holder::Given(0)),
        3 => (0..4_usize).prop_map(Holder::Given),
        1 => (0..4_u32, 0..4_u32).prop_map(|(trial, attempt)| Holder::Forged(Lease { trial, attempt })),
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        6 => Just(Number::Next(1)),
        1 => Just(Number::Next(0)),
        1 => Just(Number::Next(2)),
        2 => (0..4_u32).prop_map(Number::Fixed),
        1 => any::<u32>().prop_map(Number::Fixed),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let origin = prop_oneof![Just(Origin::Enqueued), Just(Origin::Sampled)];
    let text = prop_oneof![4 => Just("no gradient".to_owned()), 1 => any::<String>()];
    prop_oneof![
        3 => (candidate(), origin, metrics()).prop_map(|(c, o, m)| Operation::Begin(c, o, m)),
        3 => (0..5_u32).prop_map(Operation::Claim),
        12 => (holder(), number(), metrics(), prop::option::of(any::<String>()))
            .prop_map(|(h, n, m, c)| Operation::RecordEpoch(h, n, m, c)),
        2 => (holder(), number()).prop_map(|(h, n)| Operation::Rewind(h, n)),
        4 => (holder(), text.clone()).prop_map(|(h, t)| Operation::Warn(h, t)),
        2 => (holder(), text).prop_map(|(h, t)| Operation::Fault(h, t)),
        2 => holder().prop_map(Operation::Pause),
        2 => (holder(), outcome()).prop_map(|(h, o)| Operation::Finish(h, o)),
        2 => Just(Operation::Reopen),
    ]
}

/// What an operation answered: a number, a lease, nothing, or an error.
#[derive(Debug, PartialEq)]
enum Answer {
    Lease(Lease),
    Count(u32),
    Done,
    Refused(ErrorKind),
}

/// The leases that were given out, and the model for what an operation needs to know.
struct Scene {
    model: MemoryStore,
    leases: Vec<Lease>,
}

impl Scene {
    fn lease(&self, holder: &Holder) -> Lease {
        match holder {
            Holder::Given(ago) if *ago < self.leases.len() => self.leases[self.leases.len() - 1 - ago].clone(),
            Holder::Given(_) => Lease { trial: 0, attempt: 1 },
            Holder::Forged(lease) => lease.clone(),
        }
    }

    fn epoch(&self, lease: &Lease, number: &Number) -> u32 {
        let trial = self.model.trial(lease.trial).expect("memory does not fail");
        let last = trial.map_or(0, |trial| trial.epochs.len() as u32);
        match *number {
            Number::Next(more) => last + more,
            Number::Fixed(epoch) => epoch,
        }
    }

    fn perform(&self, operation: &Operation, store: &mut dyn Store) -> Answer {
        let done = |()| Answer::Done;
        let answer = match operation {
            Operation::Begin(candidate, origin, statics) => store.begin(candidate, *origin, statics).map(Answer::Lease),
            Operation::Claim(trial) => store.claim(*trial).map(Answer::Lease),
            Operation::RecordEpoch(holder, number, metrics, checkpoint) => {
                let lease = self.lease(holder);
                let epoch = Epoch { epoch: self.epoch(&lease, number), metrics: metrics.clone() };
                store.record_epoch(&lease, &epoch, checkpoint.as_deref()).map(done)
            }
            Operation::Rewind(holder, number) => {
                let lease = self.lease(holder);
                store.rewind(&lease, self.epoch(&lease, number)).map(done)
            }
            Operation::Warn(holder, text) => store.warn(&self.lease(holder), text).map(done),
            Operation::Fault(holder, cause) => store.fault(&self.lease(holder), cause).map(Answer::Count),
            Operation::Pause(holder) => store.pause(&self.lease(holder)).map(done),
            Operation::Finish(holder, outcome) => store.finish(&self.lease(holder), outcome).map(done),
            Operation::Reopen => Ok(Answer::Done),
        };
        answer.unwrap_or_else(|error: StoreError| Answer::Refused(error.kind().clone()))
    }
}

/// A record for comparing: every figure by its shortest exact text, so that NaN equals itself and -0.0 not 0.0; no
/// times.
fn timeless(mut trials: Vec<Trial>) -> String {
    for trial in &mut trials {
        assert_eq!(trial.ended_at.is_some(), trial.is_over(), "{trial:?}");
        assert!(trial.ended_at.is_none_or(|ended| ended >= trial.began_at), "{trial:?}");
        (trial.began_at, trial.ended_at) = (0, None);
    }
    format!("{trials:#?}")
}

pub(super) fn study() -> StudyRecord {
    StudyRecord {
        name: "small-net".to_owned(),
        seed: u64::MAX,
        space_toml: "[study]\nname = \"small-net\" # ★\n".to_owned(),
        objectives: vec![("val_accuracy".to_owned(), Goal::Maximize), ("parameters".to_owned(), Goal::Minimize)],
        created_at: 1_700_000_000_123,
        kiln_version: "0.1.0".to_owned(),
        data_digest: "ab".repeat(32),
        device: "cpu".to_owned(),
        strategy: kiln_search::sampler::strategy::Strategy::CmaEs,
        reason: Some("it is smooth".to_owned()),
    }
}

/// Runs `operations` on the store that `open` opens and on the model.
fn agree(operations: &[Operation], open: impl Fn() -> Box<dyn Store>) {
    let mut scene = Scene { model: MemoryStore::new(study()), leases: Vec::new() };
    let mut store = open();
    assert_eq!(store.study().expect("readable"), study());
    for operation in operations {
        if matches!(operation, Operation::Reopen) {
            drop(store);
            store = open();
            assert_eq!(store.study().expect("readable"), study());
        }
        let mut model = scene.model.clone();
        let expected = scene.perform(operation, &mut model);
        assert_eq!(scene.perform(operation, store.as_mut()), expected, "{operation:?}");
        scene.model = model;
        if let Answer::Lease(lease) = expected {
            scene.leases.push(lease);
        }
        let record = store.snapshot().expect("readable");
        let newest = scene.leases.last().map_or(0, |lease| lease.trial);
        let one = store.trial(newest).expect("readable");
        assert_eq!(
            timeless(one.into_iter().collect()),
            timeless(record.get(newest as usize).cloned().into_iter().collect())
        );
        assert_eq!(timeless(record), timeless(scene.model.snapshot().expect("readable")), "after {operation:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_is_what_memory_is(operations in prop::collection::vec(operation(), 1..50)) {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().join("study.db");
        drop(SqliteStore::create(&path, &study()).expect("created"));
        agree(&operations, || Box::new(SqliteStore::open(&path).expect("opened")));
    }
}
