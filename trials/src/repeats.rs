//! Trials of one candidate as one: what objectives that come out differently each time are ranked by.

use std::collections::HashMap;
use std::sync::Arc;

use crate::trial::{Standing, TrialNumber};

/// The complete trials of one candidate, or one trial that is not complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// All of them as one: the number and the rest are those of the first, the figures the means of all that have them.
    pub standing: Standing,
    /// Their numbers, in order.
    pub trials: Vec<TrialNumber>,
    errors: Vec<(Arc<str>, f64)>,
}

impl Pooled {
    /// The standard error of the mean figure called `metric`: the deviation of the trials from each other, divided by the
    /// root of their number. Not known of one trial.
    pub fn error(&self, metric: &str) -> Option<f64> {
        self.errors.iter().find(|(name, _)| **name == *metric).map(|(_, error)| *error)
    }

    /// All [standard errors](Self::error), by the names of the figures.
    pub fn errors(&self) -> &[(Arc<str>, f64)] {
        &self.errors
    }
}

/// A trial by itself.
impl From<Standing> for Pooled {
    fn from(standing: Standing) -> Self {
        Self { trials: vec![standing.number], standing, errors: Vec::new() }
    }
}

/// Makes one of the complete trials of each candidate; the others stay as they are. In order of the first numbers, if
/// `trials` are in order.
pub fn pool(trials: Vec<Standing>) -> Vec<Pooled> {
    let mut pools: Vec<Vec<Standing>> = Vec::with_capacity(trials.len());
    let mut of_candidate: HashMap<String, usize> = HashMap::new();
    for trial in trials {
        let place = if trial.is_complete() {
            *of_candidate.entry(trial.candidate.canonical()).or_insert(pools.len())
        } else {
            pools.len()
        };
        match pools.get_mut(place) {
            Some(pool) => pool.push(trial),
            None => pools.push(vec![trial]),
        }
    }
    pools.into_iter().filter_map(merged).collect()
}

/// One of all in `pool`; nothing of none.
fn merged(mut pool: Vec<Standing>) -> Option<Pooled> {
    if pool.len() == 1 {
        return pool.pop().map(Pooled::from);
    }
    let trials = pool.iter().map(|trial| trial.number).collect();
    let first = pool.first()?;
    let (mut figures, mut errors) = (Vec::new(), Vec::new());
    for (name, _) in &first.figures {
        let values: Vec<f64> = pool.iter().filter_map(|trial| trial.figure(name)).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        figures.push((name.clone(), mean));
        if values.len() > 1 {
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
            errors.push((name.clone(), (variance / count).sqrt()));
        }
    }
    let standing = Standing { figures: figures.into(), ..first.clone() };
    Some(Pooled { standing, trials, errors })
}

#[cfg(test)]
mod tests {
    use kiln_search::candidate::{Candidate, Value};

    use super::*;
    use crate::trial::{Metrics, Origin, Outcome, State, Trial};

    fn trial(number: TrialNumber, depth: i64, accuracy: f64, outcome: Outcome) -> Standing {
        let candidate = Candidate::from_iter([("depth".to_owned(), Value::Int(depth))]);
        let statics = Metrics::from([("accuracy".to_owned(), accuracy), ("size".to_owned(), 3.0)]);
        let begun = Trial::new(number, candidate, Origin::Sampled, statics, 0);
        Trial { state: State::Ended(outcome), ..begun }.standing(None)
    }

    #[test]
    fn complete_trials_of_a_candidate_are_one_with_their_means() {
        let trials = vec![
            trial(0, 1, 0.5, Outcome::Complete),
            trial(1, 2, 0.25, Outcome::Complete),
            trial(2, 1, 0.0, Outcome::Stopped),
            trial(3, 1, 0.75, Outcome::Complete),
            trial(4, 1, 1.0, Outcome::Complete),
        ];
        let pools = pool(trials.clone());
        let numbers: Vec<_> = pools.iter().map(|pool| pool.trials.clone()).collect();
        assert_eq!(numbers, [vec![0, 3, 4], vec![1], vec![2]]);
        assert_eq!((pools[0].standing.number, pools[0].standing.figure("accuracy")), (0, Some(0.75)));
        // The deviation of 0.5, 0.75 and 1 is a quarter.
        let error = pools[0].error("accuracy").expect("there are three");
        assert!((error - 0.25 / 3_f64.sqrt()).abs() < 1e-15, "{error}");
        assert_eq!((pools[0].error("size"), pools[0].error("loss")), (Some(0.0), None));
        assert_eq!(pools[1], Pooled::from(trials[1].clone()));
        assert_eq!(pools[1].error("accuracy"), None, "one trial tells nothing of the next");
    }
}
