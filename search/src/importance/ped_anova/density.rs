//! Densities on a grid of cells.

use crate::normal::mass_below;

/// No density is less.
const LEAST: f64 = 1e-12;
/// No kernel is narrower: 90 % of it are in its own cell.
const NARROWEST: f64 = 0.5 / 1.64;

/// The mass of each cell, given how many trials are in it: a kernel for each cell that has any, of their number as its
/// weight, and one of weight 1 for all cells alike. Cells are `ordered`, or stand for names.
pub(super) fn masses(counts: &[usize], ordered: bool) -> Vec<f64> {
    let trials: f64 = counts.iter().sum::<usize>() as f64;
    let mut masses = vec![0.0; counts.len()];
    if ordered {
        let deviation = bandwidth(counts);
        let full = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        full.for_each(|(cell, count)| add_kernel(cell as f64, deviation, *count as f64, &mut masses));
        add_kernel((counts.len() - 1) as f64 / 2.0, counts.len() as f64, 1.0, &mut masses);
    } else {
        // The kernel of a name gives all others a share that gets less as there are more kernels.
        let share = 1.0 / (counts.iter().filter(|count| **count > 0).count() + 1) as f64;
        let names = counts.len() as f64;
        for (mass, count) in masses.iter_mut().zip(counts) {
            *mass = (trials * share + *count as f64) / (1.0 + names * share) + 1.0 / names;
        }
    }
    masses.into_iter().map(|mass| mass / (trials + 1.0) + LEAST).collect()
}

/// The rule of Scott for numbers of cells of which there are so many each: with the quartiles where they are less
/// spread out than a normal distribution of their variance.
fn bandwidth(counts: &[usize]) -> f64 {
    let total: usize = counts.iter().sum();
    let cells = || counts.iter().enumerate().map(|(cell, count)| (cell as f64, *count as f64));
    let mean = cells().map(|(cell, count)| cell * count).sum::<f64>() / total as f64;
    let squares: f64 = cells().map(|(cell, count)| (cell - mean).powi(2) * count).sum();
    let deviation = (squares / total.saturating_sub(1).max(1) as f64).sqrt();
    // The first cell up to which there are so many, and the first up to which there are more.
    let sums = counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    let full = || sums.clone().enumerate().filter(|(cell, _)| counts[*cell] > 0);
    let last = full().last().map_or(0, |(cell, _)| cell);
    let lower = full().find(|(_, sum)| *sum >= total / 4).map_or(last, |(cell, _)| cell);
    let upper = full().find(|(_, sum)| *sum > total * 3 / 4).map_or(last, |(cell, _)| cell);
    let spread = deviation.min((upper - lower) as f64 / 1.34);
    (1.059 * spread * (total as f64).powf(-0.2)).max(NARROWEST)
}

/// Adds a normal kernel that is cut off at the ends of the grid.
fn add_kernel(centre: f64, deviation: f64, weight: f64, masses: &mut [f64]) {
    let below = |edge: usize| mass_below((edge as f64 - 0.5 - centre) / deviation);
    let whole = below(masses.len()) - below(0);
    let mut low = below(0);
    for (cell, mass) in masses.iter_mut().enumerate() {
        let high = below(cell + 1);
        *mass += weight * (high - low) / whole;
        low = high;
    }
}
