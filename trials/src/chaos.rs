//! Faults on demand, for tests: what the environment variable `KILN_CHAOS` says goes wrong does. Without it nothing here
//! does anything.
//!
//! ```sh
//! KILN_CHAOS='trial 3 epoch 2: hang; kill at checkpoint-renamed 4 leaving dead; silence 2; term 3'
//! ```
//!
//! - `trial T epoch E: FAULT`: the process that comes to train this epoch suffers a [`Fault`], each time.
//! - `test: FAULT`: so does the process that comes to measure a network on the test images; `nan` means nothing there.
//! - `kill at POINT N leaving FILE`: the process that passes this [`Point`] for the Nth time dies there as by SIGKILL, and
//!   leaves the file; where the file is already, nothing happens. So it happens once, whichever process comes first.
//! - `silence S`, `term S`: a worker that says nothing for so many seconds hangs; leases hold for so many.

use std::fs::File;
use std::path::PathBuf;
use std::process::{self, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, hint, thread};

/// Defines [`Point`], so that no point can lack its name or its place in the list of all.
macro_rules! points {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)*) => {
        /// A place in the program at which something on the disk has just changed, or is about to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Point { $($(#[$doc])* $point,)* }

        impl Point {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$point,)*];

            /// As `KILN_CHAOS` calls it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$point => $name,)* }
            }
        }
    };
}

points! {
    /// The directory of a new study is there, and nothing in it.
    FolderMade = "folder-made",
    /// The study is locked, and has no store yet.
    StudyLocked = "study-locked",
    /// The file of a new store is there, and no study in it.
    StoreVacant = "store-vacant",
    /// An operation of the store is written and not committed.
    StoreWritten = "store-written",
    /// An operation of the store is committed.
    StoreCommitted = "store-committed",
    /// The process has a file that says that it lives, not locked yet.
    HolderNamed = "holder-named",
    /// A dead process's file is removed.
    HolderBuried = "holder-buried",
    /// The directory aside for a checkpoint is there, and nothing in it.
    CheckpointBegun = "checkpoint-begun",
    /// A file of a checkpoint is written, and perhaps not on the disk.
    CheckpointFileWritten = "checkpoint-file-written",
    /// All of a checkpoint is on the disk, aside.
    CheckpointAside = "checkpoint-aside",
    /// A checkpoint has its name, which is perhaps not on the disk.
    CheckpointRenamed = "checkpoint-renamed",
    /// A checkpoint is there, and the runner does not know.
    CheckpointThere = "checkpoint-there",
    /// The runner is told of an epoch.
    EpochTold = "epoch-told",
    /// A checkpoint is about to be removed.
    CheckpointDoomed = "checkpoint-doomed",
    /// A checkpoint is removed.
    CheckpointRemoved = "checkpoint-removed",
}

/// What can go wrong with the training of an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It takes memory without end.
    Allocate,
    /// It asks for more memory than any machine has.
    AllocateAtOnce,
    /// It takes 400 MiB, which its process does not give back when the trial is over.
    Hoard,
    /// It goes on without end.
    Hang,
    /// It panics.
    Panic,
    /// The process aborts.
    Abort,
    /// The process dies as if it had touched memory that is not its own.
    Segfault,
    /// The second step and all later ones have a loss of NaN.
    NotANumber,
}

impl Fault {
    /// All of them, as `KILN_CHAOS` calls them.
    const ALL: [(&str, Self); 8] = [
        ("allocate", Self::Allocate),
        ("allocate-at-once", Self::AllocateAtOnce),
        ("hoard", Self::Hoard),
        ("hang", Self::Hang),
        ("panic", Self::Panic),
        ("abort", Self::Abort),
        ("segfault", Self::Segfault),
        ("nan", Self::NotANumber),
    ];
}

/// The environment variable.
pub const VARIABLE: &str = "KILN_CHAOS";

/// A part of `KILN_CHAOS` that asks for nothing known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{VARIABLE} asks for `{0}`, which is no fault")]
pub struct Nonsense(String);

#[derive(Debug, PartialEq)]
enum Order {
    Sicken { trial: u64, epoch: u32, fault: Fault },
    SickenTest(Fault),
    Kill { at: Point, passing: u32, grave: PathBuf },
    Silence(Duration),
    Term(Duration),
}

static ORDERS: OnceLock<Vec<Order>> = OnceLock::new();
static PASSINGS: [AtomicU32; Point::ALL.len()] = [const { AtomicU32::new(0) }; Point::ALL.len()];

/// Lets happen what the environment of this process asks for; to be called once.
pub fn arm() -> Result<(), Nonsense> {
    if let Some(text) = env::var_os(VARIABLE) {
        let _ = ORDERS.set(read(&text.to_string_lossy())?);
    }
    Ok(())
}

/// The process has come to `point`.
pub fn pass(point: Point) {
    let Some(orders) = ORDERS.get() else { return };
    let now = PASSINGS[point as usize].fetch_add(1, Ordering::Relaxed) + 1;
    let is_due = |order: &Order| match order {
        Order::Kill { at, passing, grave } => (*at, *passing) == (point, now) && File::create_new(grave).is_ok(),
        Order::Sicken { .. } | Order::SickenTest(_) | Order::Silence(_) | Order::Term(_) => false,
    };
    if orders.iter().any(is_due) {
        die_of("KILL");
    }
}

/// The process is about to train `epoch` of `trial`, at the learning rate `rate`; gives the rate that counts.
///
/// # Panics
/// If [`Fault::Panic`] is asked for.
pub fn sicken(trial: u64, epoch: u32, rate: f64) -> f64 {
    let is_due = |order: &Order| match order {
        Order::Sicken { trial: sick, epoch: at, fault } if (*sick, *at) == (trial, epoch) => Some(*fault),
        _ => None,
    };
    let Some(fault) = ordered(is_due) else { return rate };
    eprintln!("trial {trial} suffers {fault:?} in epoch {epoch}");
    suffer(fault, rate)
}

/// The process is about to measure a network on the test images.
///
/// # Panics
/// If [`Fault::Panic`] is asked for.
pub fn sicken_test() {
    if let Some(fault) = ordered(|order| if let Order::SickenTest(fault) = order { Some(*fault) } else { None }) {
        eprintln!("the measurement of the test images suffers {fault:?}");
        suffer(fault, 1.0);
    }
}

fn suffer(fault: Fault, rate: f64) -> f64 {
    match fault {
        Fault::Allocate => allocate(),
        Fault::AllocateAtOnce => {
            hint::black_box(Vec::<u8>::with_capacity(1 << 60));
            rate
        }
        Fault::Hoard => {
            hint::black_box(vec![1_u8; 400 << 20].leak());
            rate
        }
        Fault::Hang => loop {
            thread::sleep(Duration::from_secs(1));
        },
        Fault::Panic => panic!("a panic on demand"),
        Fault::Abort => process::abort(),
        Fault::Segfault => die_of("SEGV"),
        Fault::NotANumber => f64::NAN,
    }
}

/// For how long a worker may say nothing: what is asked for, or else as `usual`.
pub fn silence(usual: Duration) -> Duration {
    ordered(|order| if let Order::Silence(time) = order { Some(*time) } else { None }).unwrap_or(usual)
}

/// For how long a lease holds: what is asked for, or else as `usual`.
pub fn term(usual: Duration) -> Duration {
    ordered(|order| if let Order::Term(time) = order { Some(*time) } else { None }).unwrap_or(usual)
}

fn ordered<T>(which: impl Fn(&Order) -> Option<T>) -> Option<T> {
    ORDERS.get()?.iter().find_map(which)
}

fn read(text: &str) -> Result<Vec<Order>, Nonsense> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| order(part).ok_or_else(|| Nonsense(part.to_owned()))).collect()
}

fn order(text: &str) -> Option<Order> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let seconds = |word: &str| word.parse().ok().map(Duration::from_secs);
    let fault = |word: &str| Fault::ALL.iter().find(|(name, _)| *name == word).map(|(_, fault)| *fault);
    Some(match words[..] {
        ["trial", trial, "epoch", epoch, name] => Order::Sicken {
            trial: trial.parse().ok()?,
            epoch: epoch.strip_suffix(':')?.parse().ok()?,
            fault: fault(name)?,
        },
        ["test:", name] => Order::SickenTest(fault(name)?),
        ["kill", "at", point, passing, "leaving", grave] => Order::Kill {
            at: *Point::ALL.iter().find(|known| known.name() == point)?,
            passing: passing.parse().ok()?,
            grave: grave.into(),
        },
        ["silence", time] => Order::Silence(seconds(time)?),
        ["term", time] => Order::Term(seconds(time)?),
        _ => return None,
    })
}

/// Slowly enough for a machine that has other things to do.
fn allocate() -> ! {
    let mut hoard = Vec::new();
    loop {
        hoard.push(vec![1_u8; 4 << 20]);
        hint::black_box(&hoard);
        thread::sleep(Duration::from_millis(4));
    }
}

/// Ends the process by a signal, sent by the shell: a signal is not to be had safely otherwise.
fn die_of(signal: &str) -> ! {
    let kill = format!("kill -{signal} {}", process::id());
    // Twice: against the first of some signals Rust defends itself, to tell an overflow of the stack from others.
    for _ in 0..2 {
        let _ = Command::new("sh").args(["-c", &kill]).stdin(Stdio::null()).stdout(Stdio::null()).status();
    }
    process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_understood() {
        let text = "trial 3 epoch 2: nan; kill at checkpoint-renamed 4 leaving a/dead; silence 2;term 30;test: hang";
        let expected = [
            Order::Sicken { trial: 3, epoch: 2, fault: Fault::NotANumber },
            Order::Kill { at: Point::CheckpointRenamed, passing: 4, grave: "a/dead".into() },
            Order::Silence(Duration::from_secs(2)),
            Order::Term(Duration::from_secs(30)),
            Order::SickenTest(Fault::Hang),
        ];
        assert_eq!(read(text), Ok(expected.into()));
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn anything_else_is_refused() {
        for part in [
            "trial 3 epoch 2: sneeze",
            "trial x epoch 2: nan",
            "test: sneeze",
            "trial 3 epoch 2 nan",
            "kill at dawn 1 leaving dead",
            "kill at store-written 1",
            "silence",
            "term -1",
        ] {
            assert_eq!(read(&format!("silence 2; {part}")), Err(Nonsense(part.to_owned())));
        }
    }

    #[test]
    fn nothing_happens_unasked() {
        for point in Point::ALL {
            pass(*point);
        }
        assert_eq!(sicken(0, 1, 0.5).to_bits(), 0.5_f64.to_bits());
        let usual = Duration::from_secs(7);
        assert_eq!((silence(usual), term(usual)), (usual, usual));
    }
}
