//! The clock that leases run out by.
//!
//! It must go by evenly whatever becomes of the calendar: a machine that is set an hour forward must not take every
//! trial from its worker, and one that is set back must not keep the trials of the dead. So on Linux it counts from
//! the machine's start, sleep included, which all processes of a machine see alike; and since a start makes it begin
//! anew, each start is an era of its own, and a lease of another era is over. Elsewhere the calendar has to do.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use super::now;

/// A point of time: comparable within an era.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// What the milliseconds are counted from.
    pub era: Arc<str>,
    /// Milliseconds since the beginning of the era.
    pub millis: u64,
}

/// Tells the time of leases.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Moment + Send + Sync>);

impl Clock {
    /// A clock that tells what `read` gives.
    pub fn new(read: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// The clock of this machine.
    pub fn machine() -> Self {
        let calendar: Arc<str> = "calendar".into();
        match (fs::read_to_string("/proc/sys/kernel/random/boot_id"), uptime()) {
            (Ok(start), Some(_)) => {
                let start: Arc<str> = start.trim().into();
                Self::new(move || match uptime() {
                    Some(millis) => Moment { era: Arc::clone(&start), millis },
                    None => Moment { era: Arc::clone(&calendar), millis: now() },
                })
            }
            _ => Self::new(move || Moment { era: Arc::clone(&calendar), millis: now() }),
        }
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::machine()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}

impl Moment {
    /// The moment `later`.
    #[must_use]
    pub fn after(&self, later: Duration) -> Self {
        let later = u64::try_from(later.as_millis()).unwrap_or(u64::MAX);
        // What is read back from a database is a signed number.
        Self { era: Arc::clone(&self.era), millis: self.millis.saturating_add(later).min(i64::MAX as u64) }
    }

    /// Whether `now` is this moment, later, or in another era.
    pub fn is_past(&self, now: &Self) -> bool {
        self.era != now.era || now.millis >= self.millis
    }
}

/// Milliseconds since the machine started.
fn uptime() -> Option<u64> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    let (seconds, hundredths) = text.split_whitespace().next()?.split_once('.')?;
    Some(seconds.parse::<u64>().ok()? * 1000 + hundredths.parse::<u64>().ok()? * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(era: &str, millis: u64) -> Moment {
        Moment { era: era.into(), millis }
    }

    #[test]
    fn a_moment_of_another_era_is_past() {
        let end = at("a", 5).after(Duration::from_millis(10));
        assert!(!end.is_past(&at("a", 14)));
        assert!(end.is_past(&at("a", 15)));
        assert!(end.is_past(&at("b", 0)));
        assert_eq!(at("a", 5).after(Duration::MAX).millis, i64::MAX as u64);
    }

    #[test]
    fn the_machine_goes_on() {
        let clock = Clock::machine();
        let before = clock.now();
        std::thread::sleep(Duration::from_millis(30));
        let after = clock.now();
        assert!(before.after(Duration::from_millis(10)).is_past(&after), "{before:?} {after:?}");
        assert_eq!(before.era, after.era);
    }
}
