//! The trials of a study, best first: for people, programs and spreadsheets.

use std::collections::BTreeSet;
use std::sync::Arc;

use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_trials::rank;
use kiln_trials::repeats::Pooled;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::TrialNumber;
use serde::{Serialize, Serializer};

use crate::term::candidates;
use crate::term::figure::figure;
use crate::term::table::Table;
use crate::term::trial::word;

/// The ranking of a study. Its JSON keys are stable.
#[derive(Debug, Serialize)]
pub struct Standings<'a> {
    study: &'a str,
    objectives: Vec<Aim<'a>>,
    /// What it is ranked by instead of the objectives.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Aim<'a>>,
    trials: Vec<Standing<'a>>,
}

/// An objective. Its JSON keys are stable.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Aim<'a> {
    /// What is measured.
    pub metric: &'a str,
    goal: &'static str,
}

impl<'a> Aim<'a> {
    /// Of an objective as the record has it.
    pub fn of((metric, goal): &'a (String, Goal)) -> Self {
        Self { metric, goal: verb(*goal) }
    }
}

#[derive(Debug, Serialize)]
struct Standing<'a> {
    trial: TrialNumber,
    outcome: &'static str,
    epochs: u32,
    candidate: &'a Candidate,
    #[serde(serialize_with = "as_map")]
    metrics: &'a [(Arc<str>, f64)],
    on_front: bool,
    /// Whether another is exactly as good.
    tied: bool,
    /// All complete trials of the candidate, whose means the figures are.
    trials: &'a [TrialNumber],
    /// Of these means; of one trial there are none.
    #[serde(serialize_with = "as_map")]
    standard_errors: &'a [(Arc<str>, f64)],
}

impl<'a> Standings<'a> {
    /// Ranks the trials of a study, which are in order of their numbers, by its objectives or by one metric instead.
    pub fn of(study: &'a StudyRecord, trials: &'a [Pooled], by: Option<&'a (String, Goal)>) -> Self {
        let objectives = by.map_or(&*study.objectives, std::slice::from_ref);
        let rows = rank::rank(trials.iter().map(|pool| &pool.standing), objectives);
        let pool = |number| {
            let place = trials.binary_search_by_key(&number, |pool| pool.standing.number);
            place.ok().and_then(|place| trials.get(place))
        };
        let trials = rows.iter().filter_map(|row| {
            let pool = pool(row.trial.number)?;
            Some(Standing {
                trial: row.trial.number,
                outcome: word(&row.trial.state),
                epochs: row.trial.epochs,
                candidate: &row.trial.candidate,
                metrics: &row.trial.figures,
                on_front: row.on_front(),
                tied: row.tied,
                trials: &pool.trials,
                standard_errors: pool.errors(),
            })
        });
        Self {
            study: &study.name,
            objectives: study.objectives.iter().map(Aim::of).collect(),
            by: by.map(Aim::of),
            trials: trials.collect(),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.trials.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.trials.is_empty()
    }

    /// What is shown of every trial: what it is ranked by, and the objectives.
    fn shown(&self) -> Vec<&'a str> {
        let rest = self.objectives.iter().filter(|aim| self.by.is_none_or(|by| by.metric != aim.metric));
        self.by.iter().chain(rest).map(|aim| aim.metric).collect()
    }

    /// The first `limit` trials with their objectives and what their candidates do not have in common; lines are cut
    /// at `width`.
    pub fn to_text(&self, limit: Option<usize>, width: Option<usize>) -> String {
        if self.trials.is_empty() {
            return format!("study {} has no trials yet\n", self.study);
        }
        let shown = &self.trials[..limit.unwrap_or(usize::MAX).min(self.trials.len())];
        let has_front = self.by.is_none() && self.objectives.len() > 1;
        let has_ties = shown.iter().any(|standing| standing.tied);
        let has_repeats = shown.iter().any(|standing| standing.trials.len() > 1);
        let metrics = self.shown();
        let varying = self.varying();
        let mut headers = vec!["trial"];
        headers.extend(has_front.then_some("front"));
        headers.extend(has_ties.then_some("tie"));
        headers.extend(&metrics);
        headers.extend(has_repeats.then_some("n"));
        headers.extend(["epochs", "outcome", "candidate"]);
        let mut table = Table::new(headers);
        let mark = |mark: &str, is_shown: bool| if is_shown { mark } else { "" }.to_owned();
        for standing in shown {
            let mut cells = vec![standing.trial.to_string()];
            cells.extend(has_front.then(|| mark("★", standing.on_front)));
            cells.extend(has_ties.then(|| mark("=", standing.tied)));
            cells.extend(metrics.iter().map(|metric| standing.shown(metric)));
            cells.extend(has_repeats.then(|| standing.trials.len().to_string()));
            let chosen = candidates::line(standing.candidate, |name| varying.contains(name));
            cells.extend([standing.epochs.to_string(), standing.outcome.to_owned(), chosen]);
            table.row(cells);
        }
        table.to_text(width)
    }

    /// All trials with all their figures and parameters, a column each.
    pub fn to_csv(&self) -> String {
        let metrics: BTreeSet<&str> = self.trials.iter().flat_map(Standing::names).collect();
        let parameters = candidates::columns(self.trials.iter().map(|trial| trial.candidate));
        let mut headers = vec!["trial", "outcome", "epochs", "on_front"];
        headers.extend(&metrics);
        headers.extend(&parameters);
        let errors: Vec<(&str, String)> =
            self.shown().into_iter().map(|metric| (metric, format!("{metric}_standard_error"))).collect();
        headers.extend(["tied", "n"]);
        headers.extend(errors.iter().map(|(_, header)| header.as_str()));
        let mut table = Table::new(headers);
        for trial in &self.trials {
            let mut cells = vec![
                trial.trial.to_string(),
                trial.outcome.to_owned(),
                trial.epochs.to_string(),
                trial.on_front.to_string(),
            ];
            let exact = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
            cells.extend(metrics.iter().map(|name| exact(value_of(trial.metrics, name))));
            cells.extend(candidates::cells(trial.candidate, &parameters));
            cells.extend([trial.tied.to_string(), trial.trials.len().to_string()]);
            cells.extend(errors.iter().map(|(metric, _)| exact(value_of(trial.standard_errors, metric))));
            table.row(cells);
        }
        table.to_csv()
    }

    /// The parameters that do not have the same value in every candidate.
    fn varying(&self) -> BTreeSet<&str> {
        let Some(first) = self.trials.first() else { return BTreeSet::new() };
        let candidates = self.trials.iter().map(|trial| trial.candidate);
        let shapes = candidates.scan(None, |before, candidate| Some((before.replace(candidate), candidate)));
        // Neighbours mostly have the same parameters.
        let new = shapes.filter(|(before, one)| before.is_none_or(|before| !names(before).eq(names(one))));
        let varies =
            |name: &&str| self.trials.iter().any(|trial| trial.candidate.get(name) != first.candidate.get(name));
        new.flat_map(|(_, candidate)| names(candidate)).collect::<BTreeSet<_>>().into_iter().filter(varies).collect()
    }
}

impl Standing<'_> {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.metrics.iter().map(|(name, _)| &**name)
    }

    /// The value of `metric`, with its standard error where that is known.
    fn shown(&self, metric: &str) -> String {
        let Some(value) = value_of(self.metrics, metric) else { return "-".to_owned() };
        match value_of(self.standard_errors, metric).filter(|error| *error > 0.0) {
            Some(error) => format!("{} ± {}", figure(metric, value), figure(metric, error)),
            None => figure(metric, value),
        }
    }
}

fn value_of(figures: &[(Arc<str>, f64)], name: &str) -> Option<f64> {
    figures.iter().find(|(known, _)| **known == *name).map(|(_, value)| *value)
}

fn names(candidate: &Candidate) -> impl Iterator<Item = &str> {
    candidate.iter().map(|(name, _)| name)
}

fn as_map<S: Serializer>(metrics: &[(Arc<str>, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(metrics.iter().map(|(name, value)| (&**name, value)))
}

/// The word of a study file for a goal.
pub fn verb(goal: Goal) -> &'static str {
    match goal {
        Goal::Maximize => "maximize",
        Goal::Minimize => "minimize",
    }
}
