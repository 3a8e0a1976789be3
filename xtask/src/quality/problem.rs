//! What a method of search is tried on.

use std::ops::Bound::Unbounded;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::pareto::Goal;
use kiln_search::problem::Problems;
use kiln_search::space::Space;
use kiln_search::space::vocabulary::{Kind, ParameterInfo, Vocabulary};
use kiln_search::table::Table;
use rand::Rng;

/// A problem with a known optimum.
pub trait Problem: Sync {
    /// What it is called in the results.
    fn name(&self) -> &str;

    /// Its space, as a study file has it.
    fn space(&self) -> String;

    /// How many objectives it has; less is better in all.
    fn objectives(&self) -> usize {
        1
    }

    /// What a trial of `candidate` yields.
    fn evaluate(&self, candidate: &Candidate, rng: &mut dyn Rng) -> Evaluation;

    /// How many epochs a full training has, if trials can be compared before its end.
    fn epochs(&self) -> Option<u32> {
        None
    }

    /// What the method is told of `candidate` after each of its [epochs](Problem::epochs).
    fn curve(&self, _: &Candidate) -> Vec<Vec<f64>> {
        Vec::new()
    }

    /// How far short of the optimum the trials so far fall.
    fn regret(&self, evaluations: &[Evaluation]) -> f64 {
        let best = evaluations.iter().reduce(|best, next| if next.seen[0] < best.seen[0] { next } else { best });
        best.map_or(f64::INFINITY, |best| best.regret)
    }
}

/// The result of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// What the method is told.
    pub seen: Vec<f64>,
    /// The regret of the candidate itself, free of noise; of no meaning with several objectives.
    pub regret: f64,
}

/// The number that `candidate` gives `name`; NaN if none.
pub fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// Reads the space of `problem`.
///
/// # Panics
/// If it is wrong, which is a mistake in this program.
pub fn space(problem: &dyn Problem) -> (Space, Vec<Goal>) {
    let text = problem.space();
    let mut problems = Problems::new();
    let mut file = Table::parse(&text, &mut problems);
    let space = Space::read(&mut file, &Names, &mut problems);
    assert!(problems.is_empty(), "{}: {:#?}", problem.name(), problems.into_vec());
    (space, vec![Goal::Minimize; problem.objectives()])
}

/// The parameters of all problems.
pub struct Names;

const REALS: [&str; 38] = [
    "x0",
    "x1",
    "x2",
    "x3",
    "x4",
    "x5",
    "x6",
    "x7",
    "x8",
    "x9",
    "x10",
    "x11",
    "x12",
    "x13",
    "x14",
    "x15",
    "x16",
    "x17",
    "x18",
    "x19",
    "x20",
    "x21",
    "x22",
    "x23",
    "x24",
    "x25",
    "x26",
    "x27",
    "x28",
    "x29",
    "learning_rate",
    "momentum",
    "weight_decay",
    "max_dropout",
    "label_smoothing",
    "dropout",
    "beta",
    "mixup",
];
const INTS: [&str; 4] = ["depth", "batch_size", "num_layers", "max_units"];
const EDGES: [&str; 6] = ["edge0", "edge1", "edge2", "edge3", "edge4", "edge5"];

impl Vocabulary for Names {
    fn parameters(&self) -> Vec<ParameterInfo> {
        let of = |name, kind, block| ParameterInfo { name, kind, block };
        let reals = REALS.map(|name| of(name, Kind::Float(Unbounded, Unbounded), false));
        let ints = INTS.map(|name| of(name, Kind::Int(Unbounded, Unbounded), false));
        let edges = EDGES.map(|name| of(name, Kind::Choice(&["0", "1", "2", "3", "4"]), false));
        let stage = [
            of("optimizer", Kind::Choice(&["sgd", "adam", "adamw"]), false),
            of("channels", Kind::Int(Unbounded, Unbounded), true),
            of("kernel", Kind::Int(Unbounded, Unbounded), true),
            of("skip", Kind::Bool, true),
        ];
        reals.into_iter().chain(ints).chain(edges).chain(stage).collect()
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
