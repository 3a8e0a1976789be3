//! `kiln rank`: the trials of a study, best first.

use clap::{Args, ValueEnum};
use kiln_search::pareto::Goal;
use kiln_search::problem::suggest;
use kiln_trials::repeats::{Pooled, pool};
use kiln_trials::store::{Store, StudyRecord};
use kiln_trials::trial::Standing;

use crate::cli::select::{StudyArgument, read_file};
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::term::ranking::Standings;
use crate::vocabulary::BuiltIn;

/// What `rank` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// Rank by this figure instead of the objectives
    #[arg(long, value_name = "METRIC")]
    by: Option<String>,
    /// With --by: more is better
    #[arg(long, requires = "by", conflicts_with = "minimize")]
    maximize: bool,
    /// With --by: less is better
    #[arg(long, requires = "by")]
    minimize: bool,
    /// Only the trials for which this is true, for example \"normalization == 'min-max' and parameters < 5000\"
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// What to make of the complete trials of one candidate
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Repeats::Pooled)]
    repeats: Repeats,
}

/// What becomes of several trials of one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Repeats {
    /// One row with their mean and its standard error
    Pooled,
    /// A row each
    Each,
}

/// Prints the ranking of the study.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let (study, store) = options.study.look_at(global)?;
    let metrics = study.metrics();
    // A table shows the objectives alone.
    let is_plain = global.format == Format::Table && options.by.is_none() && options.condition.is_none();
    let mut trials = store.standings(is_plain.then_some(&*metrics))?.trials;
    trials.retain(|trial| trial.origin.is_search());
    let by = options.by.as_ref().map(|metric| options.aim(metric, &study, &trials)).transpose()?;
    if let Some(condition) = &options.condition {
        let filter = read_file(&study)?.filter("--where", condition, &BuiltIn).map_err(Box::new)?;
        trials.retain(|trial| filter.admits(&trial.candidate, |metric| trial.figure(metric)));
        if trials.is_empty() && global.format == Format::Table {
            return answer::text(&format!("study {} has no trial with {condition}\n", study.name));
        }
    }
    let trials = match options.repeats {
        Repeats::Pooled => pool(trials),
        Repeats::Each => trials.into_iter().map(Pooled::from).collect(),
    };
    print(&Standings::of(&study, &trials, by.as_ref()), None, global.format)
}

impl Options {
    /// The metric to rank by, and which way: as it was said, as the study has it, or as one wants such a figure to be.
    fn aim(&self, metric: &str, study: &StudyRecord, trials: &[Standing]) -> Result<(String, Goal), Failure> {
        let said = match (self.maximize, self.minimize) {
            (true, _) => Some(Goal::Maximize),
            (_, true) => Some(Goal::Minimize),
            _ => None,
        };
        let objective = study.objectives.iter().find(|(known, _)| known == metric).map(|(_, goal)| *goal);
        let natural = objective.or_else(|| BuiltIn.goal(metric));
        let is_recorded = || trials.iter().any(|trial| trial.figure(metric).is_some());
        match (said, natural) {
            (Some(goal), Some(_)) | (None, Some(goal)) => Ok((metric.to_owned(), goal)),
            (Some(goal), None) if is_recorded() => Ok((metric.to_owned(), goal)),
            (None, None) if is_recorded() => Err(Failure::Refused {
                message: format!("it is not known whether more or less {metric} is better"),
                help: "add --maximize or --minimize".to_owned(),
            }),
            (_, None) => {
                let recorded = trials.iter().flat_map(|trial| trial.figures.iter().map(|(name, _)| &**name));
                let mut known: Vec<&str> = recorded.collect();
                known.sort_unstable();
                known.dedup();
                Err(Failure::Refused {
                    message: format!("`{metric}` is no figure of the trials of study `{}`", study.name),
                    help: suggest(metric, known),
                })
            }
        }
    }
}

/// Prints the first `limit` trials as a table, or all of them for programs.
pub fn print(standings: &Standings<'_>, limit: Option<usize>, format: Format) -> Result<(), Failure> {
    match format {
        Format::Table => answer::text(&standings.to_text(limit, answer::width())),
        Format::Csv => answer::text(&standings.to_csv()),
        Format::Json => answer::json(standings),
    }
}
