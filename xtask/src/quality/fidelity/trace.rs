//! How the regret of studies falls with the epochs that they pay for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kiln_search::sampler::strategy::Strategy;

use super::super::report::{Row, quartiles, short};

/// The regret of one study as it goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    problem: String,
    method: String,
    seed: u64,
    /// The epochs of a full training.
    full: u32,
    /// After so many epochs in total, the regret; from there on, until the next.
    steps: Vec<(u32, f64)>,
}

impl Trace {
    /// A study that has paid for nothing yet.
    pub fn new(problem: &str, method: &str, seed: u64, full: u32) -> Self {
        Self { problem: problem.to_owned(), method: method.to_owned(), seed, full, steps: Vec::new() }
    }

    /// How many epochs have been paid for.
    pub fn paid(&self) -> u32 {
        self.steps.last().map_or(0, |(paid, _)| *paid)
    }

    /// The regret is `regret` after so many more `epochs`.
    pub fn push(&mut self, epochs: u32, regret: f64) {
        self.steps.push((self.paid() + epochs, regret));
    }

    /// The regret after `epochs` in total.
    fn regret(&self, epochs: u32) -> f64 {
        let next = self.steps.partition_point(|(at, _)| *at <= epochs);
        next.checked_sub(1).map_or(f64::INFINITY, |last| self.steps[last].1)
    }

    /// The regret after each of these numbers of evaluations.
    pub fn rows(&self, evaluations: impl Iterator<Item = usize>) -> Vec<Row> {
        let row = |evaluations: usize| Row {
            optimum: None,
            problem: self.problem.clone(),
            method: self.method.clone(),
            seed: self.seed,
            evaluations,
            regret: self.regret(evaluations as u32 * self.full),
        };
        evaluations.map(row).collect()
    }
}

/// How many epochs the median study of each method needs for the median regret that random search has after
/// `evaluations` full trainings, to keep it from there on.
pub fn markdown(traces: &[Trace], rows: &[Row], evaluations: usize) -> String {
    let mut methods: Vec<&str> = Vec::new();
    let mut studies: BTreeMap<&str, BTreeMap<&str, Vec<&Trace>>> = BTreeMap::new();
    for trace in traces {
        if !methods.contains(&trace.method.as_str()) {
            methods.push(&trace.method);
        }
        studies.entry(&trace.problem).or_default().entry(&trace.method).or_default().push(trace);
    }
    let mut text = format!(
        "Epochs (share of those of {evaluations} full trainings) after which the median regret is, and stays, at most that \
         of random search without a scheduler after {evaluations} full trainings.\n\n| problem | that regret |"
    );
    for method in &methods {
        // Writing to a String cannot fail.
        let _ = write!(text, " {method} |");
    }
    let _ = write!(text, "\n|---|{}\n", "---:|".repeat(methods.len() + 1));
    for (problem, studies) in studies {
        let random = rows.iter().filter(|row| row.problem == problem && row.method == Strategy::Random.name());
        let regrets: Vec<f64> = random.filter(|row| row.evaluations == evaluations).map(|row| row.regret).collect();
        if regrets.is_empty() {
            continue;
        }
        let [_, target, _] = quartiles(&regrets);
        let _ = write!(text, "| {problem} | {} |", short(target));
        for method in &methods {
            let Some(studies) = studies.get(method) else {
                text.push_str(" – |");
                continue;
            };
            let whole = evaluations as u32 * studies[0].full;
            let _ = match reached(studies, target, whole) {
                Some(epochs) => write!(text, " {epochs} ({:.0} %) |", 100.0 * f64::from(epochs) / f64::from(whole)),
                None => write!(text, " never |"),
            };
        }
        text.push('\n');
    }
    text
}

/// The epochs from which on the median regret is at most `target`, until the `last`.
fn reached(studies: &[&Trace], target: f64, last: u32) -> Option<u32> {
    let short_of = |epochs: &u32| {
        let [_, median, _] = quartiles(&studies.iter().map(|study| study.regret(*epochs)).collect::<Vec<_>>());
        median > target
    };
    match (0..=last).rev().find(short_of) {
        Some(epochs) if epochs == last => None,
        short_of => Some(short_of.map_or(0, |epochs| epochs + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(steps: &[(u32, f64)]) -> Trace {
        let mut trace = Trace::new("line", "random+asha", 0, 9);
        for (epochs, regret) in steps {
            trace.push(*epochs, *regret);
        }
        trace
    }

    #[test]
    fn regret_holds_until_the_next_step() {
        let trace = trace(&[(5, 0.5), (6, 0.2)]);
        let regrets = [4, 5, 10, 11, 99].map(|epochs| trace.regret(epochs));
        assert_eq!(regrets.map(short), ["inf", "0.500", "0.500", "0.200", "0.200"]);
        let rows = trace.rows([1, 2].into_iter());
        assert_eq!(rows.iter().map(|row| short(row.regret)).collect::<Vec<_>>(), ["0.500", "0.200"]);
    }

    #[test]
    fn what_is_reached_is_kept() {
        let random = |regret| Row {
            problem: "line".into(),
            method: "random".into(),
            seed: 0,
            evaluations: 2,
            regret,
            optimum: None,
        };
        let traces = [trace(&[(3, 0.1), (3, 0.4), (3, 0.2), (9, 0.1)])];
        let cell = |regret| markdown(&traces, &[random(regret)], 2).lines().last().expect("a line").to_owned();
        assert_eq!(cell(0.3), "| line | 0.300 | 9 (50 %) |", "not 3: it got worse after 6");
        assert_eq!(cell(0.05), "| line | 0.0500 | never |");
        assert!(cell(9.0).ends_with("| 3 (17 %) |"), "nothing is known before");
    }
}
