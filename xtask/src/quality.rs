//! `cargo xtask quality`: how well each method of search does on problems whose optima are known.
//!
//! Every method runs on every problem with every seed, in parallel; the results are one CSV file
//! (`problem,method,seed,evaluations,regret`) and one table in Markdown. They do not depend on the number of threads.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, iter};

use kiln_search::history::{Fate, History, Past};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::propose;
use kiln_search::sampler::strategy::Strategy;
use rayon::prelude::*;

use fidelity::Trace;
use problem::Problem;
use report::Row;

mod fidelity;
mod fronts;
mod functions;
mod network;
mod options;
pub mod problem;
mod report;
mod tables;

use options::Options;

/// After so many evaluations the regret is noted, and at the end.
const NOTED: [usize; 7] = [25, 50, 100, 150, 200, 300, 500];

/// Runs what `arguments` ask for.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    match Options::parse(arguments).and_then(|options| compare(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn compare(options: &Options) -> Result<(), String> {
    let mut problems: Vec<Box<dyn Problem>> = Vec::new();
    problems.extend(functions::functions().into_iter().map(|problem| Box::new(problem) as Box<dyn Problem>));
    problems.extend(fronts::fronts().into_iter().map(|problem| Box::new(problem) as Box<dyn Problem>));
    problems.push(Box::new(network::Network));
    match tables::tables(&options.tables) {
        Ok(tables) => problems.extend(tables),
        Err(error) => eprintln!("without the problems of tables ({error}); say where they are by --tables FOLDER"),
    }
    let mut methods: Vec<Method> = strategies().map(Method::Whole).collect();
    methods.extend(fidelity::methods().into_iter().map(Method::Shared));
    options::select(&mut problems, options.problems.as_deref(), |problem| problem.name(), "problem")?;
    options::select(&mut methods, options.methods.as_deref(), Method::name, "method")?;
    let seeds = options.first_seed..options.first_seed + options.seeds;
    let runs: Vec<(&dyn Problem, &Method, u64)> = problems
        .iter()
        .flat_map(|problem| methods.iter().map(move |method| (problem.as_ref(), method)))
        .flat_map(|(problem, method)| seeds.clone().map(move |seed| (problem, method, seed)))
        .collect();
    let (rows, traces): (Vec<Vec<Row>>, Vec<Option<Trace>>) = runs
        .into_par_iter()
        .map(|(problem, method, seed)| match method {
            Method::Whole(strategy) => (study(problem, *strategy, seed, options.evaluations), None),
            Method::Shared(method) => {
                let trace = fidelity::study(problem, method, seed, options.evaluations);
                (trace.iter().flat_map(|trace| trace.rows(noted(options.evaluations))).collect(), trace)
            }
        })
        .unzip();
    let mut rows = rows.concat();
    let traces: Vec<Trace> = traces.into_iter().flatten().collect();
    for path in &options.with {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        rows.extend(report::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    let table = tables(&rows, &traces, options.evaluations) + &report::optima(&rows, options.evaluations);
    let write = |extension, text: &str| {
        let path: PathBuf = options.out.with_extension(extension);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("csv", &report::csv(&rows))?;
    write("md", &table)?;
    println!("{table}");
    Ok(())
}

/// The table of samplers alone, and if there are any, those of samplers with schedulers.
fn tables(rows: &[Row], traces: &[Trace], evaluations: usize) -> String {
    let (shared, whole): (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(|row| row.method.contains('+'));
    let mut text = report::markdown(&whole, evaluations);
    if !shared.is_empty() {
        text += "\nWith schedulers, where an evaluation is as many epochs as a full training has:\n\n";
        text += &report::markdown(&shared, evaluations);
        text += "\n";
        text += &fidelity::markdown(traces, rows, evaluations);
    }
    text
}

/// The numbers of evaluations of which the regret is noted.
fn noted(evaluations: usize) -> impl Iterator<Item = usize> {
    NOTED.into_iter().filter(move |noted| *noted < evaluations).chain([evaluations])
}

/// All methods without schedulers; `None` is the choice that Kiln makes.
fn strategies() -> impl Iterator<Item = Option<Strategy>> {
    Strategy::ALL.into_iter().map(Some).chain([None])
}

fn name(strategy: Option<Strategy>) -> &'static str {
    strategy.map_or("auto", Strategy::name)
}

/// A method of search: of samplers alone, every trial is trained to the end.
enum Method {
    Whole(Option<Strategy>),
    Shared(fidelity::Method),
}

impl Method {
    fn name(&self) -> &str {
        match self {
            Self::Whole(strategy) => name(*strategy),
            Self::Shared(method) => &method.name,
        }
    }
}

/// The regret of one study as it goes on; nothing if the method cannot deal with the problem.
fn study(problem: &dyn Problem, strategy: Option<Strategy>, seed: u64, evaluations: usize) -> Vec<Row> {
    let (space, goals) = problem::space(problem);
    let method = name(strategy);
    let choose = || Strategy::choose(&space, goals.len(), Some(evaluations as u32)).strategy;
    let strategy = strategy.unwrap_or_else(choose);
    if strategy.check(&space, goals.len()).is_err() {
        return Vec::new();
    }
    let sampler = strategy.sampler(seed);
    let mut history = History::new(goals, Vec::new());
    let mut results = Vec::new();
    let mut rows = Vec::new();
    let mut optimum = None;
    for trial in 0..evaluations {
        let stream = Stream::new(seed, trial as u64, Purpose::Candidate);
        // A space that is used up leaves the regret as it is.
        if let Ok(proposal) = propose(sampler.as_ref(), &space, &history, stream, |_| Ok(iter::empty().collect())) {
            let mut noise = Stream::new(seed, trial as u64, Purpose::Shuffle).rng();
            let result = problem.evaluate(&proposal.candidate, &mut noise);
            history.push(Past { candidate: proposal.candidate, fate: Fate::Complete(result.seen.clone()) });
            optimum = optimum.or_else(|| (result.regret <= 0.0).then_some(trial + 1));
            results.push(result);
        }
        if noted(evaluations).any(|noted| noted == trial + 1) {
            rows.push(Row {
                problem: problem.name().to_owned(),
                method: method.to_owned(),
                seed,
                evaluations: trial + 1,
                regret: problem.regret(&results),
                optimum,
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_that_can_runs_every_problem_again_alike() {
        let mut problems: Vec<Box<dyn Problem>> = vec![Box::new(network::Network)];
        problems.extend(functions::functions().into_iter().map(|problem| Box::new(problem) as Box<dyn Problem>));
        problems.extend(fronts::fronts().into_iter().map(|problem| Box::new(problem) as Box<dyn Problem>));
        for problem in &problems {
            for method in strategies() {
                let rows = study(problem.as_ref(), method, 1, 9);
                assert!(rows.iter().all(|row| row.regret >= 0.0 && row.evaluations == 9), "{rows:?}");
                assert_eq!(rows, study(problem.as_ref(), method, 1, 9));
            }
            assert_eq!(study(problem.as_ref(), Some(Strategy::Random), 1, 25).len(), 1);
        }
    }
}
