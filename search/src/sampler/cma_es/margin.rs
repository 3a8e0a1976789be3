//! Keeps neighbouring values of whole numbers and ordinals within reach: the margin of Hamano et al.

use crate::normal::{mass_below, quantile};

/// The edges of each axis that has values in steps, and by how much its deviation is stretched.
pub(super) struct Margin {
    edges: Vec<Option<Vec<f64>>>,
    /// No neighbouring value is less likely than this; half of it where there is one on either side.
    least: f64,
    /// How much each axis is stretched.
    pub(super) scales: Vec<f64>,
}

impl Margin {
    pub(super) fn new(edges: Vec<Option<Vec<f64>>>, least: f64) -> Self {
        Self { scales: vec![1.0; edges.len()], edges, least }
    }

    /// Moves the means and stretches the axes until each value next to the mean's is likely enough. `deviations` are
    /// those of the axes before stretching.
    pub(super) fn correct(&mut self, means: &mut [f64], deviations: &[f64]) {
        let axes = self.edges.iter().zip(&mut self.scales).zip(means).zip(deviations);
        for (((edges, scale), mean), deviation) in axes {
            let Some(edges) = edges else { continue };
            let last = edges.len() - 2;
            let level = (edges.partition_point(|edge| edge <= mean).max(1) - 1).min(last);
            if !(deviation.is_finite() && *deviation > 0.0) {
                continue;
            }
            let stretched = *scale * deviation;
            if level == 0 || level == last {
                let (edge, side) = if level == 0 { (edges[1], -1.0) } else { (edges[last], 1.0) };
                if mass_below(-(*mean - edge).abs() / stretched) < self.least {
                    *mean = edge + side * stretched * quantile(1.0 - self.least);
                }
                continue;
            }
            let (low, high) = (edges[level], edges[level + 1]);
            let below = mass_below((low - *mean) / stretched);
            let above = mass_below((*mean - high) / stretched);
            let (below, above) = lifted(below, above, self.least / 2.0);
            let (down, up) = (quantile(1.0 - below), quantile(1.0 - above));
            *scale = (high - low) / ((down + up) * deviation);
            *mean = (low * up + high * down) / (down + up);
        }
    }
}

/// The masses on either side, lifted to `least` at the cost of whatever has more.
fn lifted(below: f64, above: f64, least: f64) -> (f64, f64) {
    let middle = 1.0 - below - above;
    let (low, high) = (below.max(least), above.max(least));
    let excess = 1.0 - low - high - middle;
    let all = low + middle + high - 3.0 * least;
    let share = |mass: f64| (mass + excess * (mass - least) / all).clamp(1e-10, 0.5 - 1e-10);
    (share(low), share(high))
}
