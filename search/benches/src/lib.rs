//! What the benches measure: a trial of a study with ten parameters, at any length of its history.

use std::iter;
use std::ops::Bound::Unbounded;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::history::{Fate, History, Past};
use kiln_search::pareto::Goal;
use kiln_search::problem::Problems;
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::strategy::Strategy;
use kiln_search::sampler::{Sampler, propose};
use kiln_search::space::Space;
use kiln_search::space::vocabulary::{Kind, ParameterInfo, Vocabulary};
use kiln_search::table::Table;

/// Four real numbers, two of them logarithmic, three whole ones, three choices.
const SPACE: &str = "[space]
learning_rate = { float = [1e-5, 1.0], log = true }
weight_decay = { float = [1e-6, 1e-1], log = true }
momentum = { float = [0.0, 0.99] }
dropout = { float = [0.0, 0.8] }
batch_size = { int = [16, 512] }
depth = { int = [1, 12] }
width = { int = [8, 256] }
optimizer = { one_of = ['sgd', 'adam', 'adamw'] }
activation = { one_of = ['relu', 'gelu', 'silu', 'tanh'] }
normalization = { one_of = ['none', 'batch', 'layer'] }
";

struct Trainer;

impl Vocabulary for Trainer {
    fn parameters(&self) -> Vec<ParameterInfo> {
        let of = |name, kind| ParameterInfo { name, kind, block: false };
        let reals = ["learning_rate", "weight_decay", "momentum", "dropout"];
        let ints = ["batch_size", "depth", "width"];
        let reals = reals.map(|name| of(name, Kind::Float(Unbounded, Unbounded)));
        let ints = ints.map(|name| of(name, Kind::Int(Unbounded, Unbounded)));
        let choices = [
            of("optimizer", Kind::Choice(&["sgd", "adam", "adamw"])),
            of("activation", Kind::Choice(&["relu", "gelu", "silu", "tanh"])),
            of("normalization", Kind::Choice(&["none", "batch", "layer"])),
        ];
        reals.into_iter().chain(ints).chain(choices).collect()
    }

    fn block(&self) -> &'static str {
        "stage"
    }

    fn static_metrics(&self) -> &'static [&'static str] {
        &[]
    }

    fn epoch_metrics(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A method of search at work, and the past that it starts from.
pub struct Study {
    space: Space,
    sampler: Box<dyn Sampler + Send + Sync>,
    /// Finished trials, drawn at random.
    past: History,
}

impl Study {
    /// A study of `strategy` with so many finished trials.
    ///
    /// # Panics
    /// If the space has a mistake.
    #[must_use]
    pub fn new(strategy: Strategy, objectives: usize, finished: usize) -> Self {
        let mut problems = Problems::new();
        let space = Space::read(&mut Table::parse(SPACE, &mut problems), &Trainer, &mut problems);
        assert!(problems.is_empty(), "{:?}", problems.into_vec());
        let past = |trial: usize| {
            let candidate = space.draw(&mut Stream::new(1, trial as u64, Purpose::Candidate).rng());
            Past { fate: Fate::Complete(values(&candidate, objectives)), candidate }
        };
        let goals = [Goal::Minimize, Goal::Maximize][..objectives].to_vec();
        let past = History::new(goals, (0..finished).map(past).collect());
        Self { space, sampler: strategy.sampler(0), past }
    }

    /// The past, with room for more: what it costs to make room is shared by many trials.
    #[must_use]
    pub fn history(&self) -> History {
        let mut history = self.past.clone();
        self.trial(&mut history);
        history
    }

    /// Asks for the next candidate after `history`, then tells that its trial has begun, and what came of it.
    ///
    /// # Panics
    /// If there is none, but the space has real numbers.
    #[inline(never)]
    pub fn trial(&self, history: &mut History) {
        let trial = history.pasts().len();
        let stream = Stream::new(0, trial as u64, Purpose::Candidate);
        let plan = |_: &Candidate| Ok(iter::empty().collect());
        let proposal = propose(self.sampler.as_ref(), &self.space, history, stream, plan);
        let candidate = proposal.expect("a continuum").candidate;
        let values = values(&candidate, history.goals().len());
        history.push(Past { candidate, fate: Fate::Unfinished });
        history.settle(trial, Fate::Complete(values));
    }
}

/// A bowl around the middle of the numbers; the second objective pulls the depth the other way.
fn values(candidate: &Candidate, objectives: usize) -> Vec<f64> {
    let number = |name: &str| candidate.get(name).and_then(Value::as_f64).unwrap_or_default();
    let rate = number("learning_rate").log10() + 2.5;
    let width = number("width") / 256.0 - 0.5;
    let loss = rate * rate + width * width + (number("momentum") - 0.9).powi(2) + number("dropout");
    let wrong = if candidate.get("optimizer") == Some(&Value::Text("adamw".to_owned())) { 0.0 } else { 0.3 };
    [loss + wrong, number("depth") * number("width")][..objectives].to_vec()
}
