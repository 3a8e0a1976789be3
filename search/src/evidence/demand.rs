//! What a question takes, before anything is trained.
//!
//! The fewest pairs that the [design](super::design()) has, the power of the paired t test at a gain that somebody would
//! like to find, and what it takes for [`POWER`](super::POWER). A training has the same deviation on every seed, and those
//! of a pair are as different as any two. Whoever calls one of several arms selected claims that it is better than each of
//! the others: each of these contrasts has to be found.

use serde::Serialize;

use super::design::least_blocks;
use super::power::{pairs_for, power};
use super::{ALPHA, POWER};
use crate::candidate::Value;
use crate::space::{Question, Space};

/// What one compared choice takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Demand {
    /// The name of the parameter.
    pub parameter: String,
    /// Its values.
    pub arms: Vec<Value>,
    /// So many trials at least in which the choice is active, by its share of which each arm has as many networks as are
    /// compared.
    pub trials: u32,
    /// So many pairs each two arms have at least.
    pub pairs: u32,
    /// How likely an arm is selected that gains what is asked for over each other one.
    pub power: f64,
    /// The gain that is found with probability 0.8; nothing where there are no two pairs.
    pub least_gain: Option<f64>,
    /// So many fresh seeds find the gain with probability 0.8; nothing where that takes more than 10,000 pairs.
    pub seeds: Option<u32>,
    /// So many trainings these are at most, those of finalists included.
    pub trainings: Option<u64>,
}

/// What each compared choice of `space` takes to find `gain`, above 0, with trainings that have a standard deviation of
/// `noise` from seed to seed, above 0 and in the same unit, if `top` finalists are confirmed on so many `seeds`.
pub fn demands(space: &Space, [top, seeds]: [u32; 2], gain: f64, noise: f64) -> Vec<Demand> {
    let level = ALPHA / space.questions().count().max(1) as f64;
    space.questions().map(|question| demand(&question, [top, seeds], gain / noise, level, noise)).collect()
}

fn demand(question: &Question<'_>, [top, seeds]: [u32; 2], gain: f64, level: f64, noise: f64) -> Demand {
    let arms = question.arms().len() as u32;
    let least = least_blocks(top as usize) as u32;
    let (each, others) = (least * arms, f64::from(arms - 1));
    let pairs = each * seeds;
    // The difference of two trainings varies √2 times as much as one.
    let effect = gain / std::f64::consts::SQRT_2;
    let single = POWER.powf(1.0 / others);
    let wanted = pairs_for(effect, level, single).filter(|_| each > 0).map(|pairs| pairs.div_ceil(each));
    let most = u64::from(top + (arms - 1) * least) * u64::from(arms);
    Demand {
        parameter: question.parameter().name(),
        arms: question.arms().to_vec(),
        trials: 2 * arms * least,
        pairs,
        power: power(pairs, effect, level).powf(others),
        least_gain: least_effect(pairs, level, single).map(|effect| effect * std::f64::consts::SQRT_2 * noise),
        seeds: wanted,
        trainings: wanted.map(|seeds| most * u64::from(seeds)),
    }
}

/// The effect that so many pairs find with this power, by bisection.
fn least_effect(pairs: u32, level: f64, wanted: f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 100.0);
    if power(pairs, high, level) < wanted {
        return None;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if power(pairs, middle, level) < wanted { low = middle } else { high = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::fixture::space;

    #[test]
    fn a_question_takes_what_finds_its_gain() {
        let space = space("[space]\noptimizer = { one_of = ['sgd', 'adam'], compare = true }\n");
        let ask = |confirm, gain| demands(&space, confirm, gain, 1.0).remove(0);
        let usual = ask([5, 3], 1.0);
        assert_eq!((usual.trials, usual.pairs, usual.seeds, usual.trainings), (12, 18, Some(3), Some(48)));
        assert!((usual.power - 0.807).abs() < 2e-3, "by scipy's noncentral t: {}", usual.power);
        let least = usual.least_gain.expect("there are pairs");
        assert!(least < 1.0 && (ask([5, 3], least).power - POWER).abs() < 1e-6, "{least}");
        let seeds = ask([5, 3], 0.5).seeds.expect("not too many");
        assert!(ask([5, seeds], 0.5).power >= POWER && ask([5, seeds - 1], 0.5).power < POWER, "{seeds}");
        let nothing = ask([0, 3], 1.0);
        assert_eq!((nothing.pairs, nothing.least_gain, nothing.seeds), (0, None, None));
    }

    #[test]
    fn more_arms_and_more_questions_take_more() {
        let seeds = |text: &str| demands(&space(text), [5, 3], 1.0, 1.5).remove(0).seeds.expect("not too many");
        let one = seeds("[space]\noptimizer = { one_of = ['sgd', 'adam'], compare = true }\n");
        let two = seeds(
            "[space]\noptimizer = { one_of = ['sgd', 'adam'], compare = true }\nnesterov = { bool = true, compare = true }\n",
        );
        assert!(one < two, "{one} {two}");
        assert!(demands(&space("[space]\ndepth = 2\n"), [5, 3], 1.0, 1.0).is_empty());
    }
}
