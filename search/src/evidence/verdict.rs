//! Whether an arm of a compared choice is selected.
//!
//! *Selected* is an arm that is better than each other arm of its choice, beyond chance, on the same networks and seeds.
//! Whoever claims that claims all its contrasts at once, so the largest of their p values counts, and Holm's correction
//! is for the choices alone: with probability 95 %, no arm that is not the only best of its choice is called selected.
//!
//! *Not selected* is an arm that is worse than some other one: each other arm of a choice that has a selected one; and
//! else one with a contrast that is significant by Holm's correction for all contrasts.
//!
//! *Not enough evidence* is all else. It is not a proof of equality: the interval says what is still possible.

use serde::Serialize;

use super::answer::{Training, Trainings};
use super::contrast::Contrast;
use super::design::{Comparison, Design};
use super::holm::holm;
use super::power::pairs_for;
use super::{ALPHA, POWER};
use crate::candidate::Value;
use crate::pareto::Goal;

/// A compared choice, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// The name of the parameter.
    pub parameter: String,
    /// Its arms, in the order of the file.
    pub arms: Vec<Arm>,
    /// Each arm against each later one.
    pub contrasts: Vec<Contrast>,
    /// Of the arm that leads all others, how likely such a lead is by chance, corrected for the number of choices; 1
    /// where no arm leads all others.
    pub p: f64,
}

/// One value of a compared choice, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Arm {
    /// The value.
    pub value: Value,
    /// The mean of its trainings in the blocks of the design.
    pub mean: Option<f64>,
    /// How many of them failed.
    pub failed: u32,
    /// The strongest other arm, by the mean gain; against it the arm is judged in one line.
    pub rival: Option<usize>,
    /// Whether it is selected.
    pub verdict: Verdict,
}

/// What is to be said of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is better than each other arm.
    Selected,
    /// It is worse than some other arm.
    NotSelected,
    /// Neither is known, and what would decide if the differences are as they look now; nothing where that would take
    /// more than 10,000 pairs, where there are no two pairs to go by, or where an arm is better on networks that were found
    /// with one value and worse on others, which is nothing that more seeds would change.
    NotEnoughEvidence(Option<More>),
}

/// What a confirmation lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct More {
    /// So many fresh seeds more for the networks of the choice.
    pub seeds: u32,
    /// So many trainings are that.
    pub trainings: u32,
}

impl Question {
    /// The contrast of `arm` with `against`, as the gain of `arm`, whichever of them comes first.
    pub fn contrast(&self, arm: usize, against: usize) -> Option<Contrast> {
        self.contrasts.iter().find_map(|contrast| match [contrast.arm, contrast.against] {
            pair if pair == [arm, against] => Some(contrast.clone()),
            pair if pair == [against, arm] => Some(contrast.reversed()),
            _ => None,
        })
    }
}

pub(super) fn questions(design: &Design, goal: Goal, trainings: Trainings<'_>) -> Vec<Question> {
    let sizes = design.comparisons.iter().map(|comparison| comparison.arms.len());
    let count: usize = sizes.map(|arms| arms * (arms - 1) / 2).sum();
    let mut questions: Vec<Question> = design
        .comparisons
        .iter()
        .map(|comparison| question(comparison, design.seeds, goal, trainings, count))
        .collect();
    let leaders: Vec<Option<usize>> = questions.iter().map(leader).collect();
    let leads: Vec<f64> = questions.iter().zip(&leaders).map(|(question, leader)| lead(question, *leader)).collect();
    let leads = holm(&leads);
    let all: Vec<f64> = questions.iter().flat_map(|question| &question.contrasts).map(|contrast| contrast.p).collect();
    let mut adjusted = holm(&all).into_iter();
    for contrast in questions.iter_mut().flat_map(|question| &mut question.contrasts) {
        contrast.adjusted_p = adjusted.next().unwrap_or(1.0);
    }
    let level = ALPHA / questions.len().max(1) as f64;
    for (((question, leader), p), comparison) in questions.iter_mut().zip(leaders).zip(leads).zip(&design.comparisons) {
        question.p = p;
        let selected = leader.filter(|_| p <= ALPHA);
        for arm in 0..question.arms.len() {
            question.arms[arm].verdict = match selected {
                Some(selected) if selected == arm => Verdict::Selected,
                Some(_) => Verdict::NotSelected,
                None if is_behind(question, arm) => Verdict::NotSelected,
                None => Verdict::NotEnoughEvidence(more(question, arm, comparison, design.seeds, level)),
            };
        }
    }
    questions
}

/// The contrasts of one choice, without verdicts.
fn question(comparison: &Comparison, seeds: u32, goal: Goal, trainings: Trainings<'_>, count: usize) -> Question {
    let arms = comparison.arms.len();
    let of = |arm| comparison.trainings(arm, seeds, trainings);
    let contrasts = comparison.contrasts(seeds, goal, trainings, count);
    let mut question = Question { parameter: comparison.parameter.clone(), arms: Vec::new(), contrasts, p: 1.0 };
    for (arm, value) in comparison.arms.iter().enumerate() {
        let values: Vec<f64> = of(arm).filter_map(Training::value).collect();
        let gain = |other: usize| question.contrast(arm, other).and_then(|contrast| contrast.gain);
        let others = (0..arms).filter_map(|other| Some((other, gain(other)?)));
        question.arms.push(Arm {
            value: value.clone(),
            mean: (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64),
            failed: of(arm).filter(|training| *training == Training::Failed).count() as u32,
            rival: others.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(other, _)| other),
            verdict: Verdict::NotEnoughEvidence(None),
        });
    }
    question
}

/// The contrasts of `arm` with each other one.
fn against_all(question: &Question, arm: usize) -> impl Iterator<Item = Contrast> {
    (0..question.arms.len()).filter_map(move |other| question.contrast(arm, other))
}

/// The arm that is ahead of each other one, if there is one.
fn leader(question: &Question) -> Option<usize> {
    (0..question.arms.len()).find(|arm| against_all(question, *arm).all(|contrast| contrast.is_ahead()))
}

/// How likely the lead of `leader` is by chance.
fn lead(question: &Question, leader: Option<usize>) -> f64 {
    leader.map_or(1.0, |leader| against_all(question, leader).map(|contrast| contrast.p).fold(0.0, f64::max))
}

fn is_behind(question: &Question, arm: usize) -> bool {
    against_all(question, arm).any(|contrast| contrast.reversed().is_ahead() && contrast.adjusted_p <= ALPHA)
}

/// What would decide over `arm`: for one in the lead what its least certain contrast takes, for others what it takes to
/// show them behind their rival.
fn more(question: &Question, arm: usize, comparison: &Comparison, seeds: u32, level: f64) -> Option<More> {
    let rival = question.arms[arm].rival?;
    let leads = against_all(question, arm).all(|contrast| contrast.is_ahead());
    let open = against_all(question, arm).filter(|contrast| leads || contrast.against == rival);
    let missing = open.map(|contrast| {
        let lacks = |gain: f64, pairs: f64| {
            let wanted = f64::from(pairs_for(gain / contrast.deviation?, level, POWER)?);
            // Where nothing is decided, there is something left to do.
            Some(((wanted - pairs) / (pairs / f64::from(seeds))).ceil().max(1.0) as u32)
        };
        if !contrast.divided {
            return lacks(contrast.gain?, contrast.effective);
        }
        let groups = contrast.groups.iter().filter(|_| contrast.is_alike());
        let each = groups.map(|group| lacks(group.gain, f64::from(group.pairs)));
        each.collect::<Option<Vec<u32>>>()?.into_iter().max()
    });
    let seeds = missing.collect::<Option<Vec<u32>>>()?.into_iter().max()?;
    Some(More { seeds, trainings: seeds.saturating_mul(comparison.networks() as u32) })
}
