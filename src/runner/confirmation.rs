//! The confirmation of a study: what is trained again when the search has ended, and what that says. Functions of the
//! study and its record, so that a run which was killed in the middle goes on as if it had not been.
//!
//! Which networks, how often, and what follows from it, is [`kiln_search::evidence`]'s. A training is a trial of its own
//! kind ([`Origin::Confirmation`](kiln_trials::trial::Origin)): it has workers, leases, checkpoints and limits like
//! any other, and goes to its last epoch whatever the scheduler would say. See `docs/decisions/0013-confirmation.md`.

use std::collections::BTreeMap;

use kiln_search::candidate::Candidate;
use kiln_search::evidence::{self, Answer, Design, Network, Training, Tried, design};
use kiln_search::pareto::Goal;
use kiln_trials::rank;
use kiln_trials::repeats::pool;
use kiln_trials::trial::{Outcome, Phase, Standing, State};

use crate::network::plan::STATIC_METRICS;
use crate::runner::job::Job;
use crate::runner::keeping::is_first_of;
use crate::study::{Confirm, Study};

/// What the confirmation of a study trains.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The networks and the seeds.
    pub design: Design,
    /// The first objective, which decides.
    pub metric: String,
    /// Which way of it is better.
    pub goal: Goal,
}

impl Confirmation {
    /// That of `study` after the `trials` of its search. `plan` gives the figures of a candidate's network, or says why it
    /// cannot be built.
    pub fn of(
        study: &Study,
        confirm: Confirm,
        trials: &[Standing],
        plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
    ) -> Self {
        let objectives: Vec<(String, Goal)> =
            study.objectives.iter().map(|objective| (objective.metric.clone(), objective.goal)).collect();
        let complete = trials.iter().filter(|trial| trial.origin.is_search() && trial.is_complete());
        let pools = pool(complete.cloned().collect());
        let ranking = rank::rank(pools.iter().map(|pool| &pool.standing), &objectives);
        let competing = ranking.iter().filter(|row| row.front.is_some());
        let ranked: Vec<Tried> =
            competing.map(|row| Tried { trial: row.trial.number, candidate: row.trial.candidate.clone() }).collect();
        let Confirm { top, seeds } = confirm;
        let design = design(&study.space, &ranked, [top, seeds], study.seed, plan);
        let (metric, goal) = objectives.into_iter().next().unwrap_or_else(|| (String::new(), Goal::Maximize));
        Self { design, metric, goal }
    }

    /// The same from the record of all `trials` alone: networks that a swap has made are those that have begun. Of a
    /// confirmation in which everything has begun it is the whole.
    pub fn recorded(study: &Study, confirm: Confirm, trials: &[Standing]) -> Self {
        let statics: BTreeMap<String, BTreeMap<String, f64>> =
            trials.iter().map(|trial| (trial.candidate.canonical(), statics(trial))).collect();
        let known = |candidate: &Candidate| {
            statics.get(&candidate.canonical()).cloned().ok_or_else(|| "it has not begun".to_owned())
        };
        Self::of(study, confirm, trials, known)
    }

    /// What is to be done next, where `confirmations` have begun, by a worker that has nothing to do; `taken` are those
    /// that others train.
    pub fn next(&self, confirmations: &[Standing], taken: &dyn Fn(&Standing) -> bool) -> Job {
        let open = |phase: Phase| {
            confirmations.iter().find(|trial| trial.state.phase() == phase && !taken(trial)).map(|trial| trial.number)
        };
        if let Some(trial) = open(Phase::Running).or_else(|| open(Phase::Paused)) {
            return Job::Continue(trial);
        }
        let new = self.design.trainings().find(|(network, seed)| self.find(confirmations, *network, *seed).is_none());
        match new {
            Some((network, seed)) => Job::Confirm { network, seed },
            None if confirmations.iter().any(|trial| !trial.is_over()) => Job::Wait,
            None => Job::Done("every confirmation is trained".to_owned()),
        }
    }

    /// The training of a network on a seed, if it has begun.
    pub fn find<'a>(&self, confirmations: &'a [Standing], network: usize, seed: u32) -> Option<&'a Standing> {
        let Network { candidate, .. } = self.design.networks.get(network)?;
        let mut on_seed = confirmations.iter().filter(|trial| trial.origin.confirmation_seed() == Some(seed));
        on_seed.find(|trial| trial.candidate == *candidate)
    }

    /// How many trainings are over, and how many there are.
    pub fn progress(&self, confirmations: &[Standing]) -> (usize, usize) {
        let is_over =
            |(network, seed): &(usize, u32)| self.find(confirmations, *network, *seed).is_some_and(Standing::is_over);
        (self.design.trainings().filter(is_over).count(), self.design.trainings().count())
    }

    /// Whether every training is over.
    pub fn is_over(&self, confirmations: &[Standing]) -> bool {
        let (over, all) = self.progress(confirmations);
        over == all
    }

    /// What the trainings so far say.
    pub fn answer(&self, confirmations: &[Standing]) -> Answer {
        let training = |network, seed| {
            self.find(confirmations, network, seed).map_or(Training::Missing, |trial| self.training(trial))
        };
        let of = |network| (0..self.design.seeds).map(|seed| training(network, seed)).collect();
        let trainings: Vec<Vec<Training>> = (0..self.design.networks.len()).map(of).collect();
        evidence::answer(&self.design, self.goal, &trainings)
    }

    /// The training whose weights stand for the winner: the first that is complete, in the order of the seeds. Which one
    /// that is was settled before any of them had a result, so that nothing is chosen by it.
    pub fn representative<'a>(&self, confirmations: &'a [Standing], answer: &Answer) -> Option<&'a Standing> {
        let winner = answer.winner.as_ref()?.network;
        let all = (0..self.design.seeds).filter_map(|seed| self.find(confirmations, winner, seed));
        all.into_iter().find(|trial| is_first_of(confirmations, trial))
    }

    fn training(&self, trial: &Standing) -> Training {
        match &trial.state {
            State::Ended(Outcome::Complete) => trial.figure(&self.metric).map_or(Training::Failed, Training::Value),
            // That somebody stopped it says nothing of the network.
            State::Ended(Outcome::Stopped) | State::Running | State::Paused => Training::Missing,
            State::Ended(_) => Training::Failed,
        }
    }
}

/// A confirmation that is on record, as far as it is, and what it says.
#[derive(Debug, Clone)]
pub struct Found {
    /// What is to be trained.
    pub confirmation: Confirmation,
    /// The trainings that have begun.
    pub trainings: Vec<Standing>,
    /// What they say.
    pub answer: Answer,
}

impl Found {
    /// That of `study`, by the record of all its `trials`.
    pub fn of(study: &Study, trials: &[Standing]) -> Self {
        let confirmation = Confirmation::recorded(study, study.confirm.unwrap_or_default(), trials);
        let trainings: Vec<Standing> = trials.iter().filter(|trial| !trial.origin.is_search()).cloned().collect();
        let answer = confirmation.answer(&trainings);
        Self { confirmation, trainings, answer }
    }

    /// The training that stands for the winner.
    pub fn representative(&self) -> Option<&Standing> {
        self.confirmation.representative(&self.trainings, &self.answer)
    }
}

/// The figures of `trial` that are known before training.
fn statics(trial: &Standing) -> BTreeMap<String, f64> {
    let known = trial.figures.iter().filter(|(name, _)| STATIC_METRICS.contains(&&**name));
    known.map(|(name, figure)| (name.to_string(), *figure)).collect()
}

#[cfg(test)]
mod tests;
