//! What models are fitted to: one number a trial and model, less is better, of about unit variance.
//!
//! With the worse half by rank (Vizier, arXiv 2408.11527), good trials stand out, and the model refines them: right on
//! slopes, wrong on plateaus, such as tables that answer with the nearest of their rows, where the trials beside the
//! best one are the best one again. So a single objective that has equal costs in its better half is standardised and no
//! more, as in the `GPSampler` of Optuna, where there are real numbers: among names, equal costs are no plateau.

use rand::RngExt;
use rand_pcg::Pcg64;

use crate::history::{Fate, History};
use crate::normal::quantile;
use crate::pareto::{self, Goal};

/// Objectives that have a model each; more are combined for one.
const MOST_MODELS: usize = 3;
/// The share of the sum in the augmented Chebyshev scalarisation.
const SUM: f64 = 0.05;
/// How far the better half is spread by ranks too where there are several objectives.
const RANKED: f64 = 0.25;
/// Trials of the better half with the same cost as another that tell of plateaus.
const TIES: usize = 2;

/// At most `most` finished trials, failures among them, and for each model their scores; `is_real` is a space with real
/// numbers.
pub(super) fn scores(history: &History, is_real: bool, most: usize, rng: &mut Pcg64) -> (Vec<usize>, Vec<Vec<f64>>) {
    let (trials, costs): (Vec<usize>, Vec<Vec<f64>>) = modelled(history, rng).into_iter().unzip();
    let models = costs.first().map_or(0, Vec::len);
    let order = pareto::best_first(&costs, &vec![Goal::Minimize; models]);
    let mut rows: Vec<(usize, Vec<f64>)> =
        order.into_iter().map(|place| (trials[place], costs[place].clone())).collect();
    let is_failed =
        |trial: &usize| history.pasts()[*trial].fate != Fate::Unfinished && history.values(*trial).is_none();
    let failed = (0..history.pasts().len()).filter(is_failed);
    rows.extend(failed.map(|trial| (trial, vec![f64::INFINITY; models])));
    if rows.len() > most {
        // The best half as they are, the others spread over what is left.
        let (kept, rest) = (most / 2, rows.len() - most / 2);
        let picked = (0..most - kept).map(|index| kept + (index + 1) * rest / (most - kept) - 1);
        let picked: Vec<(usize, Vec<f64>)> = picked.map(|index| rows[index].clone()).collect();
        rows.truncate(kept);
        rows.extend(picked);
    }
    let column = |model: usize| rows.iter().map(|(_, costs)| costs[model]).collect::<Vec<f64>>();
    let score = |costs: &[f64]| match models {
        1 if is_real && has_plateaus(costs) => standardise(costs),
        1 => warp(costs, 0.0),
        _ => warp(costs, RANKED),
    };
    let scores = (0..models).map(|model| score(&column(model))).collect();
    (rows.into_iter().map(|(trial, _)| trial).collect(), scores)
}

/// The costs of each scored trial: of the objectives that tell trials apart, or of too many a random combination.
fn modelled(history: &History, rng: &mut Pcg64) -> Vec<(usize, Vec<f64>)> {
    let goals = history.goals();
    let mut rows: Vec<(usize, Vec<f64>)> =
        history.scored().map(|(trial, values)| (trial, pareto::costs(values, goals))).collect();
    let tells =
        |objective: &usize| rows.windows(2).any(|pair| pair[0].1[*objective].total_cmp(&pair[1].1[*objective]).is_ne());
    let telling: Vec<usize> = (0..goals.len()).filter(tells).collect();
    if (1..=MOST_MODELS).contains(&telling.len()) {
        for (_, costs) in &mut rows {
            *costs = telling.iter().map(|objective| costs[*objective]).collect();
        }
    } else {
        combine(&mut rows, goals.len(), rng);
    }
    rows
}

/// A random augmented Chebyshev scalarisation in place of the costs of each row.
fn combine(rows: &mut [(usize, Vec<f64>)], objectives: usize, rng: &mut Pcg64) {
    // Even over the simplex: shares of exponential draws.
    let draws: Vec<f64> = (0..objectives).map(|_| -(1.0 - rng.random::<f64>()).ln()).collect();
    let sum: f64 = draws.iter().sum();
    let bounds: Vec<(f64, f64)> = (0..objectives)
        .map(|objective| {
            let values = rows.iter().map(|(_, costs)| costs[objective]);
            (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
        })
        .collect();
    for (_, costs) in rows {
        let parts = costs.iter().zip(&bounds).zip(&draws).map(|((cost, (low, high)), draw)| {
            // Halves, because the whole difference may be infinite.
            let spread = high / 2.0 - low / 2.0;
            if spread > 0.0 { draw / sum * (cost / 2.0 - low / 2.0) / spread } else { 0.0 }
        });
        *costs = vec![parts.clone().fold(0.0, f64::max) + SUM * parts.sum::<f64>()];
    }
}

/// Whether better trials come out alike: the best are then parts of plateaus, beside which there is nothing to refine.
fn has_plateaus(costs: &[f64]) -> bool {
    let mut sorted = costs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let better = sorted[..sorted.len() / 2].windows(2);
    better.filter(|pair| pair[1].is_finite() && pair[0].total_cmp(&pair[1]).is_eq()).count() >= TIES
}

/// Turns costs into scores in proportion, in units of their deviation from the mean; a failure is as bad as the worst.
/// Good trials differ little beside bad ones, and what is little known is worth more than they are.
fn standardise(costs: &[f64]) -> Vec<f64> {
    let worst = costs.iter().copied().filter(|cost| cost.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    let count = costs.len().max(1) as f64;
    // Divided first, because the sum may be infinite.
    let mean: f64 = costs.iter().map(|cost| cost.min(worst) / count).sum();
    let away: Vec<f64> = costs.iter().map(|cost| cost.min(worst) / 2.0 - mean / 2.0).collect();
    let deviation = (away.iter().map(|away| away * away / count).sum::<f64>()).sqrt();
    let score = |away: &f64| away / deviation;
    away.iter().map(score).map(|score| if deviation.is_finite() && score.is_finite() { score } else { 0.0 }).collect()
}

/// Turns costs into scores: those better than the median as they are, in units of their deviation from it, but for a
/// share that is `ranked`; the others as far on the other side as their rank has them in a normal distribution, equal
/// ones alike. So neither a single huge cost nor a failure makes all others look alike; and with a ranked share a front
/// goes on where costs are small beside most others, as sizes of networks are.
fn warp(costs: &[f64], ranked: f64) -> Vec<f64> {
    let mut sorted = costs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let median = sorted.get(half).copied().unwrap_or_default();
    let squares = sorted[..half].iter().map(|cost| ((cost - median) / 2.0).powi(2) * 4.0);
    let deviation = (squares.sum::<f64>() / half.max(1) as f64).sqrt();
    let score = |cost: &f64| {
        let middle = sorted.partition_point(|other| other < cost) + sorted.partition_point(|other| other <= cost);
        let by_rank = quantile(middle as f64 / 2.0 / sorted.len() as f64);
        if *cost > median {
            return by_rank;
        }
        let good = (cost - median) / deviation;
        let good = if deviation.is_finite() && good.is_finite() { good } else { 0.0 };
        (1.0 - ranked) * good + ranked * by_rank
    };
    costs.iter().map(score).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, Value};
    use crate::history::Past;
    use crate::rng::{Purpose, Stream};

    #[test]
    fn the_better_half_keeps_its_proportions() {
        let scores = warp(&[1e9, 2.0, f64::INFINITY, 4.0, 1.0], 0.0);
        assert!((scores[4] / scores[1] - 1.5).abs() < 1e-12 && scores[3].abs() < 1e-12, "{scores:?}");
        assert!((scores[0] - quantile(0.7)).abs() < 1e-12 && (scores[2] - quantile(0.9)).abs() < 1e-12, "{scores:?}");
    }

    #[test]
    fn ranks_keep_the_smallest_of_many_sizes_apart() {
        let sizes: Vec<f64> = (0..20).map(|place| 10_f64.powi(place)).collect();
        let (plain, ranked) = (warp(&sizes, 0.0), warp(&sizes, 0.25));
        assert!(plain[5] - plain[0] < 1e-3 && ranked[5] - ranked[0] > 0.2, "{plain:?} {ranked:?}");
        assert!(ranked.is_sorted(), "{ranked:?}");
    }

    #[test]
    fn equal_costs_have_equal_scores() {
        let scores = warp(&[7.0, 1.0, 7.0, 2.0, 7.0, 3.0, 9.0, 0.0], 0.0);
        assert_eq!(scores[0].to_bits(), scores[2].to_bits());
        assert!(scores[4] <= scores[0] && scores[4] < scores[6], "{scores:?}");
    }

    #[test]
    fn whatever_the_costs_scores_are_finite() {
        for costs in [vec![3.0; 6], vec![f64::MIN, f64::MIN, 0.0, f64::MAX], vec![f64::INFINITY; 3], vec![]] {
            let scores = [warp(&costs, 0.5), standardise(&costs)].concat();
            assert!(scores.iter().all(|score| score.is_finite()), "{costs:?} {scores:?}");
        }
    }

    #[test]
    fn plateaus_among_the_better_half_show() {
        let slope: Vec<f64> = (0..12).map(f64::from).collect();
        let tied = |places: &[usize]| {
            let mut costs = slope.clone();
            for place in places {
                costs[*place] = costs[place - 1];
            }
            costs.reverse();
            has_plateaus(&costs)
        };
        assert!(tied(&[1, 2]) && tied(&[1, 4]));
        assert!(!tied(&[1]) && !tied(&[1, 7, 8, 9]));
        assert!(!has_plateaus(&[vec![1.0], vec![f64::INFINITY; 11]].concat()));
    }

    #[test]
    fn proportions_are_kept_and_a_failure_is_as_bad_as_the_worst() {
        let scores = standardise(&[1.0, 5.0, f64::INFINITY, 2.0]);
        assert_eq!(scores[1].to_bits(), scores[2].to_bits());
        assert!(((scores[1] - scores[0]) / (scores[3] - scores[0]) - 4.0).abs() < 1e-12, "{scores:?}");
        assert!((scores.iter().map(|score| score * score).sum::<f64>() - 4.0).abs() < 1e-12, "{scores:?}");
    }

    #[test]
    fn objectives_have_scores_each_as_far_as_they_tell_trials_apart() {
        let mut candidates = 0..;
        let mut past = |fate| {
            let number = Value::Int(candidates.next().expect("endless"));
            Past { candidate: Candidate::from_iter([("depth".to_owned(), number)]), fate }
        };
        let rows = [[3.0, 1.0, 5.0, 1.0], [1.0, 1.0, 5.0, 3.0], [2.0, 1.0, 5.0, 2.0]];
        let mut scored = |objectives: &[usize]| {
            let row = |row: &[f64; 4]| objectives.iter().map(|objective| row[*objective]).collect();
            let mut pasts: Vec<Past> = rows.iter().map(|values| past(Fate::Complete(row(values)))).collect();
            pasts.push(past(Fate::Failed));
            pasts.push(past(Fate::Unfinished));
            let history = History::new(vec![Goal::Minimize; objectives.len()], pasts);
            let (trials, scores) = scores(&history, true, 9, &mut Stream::new(1, 0, Purpose::Candidate).rng());
            let rank = |scores: &Vec<f64>| {
                let mut order: Vec<usize> = (0..trials.len()).collect();
                order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
                order.into_iter().map(|place| trials[place]).collect::<Vec<usize>>()
            };
            scores.iter().map(rank).collect::<Vec<_>>()
        };
        assert_eq!(scored(&[0, 1, 2, 3]), [[1, 2, 0, 3], [0, 2, 1, 3]]);
        assert_eq!(scored(&[1, 0]), [[1, 2, 0, 3]]);
        assert_eq!(scored(&[0, 3, 0]).len(), 3);
        assert_eq!((scored(&[0, 3, 0, 3]).len(), scored(&[1, 2]).len()), (1, 1));
    }
}
