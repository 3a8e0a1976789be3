//! A density over the axes of one group: a mixture of kernels around points and of the prior.

use rand::{Rng, RngExt};

use crate::space::axes::Axis;
use crate::space::domain::draw::passed;
use smooth::Smooth;
use table::Table;

mod bandwidth;
mod smooth;
mod table;

/// Kernels that are less likely than the likeliest by this factor, as a logarithm, add nothing that 16 digits show.
const NEGLIGIBLE: f64 = -37.0;

/// A mixture of a kernel for each point and one for the prior.
///
/// A kernel is a product over the axes. Numbers have [normal kernels](Smooth) cut off at the ends of the unit interval;
/// levels have the [mass of such a kernel](Table::of_levels) on their part of it; names have a kernel that
/// [favours the point's own](Table::of_names). A coordinate that a point lacks has the prior for a kernel.
pub(super) struct Parzen {
    columns: Vec<Column>,
    /// The weights of the kernels.
    weights: Vec<f64>,
    /// What makes the mass of each kernel its weight, as a logarithm.
    constants: Vec<f64>,
}

/// The kernels on one axis, that of the prior last.
enum Column {
    Smooth(Smooth),
    Table(Table),
}

impl Parzen {
    /// The density around points of these `weights`, which have a number or NaN for each of `axes`: for each axis those
    /// of all points. The prior weighs 1.
    pub(super) fn new(axes: &[&Axis], numbers: Vec<Vec<f64>>, mut weights: Vec<f64>) -> Self {
        weights.push(1.0);
        let whole: f64 = weights.iter().sum();
        let mut constants: Vec<f64> = weights.iter().map(|weight| (weight / whole).ln()).collect();
        let column = |(axis, numbers): (&&Axis, Vec<f64>)| match axis {
            Axis::Continuum { prior } => Column::Smooth(Smooth::new(*prior, numbers, &mut constants)),
            Axis::Levels { edges, weights } => Column::Table(Table::of_levels(edges, weights, &numbers)),
            Axis::Names { weights } => Column::Table(Table::of_names(weights, &numbers)),
        };
        Self { columns: axes.iter().zip(numbers).map(column).collect(), weights, constants }
    }

    /// Puts a draw from the mixture in the place of `point`.
    pub(super) fn draw(&self, point: &mut Vec<f64>, rng: &mut impl Rng) {
        let kernel = passed(&self.weights, rng.random());
        point.clear();
        point.extend(self.columns.iter().map(|column| match column {
            Column::Smooth(column) => column.draw(kernel, rng),
            Column::Table(column) => column.draw(kernel, rng),
        }));
    }

    /// The logarithm of the density at `point`, which lacks nothing; `logs` is room to work in.
    pub(super) fn log_density(&self, point: &[f64], logs: &mut Vec<f64>) -> f64 {
        logs.clear();
        logs.extend_from_slice(&self.constants);
        for (column, at) in self.columns.iter().zip(point) {
            match column {
                Column::Smooth(column) => column.add_logs(*at, logs),
                Column::Table(column) => column.add_logs(*at, logs),
            }
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares = logs.iter().map(|log| log - most).filter(|share| *share > NEGLIGIBLE);
        most + shares.map(f64::exp).sum::<f64>().ln()
    }
}

#[cfg(test)]
mod tests;
