//! Time as the budget counts it: a budget of wall time is one total over all runs of a study.

use std::time::{Duration, Instant};

use kiln_trials::trial::Trial;

/// The clock of one run of a study.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Nothing once it was stopped.
    started: Option<Instant>,
    before: Duration,
}

impl Clock {
    /// Starts now, after runs that noted `spent`.
    pub fn start(spent: Duration) -> Self {
        Self { started: Some(Instant::now()), before: spent }
    }

    /// The time used by all runs of the study.
    pub fn spent(&self) -> Duration {
        self.before + self.started.map_or(Duration::ZERO, |started| started.elapsed())
    }

    /// Counts nothing from now on: the search is over.
    pub fn stop(&mut self) {
        *self = Self { started: None, before: self.spent() };
    }
}

/// The time of all recorded epochs of a trial.
pub fn trained_for(trial: &Trial) -> Duration {
    let seconds = trial.epochs.iter().filter_map(|epoch| epoch.metrics.get("seconds"));
    Duration::try_from_secs_f64(seconds.sum()).unwrap_or_default()
}
