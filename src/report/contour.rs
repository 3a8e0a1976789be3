//! The first objective over pairs of parameters: a Gaussian smoother over the trials (Nadaraya 1964; Watson 1964) on a
//! grid, no further from them than it can say something.

use serde::Serialize;

use super::axis::{Axis, Scale};
use super::scope::{Scope, brief, finite};

/// A scale of numbers has so many columns or rows.
const PARTS: usize = 24;

/// The deviation of the smoother, in columns: a twelfth of a scale.
const WIDTH: f64 = 2.0;

/// Where less than this weight of trials is near, nothing is said.
const LEAST: f64 = 0.3;

/// An objective over two parameters.
#[derive(Debug, Serialize)]
pub struct Contour {
    /// The parameter along the columns.
    pub x: String,
    /// The parameter along the rows.
    pub y: String,
    /// Columns and rows.
    pub size: [usize; 2],
    /// Column, row and the smoothed value, where trials are near.
    pub cells: Vec<(usize, usize, f64)>,
}

/// The pairs of the `leading` axes.
pub fn contours(scope: &Scope<'_>, leading: &[&Axis]) -> Vec<Contour> {
    let pairs = leading.iter().enumerate().flat_map(|(index, x)| leading[index + 1..].iter().map(move |y| (*x, *y)));
    pairs.map(|(x, y)| contour(scope, x, y)).filter(|contour| !contour.cells.is_empty()).collect()
}

fn contour(scope: &Scope<'_>, x: &Axis, y: &Axis) -> Contour {
    let size = [x.parts(PARTS), y.parts(PARTS)];
    let mut sums = vec![[0.0_f64; 2]; size[0] * size[1]];
    if let Some((metric, _)) = scope.objectives().first() {
        for trial in scope.competing() {
            let place = || Some((x.number(&trial.candidate)?, y.number(&trial.candidate)?, finite(trial, metric)?));
            if let Some((column, row, value)) = place() {
                let sum = &mut sums[x.part(column, size[0]) * size[1] + y.part(row, size[1])];
                *sum = [sum[0] + 1.0, sum[1] + value];
            }
        }
    }
    let kernels = [kernel(x, size[0]), kernel(y, size[1])];
    let smoothed = |column: usize, row: usize| {
        let mut total = [0.0; 2];
        for (index, sum) in sums.iter().enumerate().filter(|(_, sum)| sum[0] > 0.0) {
            let weight = kernels[0][column.abs_diff(index / size[1])] * kernels[1][row.abs_diff(index % size[1])];
            total = [total[0] + weight * sum[0], total[1] + weight * sum[1]];
        }
        (total[0] >= LEAST).then(|| (column, row, brief(total[1] / total[0])))
    };
    let cells = (0..size[0]).flat_map(|column| (0..size[1]).map(move |row| (column, row)));
    let cells = cells.filter_map(|(column, row)| smoothed(column, row)).collect();
    Contour { x: x.name.clone(), y: y.name.clone(), size, cells }
}

/// The weight of a trial by its distance in columns. Listed values do not blend.
fn kernel(axis: &Axis, size: usize) -> Vec<f64> {
    let weight = |distance: usize| match axis.scale {
        Scale::Values { .. } => f64::from(u8::from(distance == 0)),
        Scale::Range { .. } => (-0.5 * (distance as f64 / WIDTH).powi(2)).exp(),
    };
    (0..size).map(weight).collect()
}
