//! The next candidate of a study: the enqueued ones first, then what the sampler asks for.

use std::path::Path;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::rng::{Purpose, Stream};
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
        let Study { space, search, objectives, .. } = &self.study;
        let number = trials.len();
        let stream = Stream::new(self.study.seed, number as u64, Purpose::Candidate);
        let pasts = trials.iter().map(|trial| self.past(trial)).collect();
        let history = History::new(objectives.iter().map(|objective| objective.goal).collect(), pasts);
        let history = if search.repeats { history.allowing_repeats() } else { history };
        let statics = |candidate: &Candidate| self.statics(candidate);
        if let Some(partial) = search.enqueue.get(number) {
            let proposal = sampler::complete(partial, space, &history, stream, statics)?;
            return Ok((proposal, Origin::Enqueued));
        }
        let sampler = search.strategy.sampler(self.study.seed);
        Ok((sampler::propose(sampler.as_ref(), space, &history, stream, statics)?, Origin::Sampled))
    }

    /// Refuses a study none of whose candidates can be trained, and entries of `enqueue` that cannot become trials.
    /// `name` and `text` are those of its file.
    pub fn check(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.study.can_begin(name, text, |candidate| self.statics(candidate)).map_err(Box::new)?;
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
