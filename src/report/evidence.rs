//! What a confirmation answers: the winner on fresh seeds, and a verdict for each arm of each compared choice.

use kiln_search::evidence::{Answer, Arm, Design, Interval, More, Question, Verdict};
use serde::Serialize;

use super::scope::Scope;
use crate::term::figure::{counted, figure, value};

/// What was trained again, and what that says.
#[derive(Debug, Serialize)]
pub struct Evidence<'a> {
    /// The objective that it is about.
    pub metric: &'a str,
    /// One for the winner and one for each arm.
    pub sentences: Vec<String>,
    /// What the networks of the design had reached in the search.
    pub searched: Vec<Option<f64>>,
    /// Which networks were trained again.
    pub design: &'a Design,
    /// What came out.
    pub answer: &'a Answer,
}

impl<'a> Evidence<'a> {
    /// Of the confirmation in `scope`, if there is one.
    pub fn of(scope: &Scope<'a>) -> Option<Self> {
        let (design, answer) = scope.confirmation?;
        let (metric, _) = scope.objectives().first()?;
        let reached = |trial: u32| scope.trials.get(trial as usize)?.figure(metric);
        let arms = answer
            .questions
            .iter()
            .flat_map(|question| (0..question.arms.len()).map(move |arm| judged(metric, question, arm)));
        Some(Self {
            metric,
            sentences: winner(scope).into_iter().chain(arms).collect(),
            searched: design.networks.iter().map(|network| reached(network.trial?)).collect(),
            design,
            answer,
        })
    }
}

/// The winner on fresh seeds, in a sentence.
pub fn winner(scope: &Scope<'_>) -> Option<String> {
    let (design, answer) = scope.confirmation?;
    let (metric, _) = scope.objectives().first()?;
    let winner = answer.winner.as_ref()?;
    let trial = design.networks.get(winner.network)?.trial?;
    let searched = scope.trials.get(trial as usize).and_then(|trial| trial.figure(metric));
    let searched = searched.map(|value| format!("; in the search it had {}", figure(metric, value)));
    Some(format!(
        "Trial {trial} is the confirmed winner: {metric} {}{} on {}{}.",
        figure(metric, winner.score),
        within(metric, winner.interval),
        counted(design.seeds as usize, "fresh seed"),
        searched.unwrap_or_default()
    ))
}

/// ` (95 %: 0.5 to 0.6)`.
fn within(metric: &str, interval: Option<Interval>) -> String {
    let shown =
        |interval: Interval| format!(" (95 %: {} to {})", figure(metric, interval.low), figure(metric, interval.high));
    interval.map(shown).unwrap_or_default()
}

/// The verdict on an arm, in a sentence.
fn judged(metric: &str, question: &Question, arm: usize) -> String {
    let name = |arm: &Arm| value(&arm.value);
    let own = &question.arms[arm];
    let gain = own.rival.and_then(|rival| {
        let contrast = question.contrast(arm, rival)?;
        let gain = contrast.gain?;
        let than = if gain < 0.0 { "worse" } else { "better" };
        let size = figure(metric, gain.abs());
        // As a gain, so that better is above 0.
        Some(format!("{than} than {} by {size}{}", name(&question.arms[rival]), within(metric, contrast.interval)))
    });
    let gain = gain.map_or_else(String::new, |gain| format!(": {gain}"));
    let verdict = match own.verdict {
        Verdict::Selected => format!("is selected{gain}"),
        Verdict::NotSelected => format!("is not selected{gain}"),
        Verdict::NotEnoughEvidence(None) => format!("has not enough evidence{gain}"),
        Verdict::NotEnoughEvidence(Some(More { seeds, trainings })) => format!(
            "has not enough evidence{gain}; {} more ({}) may decide",
            counted(seeds as usize, "seed"),
            counted(trainings as usize, "training")
        ),
    };
    format!("{} = {} {verdict}.", question.parameter, name(own))
}
