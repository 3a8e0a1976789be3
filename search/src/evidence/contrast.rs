//! One arm against another: the paired difference.
//!
//! The difference is the mean over all pairs, so what is estimated is the mean gain on the confirmed networks. Where the
//! gain differs from network to network, the t interval becomes wider, never narrower, than it had to be for that.
//!
//! The p value is that of the paired t test. Where a training has failed there is no difference to take the mean of, and
//! where all differences are the same there is no deviation; then it is that of the exact sign test, which counts a failed
//! training as worse than any that has not failed.

use serde::Serialize;

use super::ALPHA;
use super::answer::{Training, Trainings};
use super::bootstrap::bootstrap;
use super::design::Comparison;
use super::sign::sign_test;
use super::student::{Interval, moments, quantile, two_sided};
use crate::pareto::Goal;

/// An arm against another of the same choice. Gains are in units of the objective, above 0 where the first arm is
/// better, whatever the goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// The arm, by its place among those of the choice.
    pub arm: usize,
    /// The other one.
    pub against: usize,
    /// How many pairs have a value each.
    pub pairs: u32,
    /// The mean gain over them; nothing without a pair.
    pub gain: Option<f64>,
    /// The standard deviation of a pair's gain; nothing with fewer than two pairs.
    pub deviation: Option<f64>,
    /// The 95 % interval of the gain, of this contrast alone.
    pub interval: Option<Interval>,
    /// Intervals of which, over all contrasts of the confirmation, none misses in 95 % of confirmations (Bonferroni).
    pub joint: Option<Interval>,
    /// The 95 % interval by the bootstrap (`BCa`), for gains that are not normal.
    pub bootstrap: Option<Interval>,
    /// In how many pairs the arm was better, failures of the other one included.
    pub better: u32,
    /// In how many it was worse.
    pub worse: u32,
    /// In how many pairs exactly one of the two failed.
    pub failed: u32,
    /// Which test the p is of.
    pub test: Test,
    /// How likely a difference at least as large is by chance.
    pub p: f64,
    /// The p of the exact sign test.
    pub sign_p: f64,
    /// [`p`](Self::p) by Holm's correction for all contrasts of the confirmation.
    pub adjusted_p: f64,
}

/// The test by which a contrast is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// The paired t test.
    PairedT,
    /// The exact sign test: a training has failed, or all gains are the same.
    Sign,
}

impl Contrast {
    /// Whether the arm is ahead, however little: by the mean, or where it is judged by signs, by them.
    pub fn is_ahead(&self) -> bool {
        match self.test {
            Test::PairedT => self.gain.is_some_and(|gain| gain > 0.0),
            Test::Sign => self.better > self.worse,
        }
    }

    /// The same with the other arm first.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let turn = |interval: Interval| Interval { low: -interval.high, high: -interval.low };
        Self {
            arm: self.against,
            against: self.arm,
            gain: self.gain.map(|gain| -gain),
            interval: self.interval.map(turn),
            joint: self.joint.map(turn),
            bootstrap: self.bootstrap.map(turn),
            better: self.worse,
            worse: self.better,
            ..self.clone()
        }
    }
}

/// Compares `arm` with `against` by `pairs`, the training of the one and of the other, where one of `contrasts`
/// contrasts is made.
pub fn contrast(
    [arm, against]: [usize; 2],
    pairs: impl IntoIterator<Item = [Training; 2]>,
    goal: Goal,
    contrasts: usize,
) -> Contrast {
    let (mut gains, mut better, mut worse, mut failed) = (Vec::new(), 0, 0, 0);
    for pair in pairs {
        let gain = match pair.map(Training::known) {
            [Training::Value(one), Training::Value(other)] => {
                gains.push(goal.cost(other) - goal.cost(one));
                goal.cost(other) - goal.cost(one)
            }
            [Training::Value(_), Training::Failed] => 1.0,
            [Training::Failed, Training::Value(_)] => -1.0,
            _ => continue,
        };
        failed += u32::from(pair.map(Training::known).contains(&Training::Failed));
        better += u32::from(gain > 0.0);
        worse += u32::from(gain < 0.0);
    }
    let (mean, deviation) = moments(&gains);
    let (count, freedom) = (gains.len() as f64, gains.len() as f64 - 1.0);
    let error = deviation / count.sqrt();
    let several = gains.len() > 1;
    let interval = |alpha: f64| several.then(|| Interval::around(mean, quantile(1.0 - alpha / 2.0, freedom) * error));
    let sign_p = sign_test(better.into(), worse.into());
    // A deviation that is nothing but rounding is none.
    let varies = several && deviation > 1e-12 * mean.abs();
    let test = if varies && failed == 0 { Test::PairedT } else { Test::Sign };
    let p = match test {
        Test::PairedT => two_sided(mean / error, freedom),
        Test::Sign => sign_p,
    };
    Contrast {
        arm,
        against,
        pairs: gains.len() as u32,
        gain: (!gains.is_empty()).then_some(mean),
        deviation: several.then_some(deviation),
        interval: interval(ALPHA),
        joint: interval(ALPHA / contrasts.max(1) as f64),
        bootstrap: bootstrap(&gains, ALPHA),
        better,
        worse,
        failed,
        test,
        p,
        sign_p,
        adjusted_p: p,
    }
}

impl Comparison {
    /// Each arm against each later one, where so many `contrasts` are made in all.
    pub(super) fn contrasts(
        &self,
        seeds: u32,
        goal: Goal,
        trainings: Trainings<'_>,
        contrasts: usize,
    ) -> Vec<Contrast> {
        let of = |arm| self.trainings(arm, seeds, trainings);
        let arms = self.arms.len();
        let pairs = (0..arms).flat_map(|arm| (arm + 1..arms).map(move |against| [arm, against]));
        let contrast = |[arm, against]: [usize; 2]| {
            contrast([arm, against], of(arm).zip(of(against)).map(|(one, other)| [one, other]), goal, contrasts)
        };
        pairs.map(contrast).collect()
    }

    /// The trainings with `arm`, block by block and seed by seed.
    pub(super) fn trainings<'a>(
        &'a self,
        arm: usize,
        seeds: u32,
        trainings: Trainings<'a>,
    ) -> impl Iterator<Item = Training> + use<'a> {
        let of_block = move |network: Option<usize>, seed| network.map(|network| trainings.at(network, seed));
        let seeds = seeds as usize;
        self.blocks
            .iter()
            .flat_map(move |block| (0..seeds).map(move |seed| of_block(block.arms[arm], seed).unwrap_or_default()))
    }
}
