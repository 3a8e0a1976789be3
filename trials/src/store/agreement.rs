//! Random sequences of operations, done to a store on disk and to the reference in memory, end in the same answers,
//! the same errors and the same record after each step, whenever the store is closed and opened in between and however
//! time goes by.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::pareto::Goal;
use kiln_search::sampler::strategy::Strategy as Method;
use proptest::prelude::*;

use super::clock::{Clock, Moment};
use super::memory::MemoryStore;
use super::sqlite::SqliteStore;
use super::{Beginning, ErrorKind, FileRevision, Holder, Lease, Look, Rules, Store, StoreError, StudyRecord};
use crate::trial::{Confusion, Epoch, Measured, Metrics, Origin, Outcome, Trial};

#[derive(Debug, Clone)]
enum Operation {
    Begin(Holder, Number, Candidate, Origin, Metrics, Option<u32>, Number),
    ReviseFile(Number, Rules),
    Claim(Holder, u32),
    Extend(Shown, u64),
    Release(Holder),
    /// So many milliseconds go by; `None`: the machine starts anew.
    Pass(Option<u64>),
    RecordEpoch(Shown, Number, Measured, Option<String>),
    RecordConfusion(Shown, Number, u32),
    Rewind(Shown, Number),
    Warn(Shown, String),
    Fault(Shown, String),
    Pause(Shown),
    Finish(Shown, Outcome),
    Halt(bool),
    Stop(u32),
    Enqueue(Candidate, bool),
    DropEntry(u32),
    NoteSpent(u64),
    NoteLook(Look),
    Reopen,
}

/// Whose lease is shown.
#[derive(Debug, Clone)]
enum Shown {
    /// The one that was given out so many leases ago.
    Given(usize),
    /// One that was perhaps never given out.
    Forged(Lease),
}

/// Which epoch or trial is named.
#[derive(Debug, Clone)]
enum Number {
    /// So many after the last on record.
    Next(u32),
    /// This one.
    Fixed(u32),
}

impl Number {
    /// The number after `last`, or so many `before` that.
    fn after(&self, last: u32, before: u32) -> u32 {
        match *self {
            Self::Next(more) => (last + more).saturating_sub(before),
            Self::Fixed(number) => number,
        }
    }
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
        Just(Outcome::Stopped),
        prop::option::of(any::<String>()).prop_map(|cause| Outcome::TimedOut { cause }),
        (any::<u32>(), any::<u32>(), loss).prop_map(|(epoch, step, last_loss)| Outcome::Diverged {
            epoch,
            step,
            last_loss
        }),
        any::<String>().prop_map(|cause| Outcome::Crashed { cause }),
        any::<String>().prop_map(|cause| Outcome::OutOfMemory { cause }),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    let method = prop::sample::select(Method::ALL.to_vec());
    (any::<String>(), method, prop::option::of(any::<String>())).prop_map(|(space_toml, strategy, reason)| Rules {
        space_toml,
        strategy,
        reason,
    })
}

/// One of three, with a term of up to 20 milliseconds.
fn holder() -> impl Strategy<Value = Holder> {
    let name = prop::sample::select(vec!["a", "b", "c"]);
    (name, 0..20_u64).prop_map(|(name, term)| Holder { name: name.to_owned(), term: Duration::from_millis(term) })
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        6 => Just(Shown::Given(0)),
        3 => (0..4_usize).prop_map(Shown::Given),
        1 => (0..4_u32, 0..4_u32).prop_map(|(trial, attempt)| Shown::Forged(Lease { trial, attempt })),
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
    let origin = prop_oneof![
        Just(Origin::Enqueued),
        Just(Origin::Sampled),
        (1..4_u32).prop_map(|seed| Origin::Confirmation { seed })
    ];
    let text = prop_oneof![4 => Just("no gradient".to_owned()), 1 => any::<String>()];
    prop_oneof![
        4 => (holder(), number(), candidate(), origin, metrics(), prop::option::of(0..4_u32), number())
            .prop_map(|(h, n, c, o, m, e, f)| Operation::Begin(h, n, c, o, m, e, f)),
        2 => (number(), rules()).prop_map(|(n, r)| Operation::ReviseFile(n, r)),
        1 => any::<bool>().prop_map(Operation::Halt),
        2 => (0..5_u32).prop_map(Operation::Stop),
        2 => (candidate(), any::<bool>()).prop_map(|(c, a)| Operation::Enqueue(c, a)),
        1 => (0..4_u32).prop_map(Operation::DropEntry),
        5 => (holder(), 0..5_u32).prop_map(|(h, t)| Operation::Claim(h, t)),
        2 => (shown(), 0..20_u64).prop_map(|(s, t)| Operation::Extend(s, t)),
        1 => holder().prop_map(Operation::Release),
        4 => prop_oneof![6 => (0..12_u64).prop_map(Some), 1 => Just(None)].prop_map(Operation::Pass),
        12 => (shown(), number(), metrics(), prop::option::of(any::<String>()))
            .prop_map(|(h, n, m, c)| Operation::RecordEpoch(h, n, m.into_iter().collect(), c)),
        4 => (shown(), 0..3_u32, any::<u32>())
            .prop_map(|(h, n, c)| Operation::RecordConfusion(h, Number::Next(n), c)),
        2 => (shown(), number()).prop_map(|(h, n)| Operation::Rewind(h, n)),
        4 => (shown(), text.clone()).prop_map(|(h, t)| Operation::Warn(h, t)),
        2 => (shown(), text).prop_map(|(h, t)| Operation::Fault(h, t)),
        2 => shown().prop_map(Operation::Pause),
        2 => (shown(), outcome()).prop_map(|(h, o)| Operation::Finish(h, o)),
        1 => (0..1000_u64).prop_map(Operation::NoteSpent),
        2 => (0..4_u32, any::<u32>(), any::<u32>(), figure(), 0..9_u64).prop_map(
            |(trial, correct, images, loss, looked_at)| {
                Operation::NoteLook(Look { trial, correct, images, loss, looked_at })
            }
        ),
        2 => Just(Operation::Reopen),
    ]
}

/// What an operation answered: a number, a lease, nothing, or an error.
#[derive(Debug, PartialEq)]
enum Answer {
    Lease(Lease),
    Count(u32),
    Revision(u64),
    Done,
    Refused(ErrorKind),
}

/// A clock that goes by when it is told to.
#[derive(Debug, Clone, Default)]
struct Hand {
    era: Arc<AtomicU64>,
    millis: Arc<AtomicU64>,
}

impl Hand {
    fn clock(&self) -> Clock {
        let Self { era, millis } = self.clone();
        Clock::new(move || Moment {
            era: era.load(Ordering::Relaxed).to_string().into(),
            millis: millis.load(Ordering::Relaxed),
        })
    }

    fn pass(&self, millis: Option<u64>) {
        if let Some(millis) = millis {
            self.millis.fetch_add(millis, Ordering::Relaxed);
        } else {
            self.era.fetch_add(1, Ordering::Relaxed);
            self.millis.store(0, Ordering::Relaxed);
        }
    }
}

/// The leases that were given out, and the model for what an operation needs to know.
struct Scene {
    model: MemoryStore,
    leases: Vec<Lease>,
}

impl Scene {
    fn lease(&self, shown: &Shown) -> Lease {
        match shown {
            Shown::Given(ago) if *ago < self.leases.len() => self.leases[self.leases.len() - 1 - ago].clone(),
            Shown::Given(_) => Lease { trial: 0, attempt: 1 },
            Shown::Forged(lease) => lease.clone(),
        }
    }

    fn epoch(&self, lease: &Lease, number: &Number) -> u32 {
        let trial = self.model.trial(lease.trial).expect("memory does not fail");
        number.after(trial.map_or(0, |trial| trial.epochs.len() as u32), 0)
    }

    fn perform(&self, operation: &Operation, store: &mut dyn Store) -> Answer {
        let done = |()| Answer::Done;
        let answer = match operation {
            Operation::Begin(holder, number, candidate, origin, statics, entry, file) => {
                let begun = self.model.snapshot().expect("memory does not fail").len() as u32;
                // `Next(1)`, the most frequent, is the one that is free, and that of the file as it is.
                let number = number.after(begun, 1);
                let file_revision = file.after(self.model.study().expect("memory does not fail").file_revision, 1);
                let seen = u64::from(number) * 3;
                let beginning =
                    Beginning { number, candidate, origin: *origin, statics, seen, entry: *entry, file_revision };
                store.begin(holder, &beginning).map(Answer::Lease)
            }
            Operation::ReviseFile(number, rules) => {
                let current = self.model.study().expect("memory does not fail").file_revision;
                store.revise_file(number.after(current, 0), rules).map(done)
            }
            Operation::Claim(holder, trial) => store.claim(holder, *trial).map(Answer::Lease),
            Operation::Extend(shown, term) => store.extend(&self.lease(shown), Duration::from_millis(*term)).map(done),
            Operation::Release(holder) => store.release(&holder.name).map(done),
            Operation::RecordEpoch(shown, number, metrics, checkpoint) => {
                let lease = self.lease(shown);
                let epoch = Epoch { epoch: self.epoch(&lease, number), metrics: metrics.clone() };
                store.record_epoch(&lease, &epoch, checkpoint.as_deref()).map(Answer::Revision)
            }
            Operation::RecordConfusion(shown, number, count) => {
                let lease = self.lease(shown);
                let epoch = self.epoch(&lease, number).max(1);
                let confusion = Confusion { epoch, counts: vec![vec![*count, 0], vec![1, 2]] };
                store.record_confusion(&lease, &confusion).map(done)
            }
            Operation::Rewind(shown, number) => {
                let lease = self.lease(shown);
                store.rewind(&lease, self.epoch(&lease, number)).map(done)
            }
            Operation::Warn(shown, text) => store.warn(&self.lease(shown), text).map(done),
            Operation::Fault(shown, cause) => store.fault(&self.lease(shown), cause).map(Answer::Count),
            Operation::Pause(shown) => store.pause(&self.lease(shown)).map(done),
            Operation::Finish(shown, outcome) => store.finish(&self.lease(shown), outcome).map(done),
            Operation::Halt(paused) => store.halt(*paused).map(done),
            Operation::Stop(trial) => store.stop(*trial).map(done),
            Operation::Enqueue(candidate, again) => store.enqueue(candidate, *again).map(Answer::Count),
            Operation::DropEntry(entry) => store.drop_entry(*entry).map(done),
            Operation::NoteSpent(millis) => store.note_spent(Duration::from_millis(*millis)).map(done),
            Operation::NoteLook(look) => store.note_look(look).map(done),
            Operation::Reopen | Operation::Pass(_) => Ok(Answer::Done),
        };
        answer.unwrap_or_else(|error: StoreError| Answer::Refused(error.kind().clone()))
    }
}

/// A record for comparing: every figure by its shortest exact text, so that NaN equals itself and -0.0 not 0.0; no
/// times of the calendar.
fn timeless(mut trials: Vec<Trial>) -> String {
    for trial in &mut trials {
        assert_eq!(trial.ended_at.is_some(), trial.is_over(), "{trial:?}");
        assert!(trial.ended_at.is_none_or(|ended| ended >= trial.began_at), "{trial:?}");
        (trial.began_at, trial.ended_at) = (0, None);
    }
    format!("{trials:#?}")
}

/// The revisions of the file, without times.
fn files(store: &dyn Store) -> Vec<FileRevision> {
    let revisions = store.file_revisions().expect("readable");
    revisions.into_iter().map(|revision| FileRevision { began_at: 0, ..revision }).collect()
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
        strategy: Method::CmaEs,
        reason: Some("it is smooth".to_owned()),
        file_revision: 1,
    }
}

/// Brings what is known of a record up to date: its revision, and its trials.
fn follow(known: &mut (u64, Vec<Trial>), store: &dyn Store) {
    let changes = store.changes(known.0).expect("readable");
    known.0 = changes.revision;
    for trial in changes.trials {
        match known.1.get_mut(trial.number as usize) {
            Some(old) => *old = trial,
            None => known.1.push(trial),
        }
    }
}

/// Runs `operations` on the store that `open` opens with a clock, and on the model.
fn agree(operations: &[Operation], open: impl Fn(Clock) -> Box<dyn Store>) {
    let hand = Hand::default();
    let open = || open(hand.clock());
    let mut scene = Scene { model: MemoryStore::new(study(), hand.clock()), leases: Vec::new() };
    let mut known = (0, Vec::new());
    let mut store = open();
    assert_eq!(store.study().expect("readable"), study());
    for operation in operations {
        if matches!(operation, Operation::Reopen) {
            drop(store);
            store = open();
        }
        if let Operation::Pass(millis) = operation {
            hand.pass(*millis);
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
        assert_eq!(store.study().expect("readable"), scene.model.study().expect("readable"), "after {operation:?}");
        assert_eq!(files(store.as_ref()), files(&scene.model), "after {operation:?}");
        let confusion = |store: &dyn Store| store.confusion(newest).expect("readable");
        assert_eq!(confusion(store.as_ref()), confusion(&scene.model), "after {operation:?}");
        let wishes = |store: &dyn Store| store.wishes().expect("readable");
        assert_eq!(wishes(store.as_ref()), wishes(&scene.model), "after {operation:?}");
        assert_eq!(store.spent().expect("readable"), scene.model.spent().expect("memory does not fail"));
        let looks = |store: &dyn Store| format!("{:?}", store.looks().expect("readable"));
        assert_eq!(looks(store.as_ref()), looks(&scene.model), "after {operation:?}");
        let standings = |store: &dyn Store, metrics| format!("{:#?}", store.standings(metrics).expect("readable"));
        for metrics in [None, Some(&["val_loss".to_owned(), "a".to_owned()][..])] {
            assert_eq!(standings(store.as_ref(), metrics), standings(&scene.model, metrics), "after {operation:?}");
        }
        follow(&mut known, store.as_ref());
        // That a lease runs out is no change of the record.
        let unheld =
            |trials: &[Trial]| timeless(trials.iter().map(|trial| Trial { holder: None, ..trial.clone() }).collect());
        assert_eq!(unheld(&record), unheld(&known.1), "changes tell the same after {operation:?}");
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
        agree(&operations, |clock| Box::new(SqliteStore::open(&path).expect("opened").with_clock(clock)));
    }
}
