//! One arm against another: the paired difference.
//!
//! The mean gain is taken over the networks that the search had found with one arm, over those found with another, and so
//! on, and of these means the mean. So each arm is judged as much on networks that were tuned for it as on those that were
//! tuned for others, however few of them are among the best. The deviation of a pair's gain is pooled over these groups of
//! blocks: a stratified paired t test, and the ordinary one where all networks were found with one arm. Where the gain
//! differs among the networks of a group, the interval becomes wider, never narrower, than it had to be for the gain on
//! just these networks.
//!
//! **A gain that depends on who was tuned.** Arms may want different networks, a different learning rate say; then each
//! does well on the networks that were found with it, and a mean over both says little. Where the gain differs between
//! the groups beyond chance, the contrast is *divided*, and holds only if it holds in each group by itself.
//!
//! The p value is that of the paired t test. Where a training has failed there is no difference to take the mean of, and
//! where all differences are the same there is no deviation; then it is that of the exact sign test, which counts a failed
//! training as worse than any that has not failed.

use serde::Serialize;

use super::ALPHA;
use super::answer::{Training, Trainings};
use super::bootstrap::bootstrap;
use super::design::{Block, Comparison};
use super::sign::sign_test;
use super::student::{Estimate, Interval, mean};
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
    /// As many pairs, evenly spread over the groups of blocks, would tell as much.
    pub effective: f64,
    /// The mean gain; nothing without a pair.
    pub gain: Option<f64>,
    /// The same on the networks that were found with one arm, with another, and so on.
    pub groups: Vec<Group>,
    /// The standard deviation of a pair's gain within a group; nothing where no group has two pairs.
    pub deviation: Option<f64>,
    /// Whether the gain on networks that were found with one arm differs, beyond chance, from that on networks that were
    /// found with another.
    pub divided: bool,
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

/// What a contrast is on the networks that were found with one arm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Group {
    /// How many pairs have a value each, at least 1.
    pub pairs: u32,
    /// The mean gain.
    pub gain: f64,
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

    /// Whether the gain has one sign on the networks of all groups.
    pub fn is_alike(&self) -> bool {
        self.groups.windows(2).all(|pair| pair[0].gain * pair[1].gain > 0.0)
    }

    /// The same with the other arm first.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let turn = |interval: Interval| Interval { low: -interval.high, high: -interval.low };
        Self {
            arm: self.against,
            against: self.arm,
            gain: self.gain.map(|gain| -gain),
            groups: self.groups.iter().map(|group| Group { gain: -group.gain, ..*group }).collect(),
            interval: self.interval.map(turn),
            joint: self.joint.map(turn),
            bootstrap: self.bootstrap.map(turn),
            better: self.worse,
            worse: self.better,
            ..self.clone()
        }
    }
}

/// Compares `arm` with `against` by groups of pairs, the training of the one and of the other, where so many `contrasts`
/// are made in all.
pub fn contrast([arm, against]: [usize; 2], groups: &[Vec<[Training; 2]>], goal: Goal, contrasts: usize) -> Contrast {
    let gain = |pair: &[Training; 2]| Some(goal.cost(pair[1].value()?) - goal.cost(pair[0].value()?));
    let gains = groups.iter().map(|pairs| pairs.iter().filter_map(gain).collect::<Vec<f64>>());
    let gains: Vec<Vec<f64>> = gains.filter(|gains| !gains.is_empty()).collect();
    let (mut better, mut worse, mut failed) = (0, 0, 0);
    for pair in groups.iter().flatten() {
        let [won, lost] = match pair.map(Training::known) {
            [Training::Value(_), Training::Failed] => [true, false],
            [Training::Failed, Training::Value(_)] => [false, true],
            _ => [gain(pair) > Some(0.0), gain(pair).is_some_and(|gain| gain < 0.0)],
        };
        failed += u32::from((won || lost) && gain(pair).is_none());
        better += u32::from(won);
        worse += u32::from(lost);
    }
    let estimate = Estimate::of(&gains);
    let sign_p = sign_test(better.into(), worse.into());
    let test = if estimate.varies() && failed == 0 { Test::PairedT } else { Test::Sign };
    let p = match test {
        Test::PairedT => estimate.two_sided(&gains),
        Test::Sign => sign_p,
    };
    let measured = estimate.is_known();
    Contrast {
        arm,
        against,
        pairs: gains.iter().map(Vec::len).sum::<usize>() as u32,
        effective: if gains.is_empty() { 0.0 } else { estimate.effective },
        gain: (!gains.is_empty()).then_some(estimate.mean),
        groups: gains.iter().map(|gains| Group { pairs: gains.len() as u32, gain: mean(gains) }).collect(),
        deviation: measured.then_some(estimate.deviation),
        divided: estimate.varies() && estimate.differs(&gains),
        interval: measured.then(|| estimate.interval(ALPHA)),
        joint: measured.then(|| estimate.interval(ALPHA / contrasts.max(1) as f64)),
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
        let arms = self.arms.len();
        let group = |owner: usize, pair: [usize; 2]| {
            let blocks = self.blocks.iter().filter(|block| block.arms[owner] == Some(block.own));
            let seeds = blocks.flat_map(|block| (0..seeds).map(move |seed| (block, seed)));
            seeds.map(|(block, seed)| pair.map(|arm| block.training(arm, seed, trainings))).collect()
        };
        let groups = |pair| (0..arms).map(|owner| group(owner, pair)).collect::<Vec<_>>();
        let pairs = (0..arms).flat_map(|arm| (arm + 1..arms).map(move |against| [arm, against]));
        pairs.map(|pair| contrast(pair, &groups(pair), goal, contrasts)).collect()
    }

    /// The trainings with `arm`.
    pub(super) fn trainings<'a>(
        &'a self,
        arm: usize,
        seeds: u32,
        trainings: Trainings<'a>,
    ) -> impl Iterator<Item = Training> + use<'a> {
        let blocks = self.blocks.iter();
        blocks.flat_map(move |block| (0..seeds).map(move |seed| block.training(arm, seed, trainings)))
    }
}

impl Block {
    fn training(&self, arm: usize, seed: u32, trainings: Trainings<'_>) -> Training {
        self.arms[arm].map_or(Training::Missing, |network| trainings.at(network, seed as usize))
    }
}
