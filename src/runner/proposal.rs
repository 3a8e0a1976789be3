//! The next candidate of a study: the enqueued ones first, then what the sampler asks for.

use std::path::Path;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::{self, Exhausted, NoProposal, Proposal};
use kiln_search::scheduler::{Curve, Standing};
use kiln_trials::store::Entry;
use kiln_trials::trial::{Metrics, Origin, Outcome, State, Trial};

use crate::data::{self, ImageShape};
use crate::failure::Failure;
use crate::network::{Architecture, Plan, Shape};
use crate::runner::{DATA, job};
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
        let Study { space, search, .. } = &self.study;
        let number = trials.len();
        let stream = Stream::new(self.study.seed, number as u64, Purpose::Candidate);
        let history = self.history(trials);
        let statics = |candidate: &Candidate| self.statics(candidate);
        if let Some(partial) = search.enqueue.get(number) {
            let proposal = sampler::complete(partial, space, &history, stream, statics)?;
            return Ok((proposal, Origin::Enqueued));
        }
        let sampler = search.strategy.sampler(self.study.seed);
        Ok((sampler::propose(sampler.as_ref(), space, &history, stream, statics)?, Origin::Sampled))
    }

    /// The candidate of an entry of the queue after `trials`, or why it cannot become a trial.
    pub fn queued(&self, entry: &Entry, trials: &[Trial]) -> Result<Proposal, String> {
        let stream = Stream::new(self.study.seed, trials.len() as u64, Purpose::Candidate);
        let history = self.history(trials);
        let history = if entry.again { history.allowing_repeats() } else { history };
        let statics = |candidate: &Candidate| self.statics(candidate);
        sampler::complete(&entry.candidate, &self.study.space, &history, stream, statics).map_err(|refusal| {
            match refusal {
                NoProposal::Exhausted(Exhausted { last_reason: Some(reason), .. }) => reason,
                NoProposal::Exhausted(Exhausted { last_reason: None, .. }) => "it has been tried before".to_owned(),
                NoProposal::Incomplete(misfit) => misfit.to_string(),
            }
        })
    }

    /// What samplers know of the past.
    pub fn history(&self, trials: &[Trial]) -> History {
        let history = History::new(self.study.goals(), self.pasts(trials));
        if self.study.search.repeats { history.allowing_repeats() } else { history }
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

    /// What samplers know of `trials`. With rungs, trials are compared at one of them: paused ones count there, too.
    fn pasts(&self, trials: &[Trial]) -> Vec<Past> {
        let curves = job::curves(&self.study, trials);
        let level = self.study.fidelity.scheduler.level(&self.study.goals(), &curves);
        let fates = trials.iter().zip(curves).map(|(trial, curve)| match level {
            Some(epoch) => at_level(curve, epoch),
            None => self.at_the_end(trial),
        });
        trials.iter().zip(fates).map(|(trial, fate)| Past { candidate: trial.candidate.clone(), fate }).collect()
    }

    fn at_the_end(&self, trial: &Trial) -> Fate {
        let values = || -> Option<Vec<f64>> {
            self.study.objectives.iter().map(|objective| trial.figure(&objective.metric)).collect()
        };
        match &trial.state {
            State::Running | State::Paused => Fate::Unfinished,
            State::Ended(Outcome::Complete) => values().map_or(Fate::Failed, Fate::Complete),
            State::Ended(_) => Fate::Failed,
        }
    }
}

/// What a trial was after `epoch`, whatever has become of it since.
fn at_level(mut curve: Curve, epoch: u32) -> Fate {
    let index = epoch as usize - 1;
    if index < curve.points.len() {
        return Fate::Complete(curve.points.swap_remove(index));
    }
    if curve.standing == Standing::Over { Fate::Failed } else { Fate::Unfinished }
}

#[cfg(test)]
mod tests {
    use kiln_trials::trial::Epoch;

    use super::*;
    use crate::study;
    use crate::vocabulary::BuiltIn;

    fn proposer(fidelity: &str) -> Proposer {
        let text = format!(
            "[study]\nname = \"s\"\n[data]\nsource = \"digits\"\n[fidelity]\nepochs = 4\n{fidelity}\n[budget]\n\
             trials = 99\n[search]\nstrategy = \"evolution\"\n[space]\ndense = {{ int = [1, 1000] }}\n"
        );
        Proposer::new(study::read("s", &text, &BuiltIn).expect("the file is sound"), [1, 8, 8], 10)
    }

    fn trial(number: u32, state: State, accuracies: &[f64]) -> Trial {
        let dense = kiln_search::candidate::Value::Int(i64::from(number) + 1);
        let candidate = Candidate::from_iter([("dense".to_owned(), dense)]);
        let epoch = |(index, accuracy): (usize, &f64)| Epoch {
            epoch: index as u32 + 1,
            metrics: Metrics::from([("val_accuracy".to_owned(), *accuracy)]),
        };
        let epochs = accuracies.iter().enumerate().map(epoch).collect();
        Trial { state, epochs, ..Trial::new(number, candidate, Origin::Sampled, Metrics::new(), 0) }
    }

    fn fates(proposer: &Proposer, trials: &[Trial]) -> Vec<Fate> {
        proposer.pasts(trials).into_iter().map(|past| past.fate).collect()
    }

    fn some_of_each() -> Vec<Trial> {
        vec![
            trial(0, State::Ended(Outcome::Complete), &[0.1, 0.2, 0.3, 0.4]),
            trial(1, State::Paused, &[0.5]),
            trial(2, State::Ended(Outcome::TimedOut { cause: None }), &[0.6, 0.7]),
            trial(3, State::Ended(Outcome::TimedOut { cause: None }), &[]),
            trial(4, State::Running, &[]),
            trial(5, State::Ended(Outcome::Pruned), &[0.8]),
        ]
    }

    #[test]
    fn with_rungs_trials_are_compared_at_the_highest_that_enough_have_reached() {
        let proposer = proposer("rungs = [1, 2]");
        let at = |value: f64| Fate::Complete(vec![value]);
        let mut trials = some_of_each();
        let lowest = [at(0.1), at(0.5), at(0.6), Fate::Failed, Fate::Unfinished, at(0.8)];
        assert_eq!(fates(&proposer, &trials), lowest);
        // With these, ten have reached the second rung.
        trials.extend((6..14).map(|number| trial(number, State::Paused, &[0.1, 0.9])));
        let second = [at(0.2), Fate::Unfinished, at(0.7), Fate::Failed, Fate::Unfinished, Fate::Failed];
        assert_eq!(fates(&proposer, &trials)[..6], second);
    }

    #[test]
    fn without_rungs_the_last_epoch_of_complete_trials_counts() {
        for fidelity in ["", "scheduler = \"median\""] {
            let at_the_end = Fate::Complete(vec![0.4]);
            let [failed, unfinished] = [Fate::Failed, Fate::Unfinished];
            let expected = [at_the_end, unfinished.clone(), failed.clone(), failed.clone(), unfinished, failed];
            assert_eq!(fates(&proposer(fidelity), &some_of_each()), expected, "{fidelity}");
        }
    }

    #[test]
    fn evolution_takes_its_parents_from_the_rung() {
        // No trial is complete: without the rung there is no parent, and candidates are drawn.
        let trials: Vec<Trial> = (0..12).map(|number| trial(number, State::Paused, &[0.5])).collect();
        let asha = proposer("rungs = [1, 2]").next(&trials).expect("there is a candidate").0.candidate;
        let interrupted = proposer("").next(&trials).expect("there is a candidate").0.candidate;
        let mut more = trials.clone();
        more[11].epochs[0].metrics.insert("val_accuracy".to_owned(), 0.9);
        assert_ne!(asha, interrupted);
        assert_ne!(proposer("rungs = [1, 2]").next(&more).expect("there is a candidate").0.candidate, asha);
        assert_eq!(proposer("").next(&more).expect("there is a candidate").0.candidate, interrupted);
    }
}
