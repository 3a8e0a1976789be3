//! The best cut through some trials at one axis.

use super::region::Cut;

/// The sum of costs and the number of trials of a side.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Side {
    sum: f64,
    weight: f64,
}

impl Side {
    /// With one more trial of `cost`, which counts `weight` times.
    pub(super) fn with(self, cost: f64, weight: f64) -> Self {
        Self { sum: self.sum + weight * cost, weight: self.weight + weight }
    }

    /// The mean cost.
    pub(super) fn mean(self) -> f64 {
        self.sum / self.weight
    }

    fn and(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, weight: self.weight + other.weight }
    }

    fn without(self, other: Self) -> Self {
        Self { sum: self.sum - other.sum, weight: self.weight - other.weight }
    }

    /// By how much the sum of squares is less around two means than around one.
    fn gain(self, other: Self) -> f64 {
        if self.weight <= 0.0 || other.weight <= 0.0 {
            return 0.0;
        }
        (self.mean() - other.mean()).powi(2) * self.weight * other.weight / (self.weight + other.weight)
    }
}

/// A cut and by how much it lowers the sum of squares.
pub(super) type Gain = (f64, Cut);

/// The best cut of numbers in order, each with its cost and weight. With `edges`, cuts lie on them.
pub(super) fn of_numbers(trials: impl Iterator<Item = (f64, f64, f64)> + Clone, edges: Option<&[f64]>) -> Option<Gain> {
    let all = trials.clone().fold(Side::default(), |side, (_, cost, weight)| side.with(cost, weight));
    let mut left = Side::default();
    let mut best: Option<(f64, f64, f64)> = None;
    for ((below, cost, weight), (above, ..)) in trials.clone().zip(trials.skip(1)) {
        left = left.with(cost, weight);
        if below >= above {
            continue;
        }
        let gain = left.gain(all.without(left));
        if best.is_none_or(|(most, ..)| gain > most) {
            best = Some((gain, below, above));
        }
    }
    let (gain, below, above) = best?;
    let middle = f64::midpoint(below, above);
    let on_edge = edges.and_then(|edges| {
        let between = edges.iter().copied().filter(|edge| (below..above).contains(edge));
        between.min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()))
    });
    // Between two numbers without one in between, the middle can be the upper one.
    let at = on_edge.unwrap_or(if middle < above { middle } else { below });
    Some((gain, Cut::At(at)))
}

/// The best division of `count` names, given for each trial its name, cost and weight: in the order of their mean costs
/// the best is one of the first so many against the others (W. D. Fisher, "On grouping for maximum homogeneity",
/// Journal of the American Statistical Association 53, 1958). Names that no trial has go with the larger side.
pub(super) fn of_names(trials: impl Iterator<Item = (f64, f64, f64)>, count: usize) -> Option<Gain> {
    let mut sides = vec![Side::default(); count];
    for (name, cost, weight) in trials {
        let side = &mut sides[name as usize];
        *side = side.with(cost, weight);
    }
    let all = sides.iter().fold(Side::default(), |all, side| all.and(*side));
    let mut order: Vec<usize> = (0..count).filter(|name| sides[*name].weight > 0.0).collect();
    order.sort_by(|a, b| sides[*a].mean().total_cmp(&sides[*b].mean()));
    let mut left = Side::default();
    let mut best: Option<(f64, usize, bool)> = None;
    for (place, name) in order.iter().enumerate().take(order.len().saturating_sub(1)) {
        left = left.and(sides[*name]);
        let right = all.without(left);
        let gain = left.gain(right);
        if best.is_none_or(|(most, ..)| gain > most) {
            best = Some((gain, place, left.weight > right.weight));
        }
    }
    let (gain, last, unseen) = best?;
    let mut names = vec![unseen; count];
    for (place, name) in order.into_iter().enumerate() {
        names[name] = place <= last;
    }
    Some((gain, Cut::Names(names)))
}

#[cfg(test)]
mod tests;
