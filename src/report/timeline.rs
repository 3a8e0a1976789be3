//! When trials were in hand: side by side in lanes, one after the other in each.

use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use super::scope::{Scope, brief};
use crate::term::trial::word;

/// More trials or lanes than these are told by how many were in hand.
const MOST_BARS: usize = 600;
const MOST_LANES: usize = 32;

/// The time is cut into so many parts.
const PARTS: usize = 120;

/// When trials were in hand.
#[derive(Debug, Default, Serialize)]
pub struct Timeline {
    /// When the first trial began, in milliseconds since the Unix epoch.
    pub began_at: u64,
    /// Seconds from then to the last thing known.
    pub seconds: f64,
    /// Lanes of the bars.
    pub lanes: usize,
    /// The trials in their lanes; none where there are too many.
    pub bars: Vec<Bar>,
    /// In equal parts of the time, how many trials were in hand on average, and how many ended.
    pub load: Vec<(f64, usize)>,
}

/// A trial in its lane.
#[derive(Debug, Serialize)]
pub struct Bar {
    trial: TrialNumber,
    outcome: &'static str,
    lane: usize,
    /// Seconds after the first trial began.
    from: f64,
    /// Seconds after the first trial began.
    to: f64,
}

impl Timeline {
    /// Of the trials in `scope`.
    pub fn of(scope: &Scope<'_>) -> Self {
        let times = scope.trials.iter().flat_map(|trial| [Some(trial.began_at), trial.ended_at]).flatten();
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Self::default() };
        let seconds = |time: u64| time.saturating_sub(first) as f64 / 1e3;
        let mut spans: Vec<_> = scope
            .trials
            .iter()
            .map(|trial| (seconds(trial.began_at), seconds(trial.ended_at.unwrap_or(last)), trial))
            .collect();
        spans.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut free: Vec<f64> = Vec::new();
        let mut bars = Vec::new();
        for &(from, to, trial) in spans.iter().filter(|_| spans.len() <= MOST_BARS) {
            let lane = free.iter().position(|end| *end <= from).unwrap_or(free.len());
            free.resize(free.len().max(lane + 1), to);
            free[lane] = to;
            let (from, to) = (brief(from), brief(to));
            bars.push(Bar { trial: trial.number, outcome: word(&trial.state), lane, from, to });
        }
        if free.len() > MOST_LANES {
            bars.clear();
        }
        let span = seconds(last);
        let load = load(spans.iter().map(|(from, to, trial)| (*from, *to, trial.is_over())), span);
        Self { began_at: first, seconds: brief(span), lanes: free.len(), bars, load }
    }
}

/// Of trials from one time to another, of which some ended, in equal parts of `span` seconds.
fn load(trials: impl Iterator<Item = (f64, f64, bool)>, span: f64) -> Vec<(f64, usize)> {
    let length = span / PARTS as f64;
    if length <= 0.0 {
        return Vec::new();
    }
    let mut parts = vec![(0.0, 0); PARTS];
    let part = |time: f64| ((time / length) as usize).min(PARTS - 1);
    for (from, to, ended) in trials {
        let (first, last) = (part(from), part(to));
        for (index, (busy, _)) in parts.iter_mut().enumerate().take(last + 1).skip(first) {
            let (begin, end) = (index as f64 * length, (index + 1) as f64 * length);
            *busy += (to.min(end) - from.max(begin)).max(0.0) / length;
        }
        parts[last].1 += usize::from(ended);
    }
    parts.into_iter().map(|(busy, ended)| (brief(busy), ended)).collect()
}
