//! What the model is fitted to: one number a trial, less is better, of about unit variance.

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::history::{Fate, History};
use crate::normal::quantile;

/// The share of the sum in the augmented Chebyshev scalarisation.
const SUM: f64 = 0.05;

/// At most `most` finished trials, failures among them, with their scores.
pub(super) fn scores(history: &History, most: usize, rng: &mut Pcg64) -> (Vec<usize>, Vec<f64>) {
    let mut costs = scalars(history, rng);
    costs.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut is_scored = vec![false; history.pasts().len()];
    for (trial, _) in &costs {
        is_scored[*trial] = true;
    }
    let over = history.pasts().iter().zip(&is_scored).enumerate();
    let failed = over.filter(|(_, (past, scored))| !**scored && past.fate != Fate::Unfinished);
    costs.extend(failed.map(|(trial, _)| (trial, f64::INFINITY)));
    if costs.len() > most {
        // The best half as they are, the others spread over what is left.
        let (kept, rest) = (most / 2, costs.len() - most / 2);
        let picked = (0..most - kept).map(|index| kept + (index + 1) * rest / (most - kept) - 1);
        let picked: Vec<(usize, f64)> = picked.map(|index| costs[index]).collect();
        costs.truncate(kept);
        costs.extend(picked);
    }
    warp(&mut costs);
    costs.into_iter().unzip()
}

/// One cost for each scored trial; of several objectives, a random combination.
fn scalars(history: &History, rng: &mut Pcg64) -> Vec<(usize, f64)> {
    let goals = history.goals();
    let costs: Vec<(usize, Vec<f64>)> = history
        .scored()
        .map(|(trial, values)| (trial, goals.iter().zip(values).map(|(goal, value)| goal.cost(*value)).collect()))
        .collect();
    if goals.len() == 1 {
        return costs.into_iter().map(|(trial, costs)| (trial, costs[0])).collect();
    }
    // Even over the simplex: shares of exponential draws.
    let draws: Vec<f64> = goals.iter().map(|_| -(1.0 - rng.random::<f64>()).ln()).collect();
    let sum: f64 = draws.iter().sum();
    let bounds: Vec<(f64, f64)> = (0..goals.len())
        .map(|objective| {
            let values = costs.iter().map(|(_, costs)| costs[objective]);
            (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
        })
        .collect();
    let scalar = |costs: &[f64]| {
        let parts = costs.iter().zip(&bounds).zip(&draws).map(|((cost, (low, high)), draw)| {
            // Halves, because the whole difference may be infinite.
            let spread = high / 2.0 - low / 2.0;
            if spread > 0.0 { draw / sum * (cost / 2.0 - low / 2.0) / spread } else { 0.0 }
        });
        parts.clone().fold(0.0, f64::max) + SUM * parts.sum::<f64>()
    };
    costs.into_iter().map(|(trial, costs)| (trial, scalar(&costs))).collect()
}

/// Turns sorted costs into scores: those better than the median as they are, in units of their deviation from it; the
/// others as far on the other side as their rank has them in a normal distribution. So neither a single huge cost nor
/// a failure makes all others look alike.
fn warp(costs: &mut [(usize, f64)]) {
    let count = costs.len();
    let half = count / 2;
    let median = costs.get(half).map_or(0.0, |(_, cost)| *cost);
    let better = costs[..half].iter().map(|(_, cost)| ((cost - median) / 2.0).powi(2) * 4.0);
    let deviation = (better.sum::<f64>() / half.max(1) as f64).sqrt();
    for (rank, (_, cost)) in costs.iter_mut().enumerate() {
        let good = if deviation > 0.0 && deviation.is_finite() { (*cost - median) / deviation } else { 0.0 };
        let place = (rank as f64 + 0.5) / count as f64;
        let same = cost.total_cmp(&median).is_eq();
        *cost = if rank < half || same { if good.is_finite() { good } else { 0.0 } } else { quantile(place) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_half_keeps_its_proportions() {
        let mut costs = vec![(0, 1.0), (1, 2.0), (2, 4.0), (3, 1e9), (4, f64::INFINITY)];
        warp(&mut costs);
        let scores: Vec<f64> = costs.iter().map(|(_, score)| *score).collect();
        assert!((scores[0] / scores[1] - 1.5).abs() < 1e-12 && scores[2] == 0.0, "{scores:?}");
        assert!((scores[3] - quantile(0.7)).abs() < 1e-12 && (scores[4] - quantile(0.9)).abs() < 1e-12, "{scores:?}");
    }

    #[test]
    fn whatever_the_costs_scores_are_finite() {
        for costs in [vec![3.0; 6], vec![f64::MIN, f64::MIN, 0.0, f64::MAX], vec![f64::INFINITY; 3], vec![]] {
            let mut costs: Vec<(usize, f64)> = costs.into_iter().enumerate().collect();
            warp(&mut costs);
            assert!(costs.iter().all(|(_, score)| score.is_finite()), "{costs:?}");
        }
    }
}
