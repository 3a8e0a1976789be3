//! `kiln importance`: which parameters of a study matter.

use clap::{Args, ValueEnum};
use kiln_search::candidate::Candidate;
use kiln_search::importance::{Method, Unknown, importance};
use kiln_search::pareto::Goal;
use kiln_trials::store::{Store, StudyRecord};

use crate::cli::select::{StudyArgument, read_file};
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::term::importance::Weights;

/// What `importance` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// The objective that parameters matter for; without it the first of the study
    #[arg(long, value_name = "METRIC")]
    objective: Option<String>,
    /// What is called importance
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = Kind::Fanova)]
    method: Kind,
}

/// The methods, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The share in the variance of all trials
    Fanova,
    /// The share in what sets the best tenth of the trials apart
    PedAnova,
}

/// Prints how much each parameter matters for the complete trials.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let (record, store) = options.study.look_at(global)?;
    let trials = store.standings(Some(&record.metrics()))?.trials;
    let objective = options.objective(&record)?;
    let (metric, goal) = objective;
    let complete = trials.iter().filter(|trial| trial.origin.is_search() && trial.is_complete());
    let measured: Vec<(&Candidate, f64)> =
        complete.filter_map(|trial| Some((&trial.candidate, trial.figure(metric)?))).collect();
    let method = match options.method {
        Kind::Fanova => Method::Fanova,
        Kind::PedAnova => Method::PedAnova,
    };
    let space = read_file(&record)?.space;
    let found = importance(&space, &measured, *goal, method, record.seed).map_err(|unknown| Failure::Refused {
        message: format!("nothing can be said of {metric} in study `{}`: {unknown}", record.name),
        help: help(&unknown).to_owned(),
    })?;
    let weights = Weights::of(&record.name, objective, method, found);
    match global.format {
        Format::Table => answer::text(&weights.to_text(answer::width())),
        Format::Csv => answer::text(&weights.to_csv()),
        Format::Json => answer::json(&weights),
    }
}

impl Options {
    /// The objective that is meant.
    fn objective<'a>(&self, study: &'a StudyRecord) -> Result<&'a (String, Goal), Failure> {
        let meant = |(metric, _): &&(String, Goal)| self.objective.as_ref().is_none_or(|objective| objective == metric);
        study.objectives.iter().find(meant).ok_or_else(|| {
            let known: Vec<&str> = study.objectives.iter().map(|(metric, _)| metric.as_str()).collect();
            Failure::Refused {
                message: format!(
                    "`{}` is no objective of study `{}`",
                    self.objective.as_deref().unwrap_or_default(),
                    study.name
                ),
                help: format!("its objectives: {}", known.join(", ")),
            }
        })
    }
}

/// What to do where nothing can be said.
fn help(unknown: &Unknown) -> &'static str {
    match unknown {
        Unknown::TooFew { .. } => {
            "only complete trials count, and fifty or more begin to tell: `kiln run` trains more; where [budget] is used up, \
             raise it and add `--new-revision`"
        }
        Unknown::Alike => "no parameter makes a difference to it so far: try more trials, or another --objective",
        Unknown::NoChoice => "there is nothing to compare: give a parameter several values, in a study of another name",
    }
}
