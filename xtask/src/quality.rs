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

use problem::Problem;
use report::Row;

mod fronts;
mod functions;
mod network;
mod options;
mod problem;
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
    let mut methods = Strategy::ALL.to_vec();
    options::select(&mut problems, options.problems.as_deref(), |problem| problem.name(), "problem")?;
    options::select(&mut methods, options.methods.as_deref(), |method| method.name(), "method")?;
    let runs: Vec<(&dyn Problem, Strategy, u64)> = problems
        .iter()
        .flat_map(|problem| methods.iter().map(move |method| (problem.as_ref(), *method)))
        .flat_map(|(problem, method)| (0..options.seeds).map(move |seed| (problem, method, seed)))
        .collect();
    let mut rows: Vec<Row> = runs
        .into_par_iter()
        .flat_map_iter(|(problem, method, seed)| study(problem, method, seed, options.evaluations))
        .collect();
    for path in &options.with {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        rows.extend(report::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?);
    }
    let table = report::markdown(&rows, options.evaluations) + &report::optima(&rows, options.evaluations);
    let write = |extension, text: &str| {
        let path: PathBuf = options.out.with_extension(extension);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("csv", &report::csv(&rows))?;
    write("md", &table)?;
    println!("{table}");
    Ok(())
}

/// The regret of one study as it goes on; nothing if the method cannot deal with the problem.
fn study(problem: &dyn Problem, strategy: Strategy, seed: u64, evaluations: usize) -> Vec<Row> {
    let (space, goals) = problem::space(problem);
    if strategy.check(&space, goals.len()).is_err() {
        return Vec::new();
    }
    let method = strategy.sampler(seed);
    let mut history = History::new(goals, Vec::new());
    let mut results = Vec::new();
    let mut rows = Vec::new();
    let mut optimum = None;
    for trial in 0..evaluations {
        let stream = Stream::new(seed, trial as u64, Purpose::Candidate);
        // A space that is used up leaves the regret as it is.
        if let Ok(proposal) = propose(method.as_ref(), &space, &history, stream, |_| Ok(iter::empty().collect())) {
            let mut noise = Stream::new(seed, trial as u64, Purpose::Shuffle).rng();
            let result = problem.evaluate(&proposal.candidate, &mut noise);
            history.push(Past { candidate: proposal.candidate, fate: Fate::Complete(result.seen.clone()) });
            optimum = optimum.or_else(|| (result.regret <= 0.0).then_some(trial + 1));
            results.push(result);
        }
        if NOTED.contains(&(trial + 1)) || trial + 1 == evaluations {
            rows.push(Row {
                problem: problem.name().to_owned(),
                method: strategy.name().to_owned(),
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
            for method in Strategy::ALL {
                let rows = study(problem.as_ref(), method, 1, 9);
                assert!(rows.iter().all(|row| row.regret >= 0.0 && row.evaluations == 9), "{rows:?}");
                assert_eq!(rows, study(problem.as_ref(), method, 1, 9));
            }
            assert_eq!(study(problem.as_ref(), Strategy::Random, 1, 25).len(), 1);
        }
    }
}
