//! The trials of a study, best first: for people, programs and spreadsheets.

use std::collections::BTreeSet;
use std::sync::Arc;

use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_trials::rank;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{self, TrialNumber};
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
    trials: Vec<Standing<'a>>,
}

/// An objective. Its JSON keys are stable.
#[derive(Debug, Serialize)]
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
}

impl<'a> Standings<'a> {
    /// Ranks the trials of a study.
    pub fn of(study: &'a StudyRecord, trials: &'a [trial::Standing]) -> Self {
        let rows = rank::rank(trials, &study.objectives);
        let trials = rows.iter().map(|row| Standing {
            trial: row.trial.number,
            outcome: word(&row.trial.state),
            epochs: row.trial.epochs,
            candidate: &row.trial.candidate,
            metrics: &row.trial.figures,
            on_front: row.on_front(),
        });
        Self {
            study: &study.name,
            objectives: study.objectives.iter().map(Aim::of).collect(),
            trials: trials.collect(),
        }
    }

    /// The first `limit` trials with their objectives and what their candidates do not have in common; lines are cut
    /// at `width`.
    pub fn to_text(&self, limit: Option<usize>, width: Option<usize>) -> String {
        if self.trials.is_empty() {
            return format!("study {} has no trials yet\n", self.study);
        }
        let shown = &self.trials[..limit.unwrap_or(usize::MAX).min(self.trials.len())];
        let has_front = self.objectives.len() > 1;
        let varying = self.varying();
        let mut headers = vec!["trial"];
        headers.extend(has_front.then_some("front"));
        headers.extend(self.objectives.iter().map(|aim| aim.metric));
        headers.extend(["epochs", "outcome", "candidate"]);
        let mut table = Table::new(headers);
        for standing in shown {
            let mut cells = vec![standing.trial.to_string()];
            cells.extend(has_front.then(|| if standing.on_front { "★" } else { "" }.to_owned()));
            cells.extend(self.objectives.iter().map(|aim| standing.shown(aim.metric)));
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
        let mut table = Table::new(headers);
        for trial in &self.trials {
            let mut cells = vec![
                trial.trial.to_string(),
                trial.outcome.to_owned(),
                trial.epochs.to_string(),
                trial.on_front.to_string(),
            ];
            let metric = |name: &&str| trial.metric(name).map_or_else(String::new, |value| value.to_string());
            cells.extend(metrics.iter().map(metric));
            cells.extend(candidates::cells(trial.candidate, &parameters));
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
    fn metric(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|(known, _)| **known == *name).map(|(_, value)| *value)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.metrics.iter().map(|(name, _)| &**name)
    }

    fn shown(&self, metric: &str) -> String {
        self.metric(metric).map_or_else(|| "-".to_owned(), |value| figure(metric, value))
    }
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
