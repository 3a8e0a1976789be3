//! The first fronts of a past, kept up to date trial by trial.

use std::cmp::Ordering;

use crate::pareto::{dominates, lexicographic};

/// So many trials can be asked for, as many as TPE takes for good at the most: the fronts that hold them are known,
/// however long the past is.
pub(crate) const LEADING: usize = 25;

/// Fronts are forgotten once those before them hold so many trials. What is more than [`LEADING`] is there to be lost:
/// a trial that dominates many at once pushes them back, and all have to be counted anew when there are too few.
const KEPT: usize = 4 * LEADING;

/// Trials that no others dominate, then those that no others of the rest dominate, and so on; of those with equal costs
/// the first alone. With one objective each front is one trial.
#[derive(Debug, Clone, Default)]
pub(super) struct Leaders {
    fronts: Vec<Front>,
    /// Whether there are further fronts, which are not known.
    is_cut: bool,
}

impl Leaders {
    /// The leaders among `trials`, each with its costs.
    pub fn new(mut trials: Vec<(usize, Vec<f64>)>) -> Self {
        // In this order nobody is pushed back by a later one, so what is cut off is never missed.
        trials.sort_by(|(a, one), (b, other)| lexicographic(one, other).then(a.cmp(b)));
        let mut leaders = Self::default();
        for (trial, costs) in trials {
            leaders.rise(trial, costs);
        }
        leaders
    }

    /// Puts `trial` where it belongs, and those that it dominates on the fronts behind.
    pub fn rise(&mut self, trial: usize, costs: Vec<f64>) {
        // Whoever is behind a point of some front is behind one of every front before.
        let place = self.fronts.partition_point(|front| front.dominates(&costs));
        if self.is_cut && place == self.fronts.len() {
            return;
        }
        let mut rising = vec![(trial, costs)];
        for place in place..self.fronts.len() {
            let front = &mut self.fronts[place];
            let before = front.trials.len();
            rising = front.admit(rising);
            if rising.is_empty() {
                break;
            }
            if rising.len() == before {
                // All on the front behind are behind one of these: they all stay together.
                self.fronts.insert(place + 1, Front::new(std::mem::take(&mut rising)));
                break;
            }
        }
        if !self.is_cut && !rising.is_empty() {
            self.fronts.push(Front::new(rising));
        }
        while self.fronts.last().is_some_and(|last| self.len() - last.trials.len() >= KEPT) {
            self.fronts.pop();
            self.is_cut = true;
        }
    }

    /// Whether fewer are known than may be asked for, though there are more.
    pub fn is_short(&self) -> bool {
        self.is_cut && self.len() < LEADING
    }

    /// The fronts, first to last, each in the order of costs.
    pub fn fronts(&self) -> impl Iterator<Item = &[usize]> {
        self.fronts.iter().map(|front| front.trials.as_slice())
    }

    fn len(&self) -> usize {
        self.fronts().map(<[usize]>::len).sum()
    }
}

/// Trials of which none dominates another or has the same costs, in the order of their costs.
#[derive(Debug, Clone, Default)]
struct Front {
    trials: Vec<usize>,
    costs: Vec<Vec<f64>>,
}

impl Front {
    fn new(mut trials: Vec<(usize, Vec<f64>)>) -> Self {
        trials.sort_by(|(_, one), (_, other)| lexicographic(one, other));
        let (trials, costs) = trials.into_iter().unzip();
        Self { trials, costs }
    }

    /// Whether any of these trials dominates `costs`.
    fn dominates(&self, costs: &[f64]) -> bool {
        // Of two objectives the first rises along a front and the second falls, so the nearest speaks for all.
        let looked_at = if costs.len() > 2 { usize::MAX } else { 1 };
        self.costs[..self.after(costs)].iter().rev().take(looked_at).any(|other| dominates(other, costs))
    }

    /// Adds trials that none of these dominates, and returns those that they dominate in their place. Of equals the
    /// first stays.
    fn admit(&mut self, rising: Vec<(usize, Vec<f64>)>) -> Vec<(usize, Vec<f64>)> {
        let mut fallen = Vec::new();
        for (trial, costs) in rising {
            let at = self.after(&costs);
            if at > 0 && self.costs[at - 1] == costs {
                self.trials[at - 1] = self.trials[at - 1].min(trial);
                continue;
            }
            let behind = |other: &Vec<f64>| dominates(&costs, other);
            if costs.len() > 2 {
                let places: Vec<usize> = (at..self.costs.len()).filter(|place| behind(&self.costs[*place])).collect();
                for place in places.into_iter().rev() {
                    fallen.push((self.trials.remove(place), self.costs.remove(place)));
                }
            } else {
                let end = at + self.costs[at..].iter().take_while(|other| behind(other)).count();
                fallen.extend(self.trials.drain(at..end).zip(self.costs.drain(at..end)));
            }
            self.trials.insert(at, trial);
            self.costs.insert(at, costs);
        }
        fallen
    }

    /// How many come before `costs` or are equal to them.
    fn after(&self, costs: &[f64]) -> usize {
        self.costs.partition_point(|other| lexicographic(other, costs) != Ordering::Greater)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::{Fate, History, Past};
    use crate::pareto::{Goal, ranks};

    /// Points about one another, after which some dominate many at once.
    fn points() -> impl Strategy<Value = Vec<Vec<f64>>> {
        let point = |low: i8| prop::collection::vec((low..low + 15).prop_map(f64::from), 4);
        let crowd = prop::collection::vec(point(0), 0..250);
        (crowd, prop::collection::vec(point(-9), 0..4), 1_usize..5).prop_map(|(crowd, late, objectives)| {
            let points = crowd.into_iter().chain(late);
            points.map(|point| point.into_iter().take(objectives).collect()).collect()
        })
    }

    proptest! {
        #[test]
        fn the_leading_are_the_first_fronts_of_all(points in points(), wanted in 1..=LEADING) {
            let objectives = points.first().map_or(1, Vec::len);
            let goals = vec![Goal::Minimize; objectives];
            let mut history = History::new(goals.clone(), Vec::new());
            for point in &points {
                history.push(Past { candidate: [].into_iter().collect(), fate: Fate::Complete(point.clone()) });
            }
            let first: Vec<usize> =
                (0..points.len()).filter(|trial| !points[..*trial].contains(&points[*trial])).collect();
            let ranks = ranks(&first.iter().map(|trial| points[*trial].clone()).collect::<Vec<_>>(), &goals);
            let mut expected: Vec<Vec<usize>> = Vec::new();
            while expected.iter().map(Vec::len).sum::<usize>() < wanted.min(first.len()) {
                let on = |(trial, rank): (&usize, &Option<usize>)| (*rank == Some(expected.len())).then_some(*trial);
                expected.push(first.iter().zip(&ranks).filter_map(on).collect());
            }
            let leading = history.leading(wanted).map(|front| {
                let mut front = front.to_vec();
                front.sort_unstable();
                front
            });
            prop_assert_eq!(leading.collect::<Vec<_>>(), expected);
        }
    }
}
