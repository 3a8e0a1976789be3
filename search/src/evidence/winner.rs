//! The best of the finalists, and what it is worth.
//!
//! It is the one with the best mean: of those with the fewest failed trainings, and of these with the most values. That
//! mean is too good, because the network was chosen by it. So the *score* is found crosswise: on each fresh seed the value
//! of the network that the other seeds choose, and of these the mean. A value has no part in the choice that it judges, so
//! nothing is too good; that one seed less chooses a little worse makes the score a little low (`docs/evidence.md` has how
//! much).
//!
//! The deviation of a value is that of all networks on their seeds, pooled. Values that choose and are judged in turn
//! depend on each other: the variance of such a score is up to twice that of a mean, as simulation shows, and the interval
//! goes by that.

use serde::Serialize;

use super::ALPHA;
use super::answer::Trainings;
use super::design::Design;
use super::student::{Estimate, Interval, quantile};
use crate::pareto::Goal;

/// The best network of a confirmation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Winner {
    /// Its place in the design.
    pub network: usize,
    /// The mean of its values, by which it was chosen.
    pub mean: f64,
    /// What its value is expected to be on another seed: the mean, corrected for choosing.
    pub score: f64,
    /// The 95 % interval of the score; nothing where no network has two values.
    pub interval: Option<Interval>,
    /// Whether the score is corrected: with a single seed it cannot be, and with a single network it need not be.
    pub corrected: bool,
    /// How many values the score is the mean of.
    pub values: u32,
}

pub(super) fn winner(design: &Design, goal: Goal, trainings: Trainings<'_>) -> Option<Winner> {
    let found: Vec<usize> = design.finalists().filter(|network| trainings.values(*network).next().is_some()).collect();
    let fewest = found.iter().map(|network| trainings.failed(*network)).min()?;
    let sound = found.into_iter().filter(|network| trainings.failed(*network) == fewest);
    let counted: Vec<(usize, usize)> = sound.map(|network| (network, trainings.values(network).count())).collect();
    let most = counted.iter().map(|(_, values)| *values).max()?;
    let eligible: Vec<usize> =
        counted.into_iter().filter(|(_, values)| *values == most).map(|(network, _)| network).collect();
    let network = best(&eligible, goal, |network| mean(trainings.values(network)))?;
    let own_mean = mean(trainings.values(network))?;
    // Seeds on which all of them have a value: those can be left out in turn.
    let value = |network, seed| trainings.at(network, seed).value();
    let seeds: Vec<usize> = (0..design.seeds as usize)
        .filter(|seed| eligible.iter().all(|network| value(*network, *seed).is_some()))
        .collect();
    let corrected = eligible.len() > 1 && seeds.len() > 1;
    let across = |left_out: &usize| {
        let others =
            |network| seeds.iter().filter(|seed| *seed != left_out).filter_map(move |seed| value(network, *seed));
        value(best(&eligible, goal, |network| mean(others(network)))?, *left_out)
    };
    let crosswise = if corrected { mean(seeds.iter().filter_map(across)) } else { None };
    let values = if corrected { seeds.len() } else { most };
    let score = crosswise.unwrap_or(own_mean);
    let variance = if corrected { 2.0 } else { 1.0 } / values as f64;
    let uncorrectable = eligible.len() > 1 && !corrected;
    let interval = pooled(design, trainings).filter(|_| !uncorrectable).map(|(deviation, freedom)| {
        Interval::around(score, quantile(1.0 - ALPHA / 2.0, freedom) * deviation * variance.sqrt())
    });
    Some(Winner { network, mean: own_mean, score, interval, corrected, values: values as u32 })
}

/// The first of `networks` with the best `value`.
fn best(networks: &[usize], goal: Goal, value: impl Fn(usize) -> Option<f64>) -> Option<usize> {
    let valued = networks.iter().filter_map(|network| Some((*network, goal.cost(value(*network)?))));
    valued.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(network, _)| network)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The deviation of a network's value from seed to seed, over all networks, and its degrees of freedom.
fn pooled(design: &Design, trainings: Trainings<'_>) -> Option<(f64, f64)> {
    let values = (0..design.networks.len()).map(|network| trainings.values(network).collect::<Vec<f64>>());
    let values: Vec<Vec<f64>> = values.filter(|values| !values.is_empty()).collect();
    let estimate = Estimate::of(&values);
    estimate.is_known().then_some((estimate.deviation, estimate.freedom))
}
