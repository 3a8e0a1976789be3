//! One simulated study, from the first trial to the answer.

use std::collections::BTreeMap;

use kiln_search::candidate::Candidate;
use kiln_search::evidence::{Training, Tried, Verdict, answer, design, fresh};
use kiln_search::history::{Fate, History, Past};
use kiln_search::pareto::Goal;
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::propose;
use kiln_search::sampler::strategy::Strategy;
use rand_distr::{Distribution, StandardNormal};

use super::surface::Surface;

/// Trials of the search.
const TRIALS: usize = 120;

/// Finalists and fresh seeds, as in a study file that does not say otherwise.
const CONFIRM: [u32; 2] = [5, 3];

/// What came out of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The place of the arm in question, the last.
    pub arm: usize,
    /// How many trials of the search had the arm that was tried least.
    pub least: usize,
    /// The arm of the best trial of the search.
    pub won: Option<usize>,
    /// How far the value of the best trial is above the true one of its candidate.
    pub inflation: f64,
    /// The arm that is selected, if any.
    pub selected: Option<usize>,
    /// Whether the interval of the arm in question against the first arm holds the true gain on these networks; and that
    /// by the bootstrap.
    pub covered: [bool; 2],
    /// The true gain on these networks.
    pub gain: f64,
    /// How far the winner's mean is above its true value, and its score.
    pub errors: [f64; 2],
    /// Whether the interval of the score holds the true value.
    pub scored: bool,
    /// How many trainings the confirmation took.
    pub trainings: usize,
}

/// A study with seed `seed` on `surface`, where the arm in question gains `gain`.
///
/// # Panics
/// If the space is used up or there is nothing to confirm, which cannot be on these surfaces.
pub fn study(surface: Surface, gain: f64, strategy: Strategy, seed: u64) -> Outcome {
    let space = surface.space();
    let truth = |candidate: &Candidate| surface.value(candidate, gain);
    let noise = |stream: Stream, index: usize| -> f64 { StandardNormal.sample(&mut stream.at(index as u64)) };
    let plan = |_: &Candidate| Ok(BTreeMap::new());
    let sampler = strategy.sampler(seed);
    let mut history = History::new(vec![Goal::Maximize], Vec::new());
    for trial in 0..TRIALS {
        let stream = |purpose| Stream::new(seed, trial as u64, purpose);
        let proposal = propose(sampler.as_ref(), &space, &history, stream(Purpose::Candidate), plan);
        let candidate = proposal.expect("a continuum is never used up").candidate;
        let value = truth(&candidate) + noise(stream(Purpose::Weights), 0);
        history.push(Past { candidate, fate: Fate::Complete(vec![value]) });
    }
    let mut ranked: Vec<(usize, f64)> = history.scored().map(|(trial, values)| (trial, values[0])).collect();
    ranked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let tried = |(trial, _): &(usize, f64)| Tried {
        trial: *trial as u32,
        candidate: history.pasts()[*trial].candidate.clone(),
    };
    let tried: Vec<Tried> = ranked.iter().map(tried).collect();
    let design = design(&space, &tried, CONFIRM, seed, plan);
    let mut trainings = vec![vec![Training::Missing; design.seeds as usize]; design.networks.len()];
    let mut exact = trainings.clone();
    for (network, number) in design.trainings() {
        let value = truth(&design.networks[network].candidate);
        let stream = Stream::new(seed, fresh(number), Purpose::Weights);
        exact[network][number as usize] = Training::Value(value);
        trainings[network][number as usize] = Training::Value(value + noise(stream, network));
    }
    let [found, exact] = [trainings, exact].map(|trainings| answer(&design, Goal::Maximize, &trainings));
    let (question, winner) = (&found.questions[0], found.winner.expect("something was trained"));
    let arm = question.arms.len() - 1;
    let [found, exact] = [question, &exact.questions[0]].map(|question| question.contrast(arm, 0).expect("two arms"));
    let true_gain = exact.gain.expect("pairs were trained");
    let holds = |interval: Option<kiln_search::evidence::Interval>| interval.is_some_and(|it| it.holds(true_gain));
    let true_value = truth(&design.networks[winner.network].candidate);
    let arms = space.questions().next().expect("one is compared");
    let with = |arm| history.pasts().iter().filter(|past| arms.arm(&past.candidate) == Some(arm)).count();
    Outcome {
        arm,
        least: (0..=arm).map(with).min().unwrap_or_default(),
        won: arms.arm(&tried[0].candidate),
        inflation: ranked[0].1 - truth(&tried[0].candidate),
        selected: question.arms.iter().position(|arm| arm.verdict == Verdict::Selected),
        covered: [holds(found.interval), holds(found.bootstrap)],
        gain: true_gain,
        errors: [winner.mean - true_value, winner.score - true_value],
        scored: winner.interval.is_some_and(|interval| interval.holds(true_value)),
        trainings: design.trainings().count(),
    }
}
