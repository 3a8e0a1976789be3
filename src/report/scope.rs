//! A snapshot with what several sections need of it.

use std::ops::Deref;

use kiln_search::pareto::Goal;
use kiln_trials::rank;
use kiln_trials::trial::{Standing, State, Trial, TrialNumber};

use super::Snapshot;

/// A snapshot, and its trials in order.
pub struct Scope<'a> {
    snapshot: Snapshot<'a>,
    /// All trials, best first.
    pub ranked: Vec<Place<'a>>,
}

/// The place of a trial in the ranking.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub trial: &'a Trial,
    /// How many fronts are better; `None` if the trial does not compete.
    pub front: Option<usize>,
}

impl<'a> Deref for Scope<'a> {
    type Target = Snapshot<'a>;

    fn deref(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

impl<'a> Scope<'a> {
    pub fn of(snapshot: &Snapshot<'a>) -> Self {
        let metrics = snapshot.study.metrics();
        let standings: Vec<Standing> = snapshot.trials.iter().map(|trial| trial.standing(Some(&metrics))).collect();
        let rows = rank::rank(&standings, &snapshot.study.objectives);
        let place =
            |row: &rank::Row<'_>| Some(Place { trial: numbered(snapshot.trials, row.trial.number)?, front: row.front });
        Self { snapshot: *snapshot, ranked: rows.iter().filter_map(place).collect() }
    }

    /// The trials that compete, best first: complete, with a value for each objective.
    pub fn competing(&self) -> impl Iterator<Item = &'a Trial> {
        self.ranked.iter().filter(|place| place.front.is_some()).map(|place| place.trial)
    }

    /// The trial that a confirmation names, or else the best.
    pub fn winner(&self) -> Option<&'a Trial> {
        let confirmed = self.confirmed.and_then(|confirmed| numbered(self.trials, confirmed.winner()?));
        confirmed.or_else(|| self.competing().next())
    }

    /// The trials that no other beats, best first.
    pub fn on_front(&self) -> impl Iterator<Item = &'a Trial> {
        self.ranked.iter().filter(|place| place.front == Some(0)).map(|place| place.trial)
    }

    /// The objectives, of which there is at least one.
    pub fn objectives(&self) -> &'a [(String, Goal)] {
        &self.study.objectives
    }

    /// How many trials are running or paused.
    pub fn unfinished(&self) -> usize {
        self.trials.iter().filter(|trial| matches!(trial.state, State::Running | State::Paused)).count()
    }
}

/// The trial with this number. Confirmations among them are left out.
fn numbered(trials: &[Trial], number: TrialNumber) -> Option<&Trial> {
    trials.binary_search_by_key(&number, |trial| trial.number).ok().map(|index| &trials[index])
}

/// `trial`'s finite value for `metric`.
pub fn finite(trial: &Trial, metric: &str) -> Option<f64> {
    trial.figure(metric).filter(|value| value.is_finite())
}

/// `value` with six digits, which no chart shows more of; so a page of many numbers stays small.
pub fn brief(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// `text` as a sentence begins.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
