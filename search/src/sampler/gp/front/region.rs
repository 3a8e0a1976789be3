//! What a front leaves to be gained, as boxes, and how much of it a normal result is expected to gain.
//!
//! The volume that a result gains is the sum over boxes of the product of how far it reaches into each along every
//! objective, and so is its expectation when objectives are independent: K. Yang, M. Emmerich, A. Deutz, T. Bäck,
//! "Efficient computation of expected hypervolume improvement using box decomposition algorithms", Journal of Global
//! Optimization 75, 2019. Everything is in logarithms, as for one objective.

use crate::normal::{log_expected_excess, log_expected_excess_slope};

/// The places below a reference that no point of a front dominates, less being better.
pub(super) struct Region {
    /// The ends of sides, rising, for each objective.
    ends: Vec<Vec<f64>>,
    /// The sides of boxes, for each objective: many boxes share one.
    sides: Vec<Vec<Side>>,
    /// Boxes that do not overlap and leave nothing out: the number of their side in each objective.
    boxes: Vec<Vec<usize>>,
}

/// An interval of one objective, by the numbers of its ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    /// None: without bound.
    low: Option<usize>,
    high: usize,
}

/// A logarithm, and its derivatives by the mean and the deviation of a normal variable.
#[derive(Clone, Copy)]
struct Log {
    value: f64,
    by_mean: f64,
    by_deviation: f64,
}

impl Log {
    /// Of how far a variable is expected below `end`, where it is.
    fn below(end: f64, mean: f64, deviation: f64) -> Self {
        let at = (end - mean) / deviation;
        let slope = log_expected_excess_slope(at);
        let value = deviation.ln() + log_expected_excess(at);
        Self { value, by_mean: -slope / deviation, by_deviation: (1.0 - at * slope) / deviation }
    }

    /// Of the difference; negative infinity, with derivatives of no meaning, where rounding leaves none.
    fn minus(self, less: Self) -> Self {
        let lower = less.value - self.value;
        let (share, rest) = (lower.exp(), (-lower.exp_m1()).max(0.0));
        let slope = |own: f64, less: f64| (own - share * less) / rest;
        Self {
            value: self.value + rest.ln(),
            by_mean: slope(self.by_mean, less.by_mean),
            by_deviation: slope(self.by_deviation, less.by_deviation),
        }
    }
}

impl Region {
    /// What `front` leaves below `reference`; only points below it in every objective count.
    pub(super) fn new(front: &[Vec<f64>], reference: &[f64]) -> Self {
        let is_inside = |point: &&Vec<f64>| point.iter().zip(reference).all(|(at, end)| at < end);
        let front: Vec<&Vec<f64>> = front.iter().filter(is_inside).collect();
        let ends = |(objective, last): (usize, &f64)| {
            let mut ends: Vec<f64> = front.iter().map(|point| point[objective]).chain([*last]).collect();
            ends.sort_by(f64::total_cmp);
            ends.dedup();
            ends
        };
        let ends: Vec<Vec<f64>> = reference.iter().enumerate().map(ends).collect();
        let number = |(at, ends): (&f64, &Vec<f64>)| ends.partition_point(|end| end < at);
        let points = front.iter().map(|point| point.iter().zip(&ends).map(number).collect()).collect();
        let last: Vec<usize> = ends.iter().map(|ends| ends.len() - 1).collect();
        let found = boxes(points, &last);
        let sides = |objective: usize| {
            let mut sides: Vec<Side> = found.iter().map(|sides| sides[objective]).collect();
            sides.sort_unstable();
            sides.dedup();
            sides
        };
        let sides: Vec<Vec<Side>> = (0..reference.len()).map(sides).collect();
        let number = |(side, sides): (&Side, &Vec<Side>)| sides.partition_point(|other| other < side);
        let boxes = found.iter().map(|own| own.iter().zip(&sides).map(number).collect()).collect();
        Self { ends, sides, boxes }
    }

    /// The logarithm of the volume that a `result` is expected to gain, of which each objective is normal with a mean
    /// and a deviation, independent of the others; and its derivatives by them.
    pub(super) fn log_expected_gain(&self, result: &[(f64, f64)]) -> (f64, Vec<(f64, f64)>) {
        let below = result.iter().zip(&self.ends).map(|((mean, deviation), ends)| -> Vec<Log> {
            ends.iter().map(|end| Log::below(*end, *mean, *deviation)).collect()
        });
        let reaches = below.zip(&self.sides).map(|(below, sides)| -> Vec<Log> {
            let reach = |side: &Side| side.low.map_or(below[side.high], |low| below[side.high].minus(below[low]));
            sides.iter().map(reach).collect()
        });
        let reaches: Vec<Vec<Log>> = reaches.collect();
        let volume = |sides: &Vec<usize>| sides.iter().zip(&reaches).map(|(side, reaches)| reaches[*side].value).sum();
        let volumes: Vec<f64> = self.boxes.iter().map(volume).collect();
        let most = volumes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let gain = most + volumes.iter().map(|volume| (volume - most).exp()).sum::<f64>().ln();
        let mut slopes = vec![(0.0, 0.0); result.len()];
        for (sides, volume) in self.boxes.iter().zip(&volumes) {
            let share = (volume - gain).exp();
            if share > 0.0 {
                for (((by_mean, by_deviation), side), reaches) in slopes.iter_mut().zip(sides).zip(&reaches) {
                    *by_mean += share * reaches[*side].by_mean;
                    *by_deviation += share * reaches[*side].by_deviation;
                }
            }
        }
        (gain, slopes)
    }
}

/// The boxes below `last` that none of `points` dominates: slices of the last objective from point to point, each cut
/// by the points below it as they lie in the other objectives.
fn boxes(mut points: Vec<Vec<usize>>, last: &[usize]) -> Vec<Vec<Side>> {
    let Some((end, others)) = last.split_last() else { return Vec::new() };
    let own = others.len();
    points.sort_by_key(|point| point[own]);
    if others.is_empty() {
        return vec![vec![Side { low: None, high: points.first().map_or(*end, |point| point[own]) }]];
    }
    let mut found = Vec::new();
    let mut below: Vec<Vec<usize>> = Vec::new();
    let mut low = None;
    for slice in points.chunk_by(|a, b| a[own] == b[own]).map(Some).chain([None]) {
        let high = slice.map_or(*end, |slice| slice[0][own]);
        for mut sides in boxes(below.clone(), others) {
            sides.push(Side { low, high });
            found.push(sides);
        }
        let more = slice.into_iter().flatten().map(|point| point[..own].to_vec());
        below = undominated(below.into_iter().chain(more).collect());
        low = Some(high);
    }
    found
}

/// Those that no other is as good as; one of equals.
fn undominated(points: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut kept: Vec<Vec<usize>> = Vec::new();
    let covers = |a: &[usize], b: &[usize]| a.iter().zip(b).all(|(a, b)| a <= b);
    for new in points {
        if !kept.iter().any(|old| covers(old, &new)) {
            kept.retain(|old| !covers(&new, old));
            kept.push(new);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
