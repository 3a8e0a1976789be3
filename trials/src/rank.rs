//! The trials of a study, best first.
//!
//! The value of an objective is [`Trial::figure`](crate::trial::Trial::figure): what the last epoch measured, or a
//! figure known before training.
//! One objective: by value. Several: by non-dominated rank ([`kiln_search::pareto`]), and within a rank by the
//! objectives in the order of the study file. Ties go by number. Trials that are not complete, or that lack a value or
//! have NaN for one, come after these: what they reached is not what their candidates are worth. First among them are
//! the paused ones, those that have come furthest first and those of one epoch as above; then the rest by number.

use std::cmp::{Ordering, Reverse};

use kiln_search::pareto::{self, Goal};

use crate::trial::{Outcome, Standing, State};

/// The place of one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// The trial.
    pub trial: &'a Standing,
    /// How many fronts are better than the trial's, 0 for the best; `None` if the trial does not compete.
    pub front: Option<usize>,
    /// Whether another trial has the same value for every objective.
    pub tied: bool,
}

impl Row<'_> {
    /// Whether no other trial is better in one objective and as good in all others.
    pub fn on_front(&self) -> bool {
        self.front == Some(0)
    }
}

/// Ranks `trials` by one or more `objectives`, each a metric and whether more or less of it is better; best first.
/// Confirmations are left out, here and elsewhere: the search did not choose by them.
pub fn rank<'a>(trials: impl IntoIterator<Item = &'a Standing>, objectives: &[(String, Goal)]) -> Vec<Row<'a>> {
    let goals: Vec<Goal> = objectives.iter().map(|(_, goal)| *goal).collect();
    let searched = trials.into_iter().filter(|trial| trial.origin.is_search());
    let mut entrants: Vec<Entrant<'_>> = searched.map(|trial| Entrant::of(trial, objectives)).collect();
    entrants.sort_by_key(|entrant| (entrant.class, entrant.trial.number));
    let classes = entrants.chunk_by(|one, other| one.class == other.class);
    classes.flat_map(|class| rows(class, &goals)).collect()
}

/// The trial at the top of the ranking, if one competes.
pub fn best<'a>(trials: &'a [Standing], objectives: &[(String, Goal)]) -> Option<&'a Standing> {
    let goals: Vec<Goal> = objectives.iter().map(|(_, goal)| *goal).collect();
    let searched = trials.iter().filter(|trial| trial.origin.is_search());
    let entrants = searched.map(|trial| Entrant::of(trial, objectives));
    // Nothing that is better everywhere comes after it in this order.
    let by_value = |one: &Entrant<'_>, other: &Entrant<'_>| {
        compare(&one.point, &other.point, &goals).then(one.trial.number.cmp(&other.trial.number))
    };
    entrants.filter(|entrant| entrant.class == Class::Competing).min_by(by_value).map(|entrant| entrant.trial)
}

/// A trial with its value for each objective; NaN where one is not known.
struct Entrant<'a> {
    trial: &'a Standing,
    point: Vec<f64>,
    class: Class,
}

impl<'a> Entrant<'a> {
    fn of(trial: &'a Standing, objectives: &[(String, Goal)]) -> Self {
        // Adding zero makes -0.0 and 0.0 one value, as they are to fronts.
        let value = |metric: &str| trial.figure(metric).unwrap_or(f64::NAN) + 0.0;
        let point: Vec<f64> = objectives.iter().map(|(metric, _)| value(metric)).collect();
        let class = match trial.state {
            State::Ended(Outcome::Complete) if !point.iter().any(|value| value.is_nan()) => Class::Competing,
            State::Paused => Class::Paused(Reverse(trial.epochs)),
            _ => Class::Other,
        };
        Self { trial, point, class }
    }
}

/// Which trials are compared with which: in the order of the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Complete, with a value for each objective.
    Competing,
    /// Paused after so many epochs.
    Paused(Reverse<u32>),
    Other,
}

/// The rows of a class, whose trials are in order of their numbers.
fn rows<'a>(class: &[Entrant<'a>], goals: &[Goal]) -> Vec<Row<'a>> {
    let kind = class.first().map(|entrant| entrant.class);
    let fronts = match kind {
        Some(Class::Other) => vec![None; class.len()],
        _ => pareto::ranks(&class.iter().map(|entrant| entrant.point.clone()).collect::<Vec<_>>(), goals),
    };
    let mut order: Vec<usize> = (0..class.len()).collect();
    // The sort is stable: what is alike stays in order of numbers.
    order.sort_by(|&a, &b| match (fronts[a], fronts[b]) {
        (Some(front), Some(other)) => front.cmp(&other).then_with(|| compare(&class[a].point, &class[b].point, goals)),
        (front, other) => front.is_none().cmp(&other.is_none()),
    });
    let front = |index: usize| fronts[index].filter(|_| kind == Some(Class::Competing));
    // Those that are alike are neighbours.
    let alike = |place: usize, other: Option<usize>| {
        other.and_then(|other| order.get(other)).is_some_and(|&other| class[order[place]].point == class[other].point)
    };
    let row = |(place, &index): (usize, &usize)| Row {
        trial: class[index].trial,
        front: front(index),
        tied: front(index).is_some() && (alike(place, place.checked_sub(1)) || alike(place, Some(place + 1))),
    };
    order.iter().enumerate().map(row).collect()
}

/// The better of two points without NaN first, by the first objective in which they differ.
fn compare(a: &[f64], b: &[f64], goals: &[Goal]) -> Ordering {
    let by_goal = |((a, b), goal): ((&f64, &f64), &Goal)| match goal {
        Goal::Maximize => b.total_cmp(a),
        Goal::Minimize => a.total_cmp(b),
    };
    a.iter().zip(b).zip(goals).map(by_goal).fold(Ordering::Equal, Ordering::then)
}

#[cfg(test)]
mod tests {
    use kiln_search::candidate::Candidate;
    use proptest::prelude::*;

    use super::*;
    use crate::trial::{Epoch, Measured, Metrics, Origin, Trial, TrialNumber};

    fn trial(number: TrialNumber, state: State, curve: &[f64], size: f64) -> Standing {
        let epoch = |(index, &loss): (usize, &f64)| Epoch {
            epoch: index as u32 + 1,
            metrics: Measured::from([("loss".to_owned(), loss)]),
        };
        let statics = Metrics::from([("size".to_owned(), size)]);
        let epochs = curve.iter().enumerate().map(epoch).collect();
        Trial { state, epochs, ..Trial::new(number, Candidate::new(), Origin::Sampled, statics, 0) }.standing(None)
    }

    fn complete(points: &[(f64, f64)]) -> Vec<Standing> {
        let done = |(number, &(loss, size)): (usize, &(f64, f64))| {
            trial(number as TrialNumber, State::Ended(Outcome::Complete), &[9.0, loss], size)
        };
        points.iter().enumerate().map(done).collect()
    }

    fn goals(names: &[(&str, Goal)]) -> Vec<(String, Goal)> {
        names.iter().map(|(name, goal)| ((*name).to_owned(), *goal)).collect()
    }

    fn order(ranking: &[Row<'_>]) -> Vec<TrialNumber> {
        ranking.iter().map(|row| row.trial.number).collect()
    }

    #[test]
    fn one_objective_ranks_by_the_last_epoch_either_way() {
        let trials = complete(&[(0.3, 0.0), (0.1, 0.0), (0.2, 0.0), (0.1, 0.0)]);
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize)]));
        assert_eq!(order(&ranking), [1, 3, 2, 0]);
        assert_eq!(ranking[0].trial.figure("loss"), Some(0.1));
        let on_front: Vec<_> = ranking.iter().map(Row::on_front).collect();
        assert_eq!(on_front, [true, true, false, false], "both are best");
        let tied: Vec<_> = ranking.iter().map(|row| row.tied).collect();
        assert_eq!(tied, on_front, "as good as each other");
        assert_eq!(ranking[3].front, Some(2));
        assert_eq!(order(&rank(&trials, &goals(&[("loss", Goal::Maximize)]))), [0, 2, 1, 3]);
    }

    #[test]
    fn confirmations_have_no_place() {
        let mut trials = complete(&[(0.5, 1.0), (0.4, 1.0), (0.3, 1.0)]);
        trials[2].origin = Origin::Confirmation { seed: 1 };
        let objectives = goals(&[("loss", Goal::Minimize)]);
        assert_eq!(order(&rank(&trials, &objectives)), [1, 0]);
        assert_eq!(best(&trials, &objectives).map(|trial| trial.number), Some(1));
    }

    #[test]
    fn what_does_not_compete_comes_last_by_number() {
        let mut trials = complete(&[(0.5, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0)]);
        trials.push(trial(3, State::Running, &[0.0], 1.0));
        trials.push(trial(4, State::Ended(Outcome::TimedOut { cause: None }), &[0.0], 1.0));
        trials.push(trial(5, State::Ended(Outcome::Complete), &[], 1.0));
        trials.push(trial(6, State::Ended(Outcome::Complete), &[0.4], 1.0));
        trials.reverse();
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize)]));
        assert_eq!(order(&ranking), [6, 0, 2, 1, 3, 4, 5]);
        let competes: Vec<_> = ranking.iter().map(|row| row.front).collect();
        assert_eq!(competes, [Some(0), Some(1), Some(2), None, None, None, None]);
        assert_eq!(ranking[4].trial.figure("loss"), Some(0.0), "what it reached is told");
        assert!(ranking[3..].iter().all(|row| !row.on_front()));
    }

    #[test]
    fn paused_trials_come_after_the_complete_ones_the_furthest_first_and_then_by_value() {
        let mut trials = complete(&[(0.5, 1.0), (f64::NAN, 1.0)]);
        trials.push(trial(2, State::Ended(Outcome::Pruned), &[0.0, 0.0], 1.0));
        trials.push(trial(3, State::Paused, &[0.3], 1.0));
        trials.push(trial(4, State::Paused, &[0.1, 0.4], 1.0));
        trials.push(trial(5, State::Paused, &[0.2], 1.0));
        trials.push(trial(6, State::Paused, &[0.1, 0.2], 2.0));
        trials.push(trial(7, State::Paused, &[f64::NAN, f64::NAN], 1.0));
        trials.push(trial(8, State::Paused, &[], 1.0));
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize)]));
        assert_eq!(order(&ranking), [0, 6, 4, 7, 5, 3, 8, 1, 2]);
        assert!(ranking[1..].iter().all(|row| row.front.is_none() && !row.on_front()));
        let both = rank(&trials, &goals(&[("size", Goal::Minimize), ("loss", Goal::Minimize)]));
        assert_eq!(order(&both), [0, 4, 6, 7, 5, 3, 8, 1, 2]);
    }

    #[test]
    fn several_objectives_rank_by_front_then_by_the_first_of_them() {
        // The first front: 0 to 4. Then 5 alone, then 6 and its twin 7.
        let points =
            [(0.0, 10.0), (0.1, 9.0), (0.2, 8.0), (0.6, 4.0), (1.0, 0.0), (1.0, 9.0), (2.0, 10.0), (2.0, 10.0)];
        let trials = complete(&points);
        let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize), ("size", Goal::Minimize)]));
        assert_eq!(order(&ranking), [0, 1, 2, 3, 4, 5, 6, 7]);
        let by_size = rank(&trials, &goals(&[("size", Goal::Minimize), ("loss", Goal::Minimize)]));
        assert_eq!(order(&by_size), [4, 3, 2, 1, 0, 5, 6, 7]);
        let fronts: Vec<_> = ranking.iter().map(|row| row.front).collect();
        assert_eq!(fronts, [0, 0, 0, 0, 0, 1, 2, 2].map(Some));
        let tied: Vec<_> = ranking.iter().filter(|row| row.tied).map(|row| row.trial.number).collect();
        assert_eq!(tied, [6, 7], "to be on the same front is no tie");
    }

    proptest! {
        /// Few different values, so that there are ties and twins; infinities and zeros of both signs among them.
        #[test]
        fn a_better_trial_never_ranks_below_a_worse_one(
            points in prop::collection::vec((0..5_u8, 0..5_u8), 0..12), shuffle in any::<bool>(),
        ) {
            let figure = |level: u8| [0.0, 1.0, 2.0, f64::INFINITY, -0.0][usize::from(level)];
            let points: Vec<_> = points.iter().map(|&(loss, size)| (figure(loss), figure(size))).collect();
            let mut trials = complete(&points);
            if shuffle {
                trials.reverse();
            }
            let ranking = rank(&trials, &goals(&[("loss", Goal::Minimize), ("size", Goal::Maximize)]));
            let mut numbers = order(&ranking);
            let first = best(&trials, &goals(&[("loss", Goal::Minimize), ("size", Goal::Maximize)]));
            prop_assert_eq!(first.map(|trial| trial.number), numbers.first().copied());
            for (place, above) in ranking.iter().enumerate() {
                for below in &ranking[place..] {
                    let ((a, b), (c, d)) = (points[above.trial.number as usize], points[below.trial.number as usize]);
                    prop_assert!(!(c <= a && d >= b && (c < a || d > b)), "{below:?} is better than {above:?}");
                    prop_assert!(above.front <= below.front);
                }
            }
            numbers.sort_unstable();
            prop_assert!(numbers.into_iter().eq(0..points.len() as TrialNumber));
        }
    }
}
