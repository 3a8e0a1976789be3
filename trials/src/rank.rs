//! The trials of a study, best first.
//!
//! The value of an objective is [`Trial::figure`]: what the last epoch measured, or a figure known before training.
//! One objective: by value. Several: by non-dominated rank, and within a rank by crowding distance, the loneliest first
//! (K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE
//! Transactions on Evolutionary Computation 6(2), 2002). Ties go by number. Trials that are not complete, or that lack
//! a value or have NaN for one, come last, by number: what they reached is not what their candidates are worth.

use std::cmp::Ordering;

use kiln_search::pareto::{self, Goal};

use crate::trial::{Outcome, State, Trial, TrialNumber};

/// Trials in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// A row for each trial, best first.
    pub rows: Vec<Row>,
}

/// The place of one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The trial.
    pub trial: TrialNumber,
    /// Its value for each objective; `None` where none is known.
    pub values: Vec<Option<f64>>,
    /// How many fronts are better than the trial's, 0 for the best; `None` if the trial does not compete.
    pub front: Option<usize>,
    /// Whether no other trial is better in one objective and as good in all others.
    pub on_front: bool,
}

/// A trial that competes.
struct Entry {
    row: Row,
    /// One for each objective, less is better.
    costs: Vec<f64>,
    crowding: f64,
}

/// Ranks `trials` by `objectives`, each a metric and whether more or less of it is better.
pub fn rank(trials: &[Trial], objectives: &[(String, Goal)]) -> Ranking {
    let (mut entries, mut others) = (Vec::new(), Vec::new());
    for trial in trials {
        let values: Vec<_> = objectives.iter().map(|(metric, _)| trial.figure(metric)).collect();
        let row = Row { trial: trial.number, values, front: None, on_front: false };
        match costs(trial, &row.values, objectives) {
            Some(costs) => entries.push(Entry { row, costs, crowding: 0.0 }),
            None => others.push(row),
        }
    }
    let mut rows = Vec::with_capacity(trials.len());
    for front in fronts(entries, objectives.len()) {
        rows.extend(front.into_iter().map(|entry| entry.row));
    }
    others.sort_by_key(|row| row.trial);
    rows.extend(others);
    Ranking { rows }
}

fn costs(trial: &Trial, values: &[Option<f64>], objectives: &[(String, Goal)]) -> Option<Vec<f64>> {
    if trial.state != State::Ended(Outcome::Complete) {
        return None;
    }
    let cost = |(value, (_, goal)): (&Option<f64>, &(String, Goal))| {
        let value = value.filter(|value| !value.is_nan())?;
        // Adding zero makes -0.0 and 0.0 tie.
        Some(0.0 + if *goal == Goal::Maximize { -value } else { value })
    };
    values.iter().zip(objectives).map(cost).collect()
}

/// The fronts of `entries`, the best first, each in order.
fn fronts(entries: Vec<Entry>, objectives: usize) -> Vec<Vec<Entry>> {
    let mut fronts = if objectives == 1 { ties(entries) } else { layers(entries, objectives) };
    for (index, front) in fronts.iter_mut().enumerate() {
        for entry in &mut *front {
            entry.row.front = Some(index);
            entry.row.on_front = index == 0;
        }
        crowd(front, objectives);
        front.sort_by(|a, b| b.crowding.total_cmp(&a.crowding).then(a.row.trial.cmp(&b.row.trial)));
    }
    fronts
}

/// The fronts of a single objective: those who share a value.
fn ties(mut entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    entries.sort_by(|a, b| by_cost(a, b, 0));
    let mut fronts: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        match fronts.last_mut() {
            Some(front) if front[0].costs == entry.costs => front.push(entry),
            _ => fronts.push(vec![entry]),
        }
    }
    fronts
}

/// The fronts of several objectives: the front, then that of the rest, and so on.
fn layers(mut entries: Vec<Entry>, objectives: usize) -> Vec<Vec<Entry>> {
    let goals = vec![Goal::Minimize; objectives];
    let mut fronts = Vec::new();
    while !entries.is_empty() {
        let costs: Vec<_> = entries.iter().map(|entry| entry.costs.clone()).collect();
        let mut on_front = pareto::front(&costs, &goals).into_iter();
        let (front, rest) = entries.into_iter().partition(|_| on_front.next() == Some(true));
        fronts.push(front);
        entries = rest;
    }
    fronts
}

/// Sets the crowding distances within a front: for each objective the gap between the neighbours of an entry as a part
/// of the front's range, summed; infinite at the ends.
fn crowd(front: &mut [Entry], objectives: usize) {
    for objective in 0..objectives {
        front.sort_by(|a, b| by_cost(a, b, objective));
        let cost = |entry: &Entry| entry.costs[objective];
        let (Some(least), Some(most)) = (front.first().map(cost), front.last().map(cost)) else { return };
        let range = most - least;
        if range == 0.0 {
            continue;
        }
        let gaps: Vec<f64> = front.windows(3).map(|around| (cost(&around[2]) - cost(&around[0])) / range).collect();
        for (entry, gap) in front[1..].iter_mut().zip(gaps) {
            // Infinite values leave no range to compare with.
            entry.crowding += if gap.is_nan() { 0.0 } else { gap };
        }
        for entry in front.iter_mut().filter(|entry| [least, most].contains(&entry.costs[objective])) {
            entry.crowding = f64::INFINITY;
        }
    }
}

fn by_cost(a: &Entry, b: &Entry, objective: usize) -> Ordering {
    a.costs[objective].total_cmp(&b.costs[objective]).then(a.row.trial.cmp(&b.row.trial))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::trial::{Epoch, Metrics, Origin};

    fn trial(number: TrialNumber, state: State, curve: &[f64], size: f64) -> Trial {
        let epoch = |(index, &loss): (usize, &f64)| Epoch {
            epoch: index as u32 + 1,
            metrics: Metrics::from([("loss".to_owned(), loss)]),
        };
        Trial {
            number,
            candidate: kiln_search::candidate::Candidate::new(),
            origin: Origin::Sampled,
            attempt: 1,
            faults: Vec::new(),
            state,
            statics: Metrics::from([("size".to_owned(), size)]),
            epochs: curve.iter().enumerate().map(epoch).collect(),
            warnings: Vec::new(),
            checkpoints: Vec::new(),
            began_at: 0,
            ended_at: None,
        }
    }

    fn complete(points: &[(f64, f64)]) -> Vec<Trial> {
        let done = |(number, &(loss, size)): (usize, &(f64, f64))| {
            trial(number as TrialNumber, State::Ended(Outcome::Complete), &[9.0, loss], size)
        };
        points.iter().enumerate().map(done).collect()
    }

    fn goals(names: &[(&str, Goal)]) -> Vec<(String, Goal)> {
        names.iter().map(|(name, goal)| ((*name).to_owned(), *goal)).collect()
    }

    fn order(ranking: &Ranking) -> Vec<TrialNumber> {
        ranking.rows.iter().map(|row| row.trial).collect()
    }

    #[test]
    fn one_objective_ranks_by_the_last_epoch_either_way() {
        let trials = complete(&[(0.3, 0.0), (0.1, 0.0), (0.2, 0.0), (0.1, 0.0)]);
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize)]));
        assert_eq!(order(&ranking), [1, 3, 2, 0]);
        assert_eq!(ranking.rows[0].values, [Some(0.1)]);
        let on_front: Vec<_> = ranking.rows.iter().map(|row| row.on_front).collect();
        assert_eq!(on_front, [true, true, false, false], "both are best");
        assert_eq!(ranking.rows[3].front, Some(2));
        assert_eq!(order(&rank(&trials, &goals(&[("loss", Goal::Maximize)]))), [0, 2, 1, 3]);
    }

    #[test]
    fn what_does_not_compete_comes_last_by_number() {
        let mut trials = complete(&[(0.5, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0)]);
        trials.push(trial(3, State::Running, &[0.0], 1.0));
        trials.push(trial(4, State::Ended(Outcome::TimedOut), &[0.0], 1.0));
        trials.push(trial(5, State::Ended(Outcome::Complete), &[], 1.0));
        trials.push(trial(6, State::Ended(Outcome::Complete), &[0.4], 1.0));
        trials.reverse();
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize)]));
        assert_eq!(order(&ranking), [6, 0, 2, 1, 3, 4, 5]);
        let competes: Vec<_> = ranking.rows.iter().map(|row| row.front).collect();
        assert_eq!(competes, [Some(0), Some(1), Some(2), None, None, None, None]);
        assert_eq!(ranking.rows[4].values, [Some(0.0)], "what it reached is told");
        assert_eq!(ranking.rows[6].values, [None]);
        assert!(ranking.rows[3..].iter().all(|row| !row.on_front));
    }

    #[test]
    fn several_objectives_rank_by_front_then_by_loneliness() {
        // The first front: 0 and 4 are its ends, 3 is lonelier than 1 and 2. Then 5 alone, then 6 and its twin 7.
        let points =
            [(0.0, 10.0), (0.1, 9.0), (0.2, 8.0), (0.6, 4.0), (1.0, 0.0), (1.0, 9.0), (2.0, 10.0), (2.0, 10.0)];
        let trials = complete(&points);
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize), ("size", Goal::Minimize)]));
        assert_eq!(order(&ranking), [0, 4, 3, 2, 1, 5, 6, 7]);
        let fronts: Vec<_> = ranking.rows.iter().map(|row| row.front).collect();
        assert_eq!(fronts, [0, 0, 0, 0, 0, 1, 2, 2].map(Some));
        assert_eq!(ranking.rows[0].values, [Some(0.0), Some(10.0)]);
    }

    proptest! {
        /// Few different values, so that there are ties and twins; infinities among them.
        #[test]
        fn a_better_trial_never_ranks_below_a_worse_one(
            points in prop::collection::vec((0..4_u8, 0..4_u8), 0..12), shuffle in any::<bool>(),
        ) {
            let figure = |level: u8| if level == 3 { f64::INFINITY } else { f64::from(level) };
            let points: Vec<_> = points.iter().map(|&(loss, size)| (figure(loss), figure(size))).collect();
            let mut trials = complete(&points);
            if shuffle {
                trials.reverse();
            }
            let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize), ("size", Goal::Maximize)]));
            let mut numbers = order(&ranking);
            for (place, above) in ranking.rows.iter().enumerate() {
                for below in &ranking.rows[place..] {
                    let ((a, b), (c, d)) = (points[above.trial as usize], points[below.trial as usize]);
                    prop_assert!(!(c <= a && d >= b && (c < a || d > b)), "{below:?} is better than {above:?}");
                    prop_assert!(above.front <= below.front);
                }
            }
            numbers.sort_unstable();
            prop_assert!(numbers.into_iter().eq(0..points.len() as TrialNumber));
        }
    }
}
