//! The next candidate of a study: the enqueued ones first, then what the sampler asks for.

use std::path::Path;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::{self, Exhausted, NoProposal, Proposal};
use kiln_search::scheduler::{Curve, Standing as Place};
use kiln_trials::store::Entry;
use kiln_trials::trial::{Epoch, Metrics, Origin, Outcome, Standing, State};

use crate::data::{self, Dataset, ImageShape};
use crate::failure::Failure;
use crate::network::{Architecture, Plan, Shape};
use crate::runner::DATA;
use crate::runner::prediction::{MARGIN, MEMORY, Machine};
use crate::runner::record::Record;
use crate::study::Study;
use crate::term::figure::bytes;
use crate::train::{self, Recipe, TOP};

/// So many draws show about how large candidates can be.
const DRAWS: u32 = 200;

/// Proposes candidates: a function of the study and the trials so far.
#[derive(Debug)]
pub struct Proposer {
    study: Study,
    image: Shape,
    classes: usize,
    past: Known,
    /// What trials take, where it is to be predicted.
    machine: Option<Machine>,
}

/// What samplers know of the past, up to some revision of the record.
#[derive(Debug, Default)]
struct Known {
    history: History,
    /// The epoch at which trials are compared.
    level: Option<u32>,
    revision: u64,
}

impl Proposer {
    /// A proposer for `study` on images of so many channels, rows and columns in so many classes.
    pub fn new(study: Study, [channels, height, width]: [usize; 3], classes: usize) -> Self {
        let past = Known { history: history(&study), ..Known::default() };
        Self { study, image: Shape { channels, height, width }, classes, past, machine: None }
    }

    /// The same, which predicts what trials take on `machine`.
    #[must_use]
    pub fn on(self, machine: Machine) -> Self {
        Self { machine: Some(machine), ..self }
    }

    /// A proposer for `study` on the data that it names.
    pub fn load(study: Study) -> Result<Self, Failure> {
        let data = data::load(&study.data, Path::new(DATA))?;
        Ok(Self::of(study, &data))
    }

    /// A proposer for `study` on `data`.
    pub fn of(study: Study, data: &Dataset) -> Self {
        let ImageShape { channels, height, width } = data.shape;
        let validation = (data.train.len() as f64 * study.data.validation) as usize;
        let machine = Machine::estimated(data.shape, [data.train.len() - validation, validation]);
        Self::new(study, [channels, height, width], data.classes.len()).on(machine)
    }

    /// The study.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// The candidate after the trials of `record`, and how it comes about. It is to be the record of the same study each
    /// time, and nothing less of it than the last time.
    pub fn next(&mut self, record: &Record) -> Result<(Proposal, Origin), NoProposal> {
        self.learn(record);
        let Study { space, search, .. } = &self.study;
        let (place, history) = (record.trials().len(), self.history());
        let stream = Stream::new(self.study.seed, u64::from(record.next_number()), Purpose::Candidate);
        let statics = |candidate: &Candidate| self.statics(candidate);
        if let Some(partial) = search.enqueue.get(place) {
            let proposal = sampler::complete(partial, space, history, stream, statics)?;
            return Ok((proposal, Origin::Enqueued));
        }
        let sampler = search.strategy.sampler(self.study.seed);
        Ok((sampler::propose(sampler.as_ref(), space, history, stream, statics)?, Origin::Sampled))
    }

    /// The candidate of an entry of the queue after the trials of `record`, or why it cannot become a trial.
    pub fn queued(&mut self, entry: &Entry, record: &Record) -> Result<Proposal, String> {
        self.learn(record);
        let stream = Stream::new(self.study.seed, u64::from(record.next_number()), Purpose::Candidate);
        let again;
        let history = if entry.again {
            again = self.history().clone().allowing_repeats();
            &again
        } else {
            self.history()
        };
        let statics = |candidate: &Candidate| self.statics(candidate);
        sampler::complete(&entry.candidate, &self.study.space, history, stream, statics).map_err(
            |refusal| match refusal {
                NoProposal::Exhausted(Exhausted { last_reason: Some(reason), .. }) => reason,
                NoProposal::Exhausted(Exhausted { last_reason: None, .. }) => "it has been tried before".to_owned(),
                NoProposal::Incomplete(misfit) => misfit.to_string(),
            },
        )
    }

    /// What samplers know of the past, as far as it was learnt.
    pub fn history(&self) -> &History {
        &self.past.history
    }

    /// Learns what is new in `record`.
    ///
    /// With rungs, trials are compared at one of them, and paused ones count there, too. When that rung changes, so does
    /// what has become of every trial.
    pub fn learn(&mut self, record: &Record) {
        let level = self.study.fidelity.scheduler.level(&self.study.goals(), record.curves());
        if level != self.past.level {
            self.past = Known { history: history(&self.study), level, revision: 0 };
        }
        for (index, trial) in record.trials().iter().enumerate() {
            let fate = || match level.zip(record.curves().get(index)) {
                Some((epoch, curve)) => at_level(curve, epoch),
                None => self.at_the_end(trial),
            };
            match self.past.history.pasts().get(index) {
                None => {
                    let past = Past { candidate: trial.candidate.clone(), fate: fate() };
                    self.past.history.push(past);
                }
                Some(past) if trial.revision > self.past.revision => {
                    let fate = fate();
                    if past.fate != fate {
                        self.past.history.settle(index, fate);
                    }
                }
                Some(_) => {}
            }
        }
        self.past.revision = record.revision();
    }

    /// Refuses a study none of whose candidates can be trained, entries of `enqueue` that cannot become trials, and an
    /// objective that the data are too few classes for. `name` and `text` are those of its file.
    pub fn check(&self, name: &str, text: &str) -> Result<(), Failure> {
        let is_aim = |metric: &str| self.study.objectives.iter().any(|objective| objective.metric == metric);
        if let Some((metric, k)) = TOP.into_iter().find(|(metric, k)| is_aim(metric) && self.classes <= *k as usize) {
            return Err(Failure::Refused {
                message: format!(
                    "`{metric}` is about the {k} likeliest classes, and the data of `{name}` have {} in all",
                    self.classes
                ),
                help: "name another metric, for instance `val_accuracy`".to_owned(),
            });
        }
        self.study.can_begin(name, text, |candidate| self.statics(candidate)).map_err(Box::new)?;
        Ok(())
    }

    /// The figures of a candidate that are known before training, or why it cannot be built.
    pub fn statics(&self, candidate: &Candidate) -> Result<Metrics, String> {
        let (recipe, plan) = train::read(candidate, self.study.fidelity.epochs, self.image, self.classes)?;
        let mut statics = plan.statics(recipe.batch_size);
        if let Some(machine) = &self.machine {
            let prediction = machine.predict(&plan, &recipe);
            let most = self.study.budget.trial_memory.filter(|_| machine.is_processor);
            if let Some(most) = most.filter(|most| prediction.memory as f64 > MARGIN * *most as f64) {
                let most = bytes(most);
                return Err(format!(
                    "it is predicted to take over {MARGIN} times the memory of `trial_memory`, {most}"
                ));
            }
            prediction.add_to(&mut statics);
        }
        Ok(statics)
    }

    /// Bytes that a trial of `candidate` is predicted to add to those of an idle worker's process, as far as that is known.
    pub fn added_memory(&self, candidate: &Candidate) -> u64 {
        let added = || Some(self.machine.as_ref()?.added(*self.statics(candidate).ok()?.get(MEMORY)? as u64));
        added().unwrap_or(0)
    }

    /// The most memory that any of some draws is predicted to take, in bytes; 0 where nothing is predicted.
    pub fn largest(&self) -> u64 {
        let mut rng = Stream::new(self.study.seed, 0, Purpose::Candidate).rng();
        let memory = |_| {
            let candidate = self.study.space.draw(&mut rng);
            let recipe = Recipe::read(&candidate, self.study.fidelity.epochs).ok()?;
            Some(self.machine.as_ref()?.predict(&self.plan(&candidate).ok()?, &recipe).memory)
        };
        (0..DRAWS).filter_map(memory).max().unwrap_or(0)
    }

    /// Learns from an epoch of a trial of `candidate` how fast the machine is.
    pub fn observe(&mut self, candidate: &Candidate, epoch: &Epoch) {
        let read = || Some((self.plan(candidate).ok()?, Recipe::read(candidate, self.study.fidelity.epochs).ok()?));
        if let (Some((plan, recipe)), Some(seconds)) = (read(), epoch.metrics.get("seconds"))
            && let Some(machine) = &mut self.machine
        {
            machine.learn(&plan, &recipe, *seconds);
        }
    }

    /// The layers of a candidate, or why it cannot be built.
    pub fn plan(&self, candidate: &Candidate) -> Result<Plan, String> {
        Plan::of(&Architecture::read(candidate)?, self.image, self.classes)
    }

    fn at_the_end(&self, trial: &Standing) -> Fate {
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

/// The history of a study that has not begun.
fn history(study: &Study) -> History {
    let history = History::new(study.goals(), Vec::new());
    if study.search.repeats { history.allowing_repeats() } else { history }
}

/// What a trial was after `epoch`, whatever has become of it since.
fn at_level(curve: &Curve, epoch: u32) -> Fate {
    match curve.points.get(epoch as usize - 1) {
        Some(point) => Fate::Complete(point.clone()),
        None if curve.standing == Place::Over => Fate::Failed,
        None => Fate::Unfinished,
    }
}

#[cfg(test)]
mod tests {
    use kiln_trials::trial::{Epoch, Measured, Trial};

    use super::*;
    use crate::runner::prediction::PREDICTIONS;
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
            metrics: Measured::from([("val_accuracy".to_owned(), *accuracy)]),
        };
        let epochs = accuracies.iter().enumerate().map(epoch).collect();
        Trial { state, epochs, ..Trial::new(number, candidate, Origin::Sampled, Metrics::new(), 0) }
    }

    /// A record in which each of `trials` has changed since the last time.
    fn record(proposer: &Proposer, trials: &[Trial], revision: u64) -> Record {
        let mut record = Record::new(proposer.study());
        for trial in trials {
            record.take(Trial { revision, ..trial.clone() });
        }
        record
    }

    fn fates(proposer: &mut Proposer, trials: &[Trial]) -> Vec<Fate> {
        let record = record(proposer, trials, proposer.past.revision + 1);
        proposer.learn(&record);
        proposer.history().pasts().iter().map(|past| past.fate.clone()).collect()
    }

    fn candidate(mut proposer: Proposer, trials: &[Trial]) -> Candidate {
        let record = record(&proposer, trials, 1);
        proposer.next(&record).expect("there is a candidate").0.candidate
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
    fn a_candidate_that_is_predicted_to_take_too_much_memory_is_refused() {
        let image = ImageShape { channels: 1, height: 8, width: 8 };
        let mut proposer = proposer("").on(Machine::estimated(image, [1200, 400]));
        let candidate = Candidate::default();
        let statics = proposer.statics(&candidate).expect("there is no limit");
        let predicted = statics[PREDICTIONS[0]];
        for (share, fits) in [(1.0, true), (MARGIN + 0.01, false), (MARGIN - 0.01, true)] {
            proposer.study.budget.trial_memory = Some((predicted / share) as u64);
            let refused = proposer.statics(&candidate).err();
            assert_eq!(refused.is_none(), fits, "{refused:?}");
            assert!(refused.is_none_or(|reason| reason.contains("`trial_memory`")));
        }
        assert!(proposer.largest() as f64 > predicted);
    }

    #[test]
    fn with_rungs_trials_are_compared_at_the_highest_that_enough_have_reached() {
        let mut proposer = proposer("rungs = [1, 2]");
        let at = |value: f64| Fate::Complete(vec![value]);
        let mut trials = some_of_each();
        let lowest = [at(0.1), at(0.5), at(0.6), Fate::Failed, Fate::Unfinished, at(0.8)];
        assert_eq!(fates(&mut proposer, &trials), lowest);
        // With these, ten have reached the second rung.
        trials.extend((6..14).map(|number| trial(number, State::Paused, &[0.1, 0.9])));
        let second = [at(0.2), Fate::Unfinished, at(0.7), Fate::Failed, Fate::Unfinished, Fate::Failed];
        assert_eq!(fates(&mut proposer, &trials)[..6], second);
    }

    #[test]
    fn without_rungs_the_last_epoch_of_complete_trials_counts() {
        for fidelity in ["", "scheduler = \"median\""] {
            let at_the_end = Fate::Complete(vec![0.4]);
            let [failed, unfinished] = [Fate::Failed, Fate::Unfinished];
            let expected = [at_the_end, unfinished.clone(), failed.clone(), failed.clone(), unfinished, failed];
            assert_eq!(fates(&mut proposer(fidelity), &some_of_each()), expected, "{fidelity}");
        }
    }

    #[test]
    fn evolution_takes_its_parents_from_the_rung() {
        // No trial is complete: without the rung there is no parent, and candidates are drawn.
        let trials: Vec<Trial> = (0..17).map(|number| trial(number, State::Paused, &[0.5])).collect();
        let asha = candidate(proposer("rungs = [1, 2]"), &trials);
        let interrupted = candidate(proposer(""), &trials);
        let mut more = trials.clone();
        more[16].epochs[0].metrics.insert("val_accuracy".to_owned(), 0.9);
        assert_ne!(asha, interrupted);
        assert_ne!(candidate(proposer("rungs = [1, 2]"), &more), asha);
        assert_eq!(candidate(proposer(""), &more), interrupted);
    }
}
