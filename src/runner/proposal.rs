//! The next candidate of a study: the enqueued ones first, then what the sampler asks for.

use std::collections::HashSet;
use std::path::Path;

use kiln_search::candidate::Candidate;
use kiln_search::history::{History, Past};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::random::Random;
use kiln_search::sampler::{self, Exhausted};
use kiln_trials::trial::{Metrics, Origin, Trial};

use crate::data::{self, ImageShape};
use crate::failure::Failure;
use crate::network::{Architecture, Plan, Shape};
use crate::runner::DATA;
use crate::study::Study;
use crate::train::Recipe;

/// How often the rest of an enqueued candidate is redrawn before the entry is refused.
const REDRAWS: u64 = 1_000;

/// A candidate that can become a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to train.
    pub candidate: Candidate,
    /// How it came about.
    pub origin: Origin,
    /// Its figures known before training.
    pub statics: Metrics,
}

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

    /// The candidate after `trials`; `Err` in the inner place: there is none that is new and admitted.
    pub fn next(&self, trials: &[Trial]) -> Result<Result<Proposal, Exhausted>, Failure> {
        let number = trials.len();
        if number < self.study.search.enqueue.len() {
            let earlier = trials.iter().map(|trial| trial.candidate.canonical()).collect();
            return self.enqueued(number, &earlier).map(Ok);
        }
        let history = History::new(trials.iter().map(past).collect());
        let stream = self.stream(number);
        let drawn = sampler::propose(&Random, &self.study.space, &history, stream, |candidate| self.statics(candidate));
        Ok(drawn.map(|(candidate, statics)| Proposal { candidate, origin: Origin::Sampled, statics }))
    }

    /// Refuses an entry of `enqueue` that cannot become a trial.
    pub fn check_enqueued(&self) -> Result<(), Failure> {
        let mut earlier = HashSet::new();
        for number in 0..self.study.search.enqueue.len() {
            earlier.insert(self.enqueued(number, &earlier)?.candidate.canonical());
        }
        Ok(())
    }

    /// The figures of a candidate that can be built and that the constraints admit; otherwise why not.
    pub fn admits(&self, candidate: &Candidate) -> Result<Metrics, String> {
        let statics = self.statics(candidate)?;
        self.study.space.admits(candidate, |metric| statics.get(metric).copied())?;
        Ok(statics)
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

    /// Entry `number` of `enqueue`, its rest drawn so that it is new, buildable and admitted.
    fn enqueued(&self, number: usize, earlier: &HashSet<String>) -> Result<Proposal, Failure> {
        let mut reason = String::new();
        for redraw in 0..REDRAWS {
            let mut rng = self.stream(number).at(redraw);
            let completed = self.study.space.complete(&self.study.search.enqueue[number], &mut rng);
            let candidate =
                completed.map_err(|error| Failure::Enqueue { entry: number + 1, reason: error.to_string() })?;
            if earlier.contains(&candidate.canonical()) {
                "it is the same as an earlier entry".clone_into(&mut reason);
                continue;
            }
            match self.admits(&candidate) {
                Ok(statics) => return Ok(Proposal { candidate, origin: Origin::Enqueued, statics }),
                Err(refusal) => reason = refusal,
            }
        }
        Err(Failure::Enqueue { entry: number + 1, reason })
    }

    fn stream(&self, number: usize) -> Stream {
        Stream::new(self.study.seed, number as u64, Purpose::Candidate)
    }
}

fn past(trial: &Trial) -> Past {
    let _ = trial;
    Past
}
