//! A density over the axes of one group: a mixture of kernels around points and of the prior.

use rand::{Rng, RngExt};

use crate::normal::{draw_in_unit, mass_below};
use crate::space::axes::Axis;
use crate::space::domain::draw::{Peak, unit};

/// Deviation of the kernels around a single point, of the unit interval.
const DEVIATION: f64 = 0.1;
/// No kernel is narrower than the unit interval over one more than the number of points, or over this.
const FINEST: f64 = 100.0;
/// No value is less likely than this.
const LEAST: f64 = 1e-300;

/// A mixture of a kernel for each point and one for the prior, all of the same weight.
///
/// Numbers have normal kernels cut off at the ends of the unit interval, of one deviation for each axis after the rule
/// of Scott; levels the mass of such a kernel on their part of it; names a kernel that gives the point's own name as
/// much more weight than another has as there are points. A coordinate that a point lacks has the prior for a kernel.
pub(super) struct Parzen {
    columns: Vec<Column>,
    kernels: usize,
}

enum Column {
    Smooth {
        /// The centre of each kernel, NaN for the prior.
        centres: Vec<f64>,
        /// What makes the mass of each kernel 1, as a logarithm.
        norms: Vec<f64>,
        deviation: f64,
        prior: Option<Peak>,
    },
    Table {
        /// The kernel around each level or name, and the prior at the end.
        rows: Vec<Vec<f64>>,
        /// The same, as logarithms.
        logs: Vec<Vec<f64>>,
        /// The row of each kernel.
        row: Vec<usize>,
        /// The coordinate of each level or name.
        places: Vec<f64>,
    },
}

impl Parzen {
    /// The density around `points`, each of which has a number or NaN for each of `axes`.
    pub(super) fn new(axes: &[&Axis], points: &[Vec<f64>]) -> Self {
        let count = points.len() as f64;
        let scott = DEVIATION * count.max(1.0).powf(-1.0 / (axes.len() as f64 + 4.0));
        let deviation = scott.max(1.0 / FINEST.min(1.0 + count));
        let column = |(index, axis): (usize, &&Axis)| {
            // NaN at the end is the prior's kernel.
            let numbers: Vec<f64> = points.iter().map(|point| point[index]).chain([f64::NAN]).collect();
            Column::new(axis, numbers, deviation)
        };
        Self { columns: axes.iter().enumerate().map(column).collect(), kernels: points.len() + 1 }
    }

    /// A point drawn from the mixture.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Vec<f64> {
        let kernel = rng.random_range(0..self.kernels);
        self.columns.iter().map(|column| column.draw(kernel, rng)).collect()
    }

    /// The logarithm of the density at `point`, which lacks nothing.
    pub(super) fn log_density(&self, point: &[f64]) -> f64 {
        let mut logs = vec![0.0; self.kernels];
        for (column, at) in self.columns.iter().zip(point) {
            column.add_logs(*at, &mut logs);
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| (log - most).exp()).sum();
        most + (sum / self.kernels as f64).ln()
    }
}

impl Column {
    fn new(axis: &Axis, numbers: Vec<f64>, deviation: f64) -> Self {
        match axis {
            Axis::Continuum { prior } => {
                let norm = |centre: &f64| {
                    let inside = mass(*centre, deviation, 0.0, 1.0);
                    -(deviation * (2.0 * std::f64::consts::PI).sqrt() * inside).ln()
                };
                let norms = numbers.iter().map(norm).collect();
                Self::Smooth { centres: numbers, norms, deviation, prior: *prior }
            }
            Axis::Levels { edges, weights } => {
                let places: Vec<f64> = edges.windows(2).map(|ends| f64::midpoint(ends[0], ends[1])).collect();
                let around = |place: &f64| {
                    let masses = edges.windows(2).map(|ends| mass(*place, deviation, ends[0], ends[1]));
                    normalised(masses.collect())
                };
                let rows = places.iter().map(around).chain([weights.clone()]).collect();
                let last = weights.len() - 1;
                let level = |number: &f64| (edges.partition_point(|edge| edge <= number).max(1) - 1).min(last);
                let row = |number: &f64| if number.is_nan() { weights.len() } else { level(number) };
                let row = numbers.iter().map(row).collect();
                Self::table(rows, row, places)
            }
            Axis::Names { weights } => {
                let share = 1.0 / numbers.len() as f64;
                let around = |name: usize| {
                    let one = |(other, weight): (usize, &f64)| {
                        share * weight * weights.len() as f64 + f64::from(u8::from(other == name))
                    };
                    normalised(weights.iter().enumerate().map(one).collect())
                };
                let rows = (0..weights.len()).map(around).chain([weights.clone()]).collect();
                let row = |number: &f64| if number.is_nan() { weights.len() } else { *number as usize };
                let row = numbers.iter().map(row).collect();
                Self::table(rows, row, (0..weights.len()).map(|name| name as f64).collect())
            }
        }
    }

    fn table(rows: Vec<Vec<f64>>, row: Vec<usize>, places: Vec<f64>) -> Self {
        let logs = rows.iter().map(|row| row.iter().map(|mass| mass.max(LEAST).ln()).collect()).collect();
        Self::Table { rows, logs, row, places }
    }

    fn draw(&self, kernel: usize, rng: &mut impl Rng) -> f64 {
        match self {
            Self::Smooth { centres, deviation, prior, .. } => {
                let centre = centres[kernel];
                // The kernel of the prior has no centre.
                if centre.is_nan() { unit(*prior, rng) } else { draw_in_unit(centre, *deviation, rng) }
            }
            Self::Table { rows, row, places, .. } => {
                let mut left: f64 = rng.random();
                let passed = rows[row[kernel]].iter().position(|mass| {
                    left -= mass;
                    left < 0.0
                });
                places[passed.unwrap_or(places.len() - 1)]
            }
        }
    }

    /// Adds the logarithm of each kernel's density at `at` to `logs`.
    fn add_logs(&self, at: f64, logs: &mut [f64]) {
        match self {
            Self::Smooth { centres, norms, deviation, prior } => {
                let of_prior = prior.map_or(0.0, |prior| prior.density(at).ln());
                for ((log, centre), norm) in logs.iter_mut().zip(centres).zip(norms) {
                    let far = (at - centre) / deviation;
                    *log += if centre.is_nan() { of_prior } else { norm - 0.5 * far * far };
                }
            }
            Self::Table { logs: table, row, places, .. } => {
                let level = places.partition_point(|place| *place < at).min(places.len() - 1);
                for (log, row) in logs.iter_mut().zip(row) {
                    *log += table[*row][level];
                }
            }
        }
    }
}

/// The mass of a normal distribution between `low` and `high`.
fn mass(centre: f64, deviation: f64, low: f64, high: f64) -> f64 {
    mass_below((high - centre) / deviation) - mass_below((low - centre) / deviation)
}

fn normalised(masses: Vec<f64>) -> Vec<f64> {
    let sum: f64 = masses.iter().sum();
    masses.into_iter().map(|mass| mass / sum).collect()
}

#[cfg(test)]
mod tests;
