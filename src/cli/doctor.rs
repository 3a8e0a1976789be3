//! `kiln doctor`: whether studies are sound.

use clap::Args;
use kiln_trials::rank;
use kiln_trials::trial::TrialNumber;
use serde::Serialize;

use crate::cli::run::view;
use crate::cli::select::{self, StudyArgument};
use crate::cli::{Done, Format, Global, answer};
use crate::device::Choice;
use crate::failure::Failure;
use crate::runner::doctor::{Finding, Part, Record, Standing, examine};
use crate::runner::folder::Folder;
use crate::runner::repeat::{Comparison, repeat};
use crate::term::table::Table;

/// What `doctor` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// The study's name; without it all studies, or with --deep the only one, or that of ./space.toml
    #[arg(value_name = "STUDY")]
    study: Option<String>,
    /// Train the best trial again, and compare
    #[arg(long)]
    deep: bool,
    /// Train this trial again instead of the best
    #[arg(long, value_name = "TRIAL", value_parser = select::trial_number, requires = "deep")]
    trial: Option<TrialNumber>,
    /// What to train on: auto, cpu, wgpu[:N] or cuda[:N]; `kiln devices` lists what there is
    #[arg(long, value_name = "DEVICE", default_value = "auto", requires = "deep")]
    device: String,
}

/// A finding and the study that it is about.
#[derive(Serialize)]
struct Row<'a> {
    study: &'a str,
    #[serde(flatten)]
    finding: Finding,
}

/// Looks at the studies, mends what can be mended, and says what was found.
pub fn run(options: &Options, global: &Global) -> Result<Done, Failure> {
    // What is no device is no fault of a study.
    options.device.parse::<Choice>()?;
    let folders = match &options.study {
        None if !options.deep => Folder::all(&global.dir)?,
        name => vec![StudyArgument::named(name.clone()).find(global)?],
    };
    if folders.is_empty() && global.format == Format::Table {
        answer::text(&format!("there are no studies in `{}`: `kiln run` creates one\n", global.dir.display()))?;
        return Ok(Done::Fully);
    }
    let mut rows = Vec::new();
    for folder in &folders {
        let mut findings = Vec::new();
        let record = examine(folder, &mut findings);
        if let Some(record) = record.filter(|_| options.deep) {
            match deepen(&record, options, global) {
                Ok(Some(finding)) => findings.push(finding),
                Ok(None) => return Ok(Done::Interrupted),
                Err(failure @ Failure::NoTrial { .. }) => return Err(failure),
                Err(failure) => findings.push(Finding::failure(Part::Training, &failure)),
            }
        }
        rows.extend(findings.into_iter().map(|finding| Row { study: folder.name(), finding }));
    }
    tell(&rows, global)?;
    let is_left = rows.iter().any(|row| row.finding.standing == Standing::Problem);
    Ok(if is_left { Done::Negative } else { Done::Fully })
}

/// Trains a trial again and compares; nothing if the user does not wait for it.
fn deepen(record: &Record, options: &Options, global: &Global) -> Result<Option<Finding>, Failure> {
    let Record { study, trials, .. } = record;
    let best = || {
        let standings: Vec<_> = trials.iter().map(|trial| trial.standing(Some(&study.metrics()))).collect();
        rank::best(&standings, &study.objectives).map(|trial| trial.number)
    };
    let Some(number) = options.trial.or_else(best) else {
        let what = "no trial is complete: there is nothing to compare with";
        return Ok(Some(Finding::new(Part::Training, Standing::Noted, what)));
    };
    let trial = trials.get(number as usize).ok_or_else(|| select::no_trial(study, trials.len(), number))?;
    let mut view = view(global);
    let repetition = repeat(study, trial, &options.device, view.as_mut());
    view.close();
    Ok(repetition?.map(|repetition| {
        let comparison = Comparison::of(study, trial, &repetition);
        let what = format!("trial {number} {}", comparison.summary());
        if comparison.is_equal() {
            Finding::new(Part::Training, Standing::Sound, what)
        } else if comparison.is_promised {
            let next = "another processor, another build of Kiln, or a part of the study that was trained on another device \
                        explains it; if nothing of that is so, the record was changed or the machine errs: train it once more";
            Finding::problem(Part::Training, what, next)
        } else {
            let devices = format!("it began on {}, and this was {}", study.device, repetition.device);
            Finding::new(Part::Training, Standing::Noted, format!("{what}; {devices}"))
        }
    }))
}

/// Writes a line for each finding: whole, for what is to be done stands at its end.
fn tell(rows: &[Row<'_>], global: &Global) -> Result<(), Failure> {
    match global.format {
        Format::Table => answer::text(&for_people(rows).to_text(None)),
        Format::Csv => answer::text(&for_spreadsheets(rows).to_csv()),
        Format::Json => answer::json(&rows),
    }
}

fn for_people(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new(["study", "standing", "part", "finding"]);
    for Row { study, finding } in rows {
        let mark = match finding.standing {
            Standing::Sound => "✓",
            Standing::Noted => "note",
            Standing::Mended | Standing::Problem => finding.standing.name(),
        };
        let next = finding.next.as_ref().map_or_else(String::new, |next| format!(" → {next}"));
        table.row([*study, mark, finding.part.name(), &format!("{}{next}", finding.what)]);
    }
    table
}

/// With the words and the columns of the JSON.
fn for_spreadsheets(rows: &[Row<'_>]) -> Table {
    let mut table = Table::new(["study", "part", "standing", "what", "next"]);
    for Row { study, finding } in rows {
        let next = finding.next.as_deref().unwrap_or_default();
        table.row([*study, finding.part.name(), finding.standing.name(), &finding.what, next]);
    }
    table
}
