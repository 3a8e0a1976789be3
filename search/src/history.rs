//! What samplers may know of the past: read-only, and nothing else.

use std::collections::HashMap;

use crate::candidate::Candidate;
use crate::pareto::{self, Goal};
use leaders::Leaders;

mod leaders;

pub(crate) use leaders::LEADING;

/// What has become of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Not over yet.
    Unfinished,
    /// Over without a usable result.
    Failed,
    /// Over; the value of each objective.
    Complete(Vec<f64>),
}

/// One earlier trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// What was tried.
    pub candidate: Candidate,
    /// What has become of it.
    pub fate: Fate,
}

/// All trials so far, in the order in which they began.
///
/// It is a function of its trials: one that has grown by [`push`](History::push) and [`settle`](History::settle) is the
/// same as a [`new`](History::new) one.
#[derive(Debug, Clone, Default)]
pub struct History {
    goals: Vec<Goal>,
    pasts: Vec<Past>,
    /// The trials of each candidate, by its canonical text.
    trials: HashMap<String, Vec<usize>>,
    /// Whether what is over may be proposed again.
    repeats: bool,
    /// How many have values, and which of them are best.
    usable: usize,
    leaders: Leaders,
}

impl History {
    /// The history `pasts` of a study with objectives of these `goals`.
    pub fn new(goals: Vec<Goal>, pasts: Vec<Past>) -> Self {
        let mut history = Self { goals, pasts: Vec::with_capacity(pasts.len()), ..Self::default() };
        for past in pasts {
            history.push(past);
        }
        history
    }

    /// The same history for a study that may try candidates again once they are over, as noisy objectives may want.
    #[must_use]
    pub fn allowing_repeats(self) -> Self {
        Self { repeats: true, ..self }
    }

    /// Whether candidates may be tried again once they are over.
    pub fn allows_repeats(&self) -> bool {
        self.repeats
    }

    /// Adds a trial that has just begun, or one that is over.
    pub fn push(&mut self, past: Past) {
        let trial = self.pasts.len();
        self.trials.entry(past.candidate.canonical()).or_default().push(trial);
        self.pasts.push(past);
        self.rise(trial);
    }

    /// Says what has become of trial number `trial`, which must have begun.
    pub fn settle(&mut self, trial: usize, fate: Fate) {
        let Some(past) = self.pasts.get_mut(trial) else { return };
        let before = std::mem::replace(&mut past.fate, fate);
        if before == Fate::Unfinished {
            self.rise(trial);
        } else {
            self.recount();
        }
    }

    /// The value of each objective of trial number `trial`, if it is complete and all of them are finite: what methods
    /// may compare. Whatever else has become of a trial that is over counts as failed.
    pub fn values(&self, trial: usize) -> Option<&[f64]> {
        match &self.pasts.get(trial)?.fate {
            Fate::Complete(values) => {
                let usable = values.len() == self.goals.len() && values.iter().all(|value| value.is_finite());
                usable.then_some(values)
            }
            Fate::Unfinished | Fate::Failed => None,
        }
    }

    /// The trials with [values](History::values) that no others dominate, from the best to the worst in the first
    /// objective; of those with equal values the first alone. With one objective: the best trial.
    pub fn front(&self) -> &[usize] {
        self.leaders.fronts().next().unwrap_or_default()
    }

    /// The front, that of the rest without it, and so on: just enough to hold `wanted` trials, [`LEADING`] at most. With
    /// one objective: that many trials, best first, of equal ones the first.
    pub(crate) fn leading(&self, wanted: usize) -> impl Iterator<Item = &[usize]> {
        let mut held = 0;
        self.leaders.fronts().take_while(move |front| {
            let is_wanted = held < wanted.min(LEADING);
            held += front.len();
            is_wanted
        })
    }

    /// How many trials have [values](History::values).
    pub(crate) fn usable(&self) -> usize {
        self.usable
    }

    /// Counts `trial` in, if it has values.
    fn rise(&mut self, trial: usize) {
        let Some(costs) = self.costs(trial) else { return };
        self.usable += 1;
        self.leaders.rise(trial, costs);
        if self.leaders.is_short() {
            self.recount();
        }
    }

    fn recount(&mut self) {
        let trials: Vec<_> = (0..self.pasts.len()).filter_map(|trial| Some((trial, self.costs(trial)?))).collect();
        self.usable = trials.len();
        self.leaders = Leaders::new(trials);
    }

    fn costs(&self, trial: usize) -> Option<Vec<f64>> {
        self.values(trial).map(|values| pareto::costs(values, &self.goals))
    }

    /// The trials with [values](History::values), in the order in which they began.
    pub fn scored(&self) -> impl DoubleEndedIterator<Item = (usize, &[f64])> {
        (0..self.pasts.len()).filter_map(|trial| Some((trial, self.values(trial)?)))
    }

    /// The goals of the objectives.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// The earlier trials, in the order in which they began.
    pub fn pasts(&self) -> &[Past] {
        &self.pasts
    }

    /// Whether the same candidate has been tried before and must not be proposed: with
    /// [repeats](History::allowing_repeats), only while it is not over.
    pub fn contains(&self, candidate: &Candidate) -> bool {
        let open = |trial: &usize| self.pasts[*trial].fate == Fate::Unfinished;
        self.trials_of(candidate).iter().any(|trial| !self.repeats || open(trial))
    }

    /// How often the same candidate has been tried, whatever has become of it.
    pub fn tries(&self, candidate: &Candidate) -> usize {
        self.trials_of(candidate).len()
    }

    fn trials_of(&self, candidate: &Candidate) -> &[usize] {
        self.trials.get(&candidate.canonical()).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::candidate::Value;

    fn fate() -> impl Strategy<Value = Fate> {
        let value = prop_oneof![5 => (-2_i8..3).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
        prop_oneof![
            4 => prop::collection::vec(value, 2).prop_map(Fate::Complete),
            1 => Just(Fate::Failed),
            1 => Just(Fate::Complete(vec![1.0])),
        ]
    }

    proptest! {
        #[test]
        fn the_front_is_that_of_the_usable_trials_however_they_came(fates in prop::collection::vec(fate(), 0..30)) {
            let goals = vec![Goal::Maximize, Goal::Minimize];
            let past = |number: usize, fate| {
                let candidate = Candidate::from_iter([("x".to_owned(), Value::Float(number as f64))]);
                Past { candidate, fate }
            };
            let whole = fates.iter().cloned().enumerate().map(|(number, fate)| past(number, fate)).collect();
            let whole = History::new(goals.clone(), whole);
            let mut grown = History::new(goals.clone(), Vec::new());
            for number in 0..fates.len() {
                grown.push(past(number, Fate::Unfinished));
            }
            for (number, fate) in fates.iter().enumerate().rev() {
                grown.settle(number, fate.clone());
                grown.settle(number, fate.clone());
            }
            prop_assert_eq!(whole.front(), grown.front());
            let usable: Vec<usize> = (0..fates.len()).filter(|number| whole.values(*number).is_some()).collect();
            prop_assert_eq!((whole.usable(), grown.usable()), (usable.len(), usable.len()));
            let points: Vec<Vec<f64>> =
                usable.iter().filter_map(|number| whole.values(*number)).map(<[f64]>::to_vec).collect();
            let mut expected: Vec<usize> = Vec::new();
            for (number, on_front) in usable.iter().zip(pareto::front(&points, &goals)) {
                if on_front && !expected.iter().any(|earlier| whole.values(*earlier) == whole.values(*number)) {
                    expected.push(*number);
                }
            }
            let mut front = whole.front().to_vec();
            front.sort_unstable();
            prop_assert_eq!(front, expected);
        }
    }
}
