//! The next candidate of a study: the enqueued ones first, then what the sampler asks for.

use std::path::Path;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::random::Random;
use kiln_search::sampler::{self, NoProposal, Proposal};
use kiln_trials::trial::{Metrics, Origin, Outcome, State, Trial};

use crate::data::{self, ImageShape};
use crate::failure::Failure;
use crate::network::{Architecture, Plan, Shape};
use crate::runner::DATA;
use crate::study::Study;
use crate::train::Recipe;

/// Proposes candidates: a function of the study and the trials so far.
#[derive(Debug)]
pub struct Proposer {
    study: Study,
    image: Shape,
    classes: usize,
}

impl Proposer {
    /// A proposer for `study` on images of so many channels, rows and columns in so many classes.
    pub fn new(study: Study, [channels, height, width]: [usize; 3], classes: usize) -> Self {
        Self { study, image: Shape { channels, height, width }, classes }
    }

    /// A proposer for `study` on the data that it names.
    pub fn load(study: Study) -> Result<Self, Failure> {
        let data = data::load(&study.data, Path::new(DATA))?;
        let ImageShape { channels, height, width } = data.shape;
        Ok(Self::new(study, [channels, height, width], data.classes.len()))
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The candidate after `trials`, and how it comes about.
    pub fn next(&self, trials: &[Trial]) -> Result<(Proposal, Origin), NoProposal> {
        let pasts = trials.iter().map(|trial| self.past(trial)).collect();
        self.after(pasts)
    }

    /// Refuses entries of `enqueue` that cannot become trials, and a study that has no candidate at all.
    pub fn check(&self) -> Result<(), Failure> {
        let mut pasts = Vec::new();
        for entry in 1..=self.study.search.enqueue.len() {
            let (proposal, _) =
                self.after(pasts.clone()).map_err(|refusal| Failure::Enqueue { entry, reason: refusal.to_string() })?;
            pasts.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished });
        }
        if pasts.is_empty() {
            self.after(pasts).map_err(|refusal| Failure::NoCandidate { reason: refusal.to_string() })?;
        }
        Ok(())
    }

    /// The figures of a candidate that are known before training, or why it cannot be built.
    pub fn statics(&self, candidate: &Candidate) -> Result<Metrics, String> {
        let recipe = Recipe::read(candidate, self.study.fidelity.epochs)?;
        Ok(self.plan(candidate)?.statics(recipe.batch_size))
    }

    /// The layers of a candidate, or why it cannot be built.
    pub fn plan(&self, candidate: &Candidate) -> Result<Plan, String> {
        Plan::of(&Architecture::read(candidate)?, self.image, self.classes)
    }

    fn after(&self, pasts: Vec<Past>) -> Result<(Proposal, Origin), NoProposal> {
        let Study { space, search, objectives, .. } = &self.study;
        let number = pasts.len();
        let stream = Stream::new(self.study.seed, number as u64, Purpose::Candidate);
        let history = History::new(objectives.iter().map(|objective| objective.goal).collect(), pasts);
        let statics = |candidate: &Candidate| self.statics(candidate);
        match search.enqueue.get(number) {
            Some(partial) => {
                let proposal = sampler::complete(partial, space, &history, stream, statics)?;
                Ok((proposal, Origin::Enqueued))
            }
            None => Ok((sampler::propose(&Random, space, &history, stream, statics)?, Origin::Sampled)),
        }
    }

    fn past(&self, trial: &Trial) -> Past {
        let values = || -> Option<Vec<f64>> {
            self.study.objectives.iter().map(|objective| trial.figure(&objective.metric)).collect()
        };
        let fate = match &trial.state {
            State::Running | State::Paused => Fate::Unfinished,
            State::Ended(Outcome::Complete) => values().map_or(Fate::Failed, Fate::Complete),
            State::Ended(_) => Fate::Failed,
        };
        Past { candidate: trial.candidate.clone(), fate }
    }
}
