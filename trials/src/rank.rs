//! The trials of a study, best first.
//!
//! The value of an objective is [`Trial::figure`]: what the last epoch measured, or a figure known before training.
//! One objective: by value. Several: by non-dominated rank, and within a rank by crowding distance, the loneliest first
//! (both of [`kiln_search::pareto`]). Ties go by number. Trials that are not complete, or that lack a value or have NaN
//! for one, come last, by number: what they reached is not what their candidates are worth.

use std::collections::BTreeMap;

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

/// Ranks `trials` by one or more `objectives`, each a metric and whether more or less of it is better.
pub fn rank(trials: &[Trial], objectives: &[(String, Goal)]) -> Ranking {
    let mut trials: Vec<&Trial> = trials.iter().collect();
    trials.sort_by_key(|trial| trial.number);
    let goals: Vec<Goal> = objectives.iter().map(|(_, goal)| *goal).collect();
    let points: Vec<Vec<f64>> = trials.iter().map(|trial| point(trial, objectives)).collect();
    let fronts = pareto::ranks(&points, &goals);
    let distances = distances(&points, &fronts);

    let mut order: Vec<usize> = (0..trials.len()).collect();
    // Numbers of fronts from 0, then those without; the sort is stable, so what is alike stays in order of numbers.
    order.sort_by(|&a, &b| {
        let outside = |trial: usize| (fronts[trial].is_none(), fronts[trial]);
        outside(a).cmp(&outside(b)).then(distances[b].total_cmp(&distances[a]))
    });
    let row = |index: usize| Row {
        trial: trials[index].number,
        values: objectives.iter().map(|(metric, _)| trials[index].figure(metric)).collect(),
        front: fronts[index],
        on_front: fronts[index] == Some(0),
    };
    Ranking { rows: order.into_iter().map(row).collect() }
}

/// The values of a trial; NaN, which is on no front, for those that do not compete.
fn point(trial: &Trial, objectives: &[(String, Goal)]) -> Vec<f64> {
    let competes = trial.state == State::Ended(Outcome::Complete);
    let value = |metric| if competes { trial.figure(metric) } else { None };
    objectives.iter().map(|(metric, _)| value(metric).unwrap_or(f64::NAN)).collect()
}

/// The crowding distance of each point on its front; 0 for those on none.
fn distances(points: &[Vec<f64>], fronts: &[Option<usize>]) -> Vec<f64> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (point, front) in fronts.iter().enumerate().filter_map(|(point, front)| front.map(|front| (point, front))) {
        members.entry(front).or_default().push(point);
    }
    let mut distances = vec![0.0; points.len()];
    for members in members.into_values() {
        let front: Vec<_> = members.iter().map(|&point| points[point].clone()).collect();
        for (member, distance) in members.into_iter().zip(pareto::crowding(&front)) {
            distances[member] = distance;
        }
    }
    distances
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
