//! Kernels on a few values.

use rand::{Rng, RngExt};

use super::bandwidth::deviations;
use crate::normal::mass_below;
use crate::space::domain::draw::passed;

/// No value is less likely than this.
const LEAST: f64 = 1e-300;

/// Kernels of which those around the same value are the same.
pub(super) struct Table {
    /// The kernel around each value, and the prior at the end; empty where no kernel has it.
    rows: Vec<Vec<f64>>,
    /// For each value its logarithms in all kernels: side by side, since they are added up again and again.
    logs: Vec<Vec<f64>>,
    /// The row of each kernel.
    row: Vec<usize>,
    /// The coordinate of each value.
    places: Vec<f64>,
}

impl Table {
    /// The masses of normal kernels between `edges`, all of one deviation: the mean of those that the
    /// [distances](deviations) of `numbers` give.
    pub(super) fn of_levels(edges: &[f64], weights: &[f64], numbers: &[f64]) -> Self {
        let places: Vec<f64> = edges.windows(2).map(|ends| f64::midpoint(ends[0], ends[1])).collect();
        let known: Vec<f64> = deviations(numbers).into_iter().filter(|deviation| !deviation.is_nan()).collect();
        let deviation = known.iter().sum::<f64>() / known.len() as f64;
        let around = |level: usize| {
            let below: Vec<f64> = edges.iter().map(|edge| mass_below((edge - places[level]) / deviation)).collect();
            normalised(below.windows(2).map(|masses| masses[1] - masses[0]).collect())
        };
        let last = places.len() - 1;
        let level = |number: f64| (edges.partition_point(|edge| *edge <= number).max(1) - 1).min(last);
        Self::new(
            places.clone(),
            weights,
            numbers.iter().map(|number| (!number.is_nan()).then(|| level(*number))),
            around,
        )
    }

    /// Kernels that give a point's own name as much more weight than another has as there are kernels.
    pub(super) fn of_names(weights: &[f64], numbers: &[f64]) -> Self {
        let share = weights.len() as f64 / (numbers.len() + 1) as f64;
        let around = |name: usize| {
            let one = |(other, weight): (usize, &f64)| share * weight + f64::from(u8::from(other == name));
            normalised(weights.iter().enumerate().map(one).collect())
        };
        let places = (0..weights.len()).map(|name| name as f64).collect();
        Self::new(places, weights, numbers.iter().map(|number| (!number.is_nan()).then_some(*number as usize)), around)
    }

    fn new(
        places: Vec<f64>,
        prior: &[f64],
        values: impl Iterator<Item = Option<usize>>,
        around: impl Fn(usize) -> Vec<f64>,
    ) -> Self {
        let row: Vec<usize> = values.map(|value| value.unwrap_or(places.len())).chain([places.len()]).collect();
        let mut rows = vec![Vec::new(); places.len()];
        for value in row.iter().filter(|value| **value < places.len()) {
            if rows[*value].is_empty() {
                rows[*value] = around(*value);
            }
        }
        rows.push(prior.to_vec());
        let log = |row: &Vec<f64>, value: usize| row.get(value).map_or(0.0, |mass| mass.max(LEAST).ln());
        let logs = (0..places.len()).map(|value| {
            let of_rows: Vec<f64> = rows.iter().map(|row| log(row, value)).collect();
            row.iter().map(|row| of_rows[*row]).collect()
        });
        let logs = logs.collect();
        Self { rows, logs, row, places }
    }

    /// A draw from one kernel.
    pub(super) fn draw(&self, kernel: usize, rng: &mut impl Rng) -> f64 {
        self.places[passed(&self.rows[self.row[kernel]], rng.random())]
    }

    /// Adds the logarithm of each kernel's mass at `at` to `logs`.
    pub(super) fn add_logs(&self, at: f64, logs: &mut [f64]) {
        let value = self.places.partition_point(|place| *place < at).min(self.places.len() - 1);
        for (log, own) in logs.iter_mut().zip(&self.logs[value]) {
            *log += own;
        }
    }
}

fn normalised(masses: Vec<f64>) -> Vec<f64> {
    let sum: f64 = masses.iter().sum();
    masses.into_iter().map(|mass| mass / sum).collect()
}
