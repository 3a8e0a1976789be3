//! `kiln check`: whether a study file is sound, and how much there is to search.

use std::cell::RefCell;
use std::time::Duration;

use kiln_search::rng::{Purpose, Stream};
use kiln_search::scheduler::{Rungs, Scheduler};
use kiln_search::space::Probe;
use kiln_search::thousands::thousands;
use serde::Serialize;

use crate::cli::file::FileArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::network::plan::STATIC_METRICS;
use crate::runner::prediction::PREDICTIONS;
use crate::runner::proposal::Proposer;
use crate::study::{Confirm, Fidelity, Study};
use crate::term::figure::{bytes, counted, duration};
use crate::term::ranking::verb;
use crate::term::table::Table;

/// A name and what there is to say of it.
#[derive(Debug, Serialize)]
struct Line {
    about: &'static str,
    is: String,
}

/// Prints what the file says and what the constraints refuse, also if the data are not there.
pub fn run(file: &FileArgument, global: &Global) -> Result<(), Failure> {
    let file = file.read()?;
    let mut lines = vec![Line { about: "file", is: format!("{} is sound", file.name) }];
    lines.extend(summary(&file.study));
    let checked = Proposer::load(file.study).and_then(|proposer| {
        lines.extend(drawn(&proposer));
        proposer.check(&file.name, &file.text)
    });
    if let Err(Failure::Study(_)) = checked {
        lines[0].is = format!("{} has a mistake", file.name);
    }
    match global.format {
        Format::Table => {
            let text: Vec<_> = lines.iter().map(|line| format!("{:<11} {}\n", line.about, line.is)).collect();
            answer::text(&text.concat())?;
        }
        Format::Json | Format::Csv => {
            let mut table = Table::new(["about", "is"]);
            for line in &lines {
                table.row([line.about, &line.is]);
            }
            answer::table(&table, &lines, global.format)?;
        }
    }
    checked
}

fn summary(study: &Study) -> Vec<Line> {
    let aims: Vec<_> = study.objectives.iter().map(|aim| format!("{} {}", verb(aim.goal), aim.metric)).collect();
    let limits = [
        study.budget.trials.map(|trials| counted(trials as usize, "trial")),
        study.budget.epochs.map(|epochs| format!("{} epochs in all", thousands(epochs))),
        study.budget.wall.map(|wall| format!("{} in all", duration(wall))),
        study.budget.trial_wall.map(|wall| format!("{} a trial", duration(wall))),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    let mut lines = vec![
        Line { about: "study", is: study.name.clone() },
        Line { about: "data", is: study.data.source.name().to_owned() },
        Line { about: "objectives", is: aims.join(", ") },
        Line { about: "strategy", is: study.search.to_string() },
        Line { about: "epochs", is: epochs(study) },
        Line { about: "scheduler", is: scheduler(&study.fidelity.scheduler) },
        Line { about: "budget", is: limits.join(", ") },
        Line { about: "space", is: study.space.size().to_string() },
    ];
    lines.extend(study.confirm.map(|Confirm { top, seeds }| Line {
        about: "confirm",
        is: format!(
            "the best {top} are trained again on {seeds} fresh seeds, with what compared choices need, and the winner is \
             measured on the test images"
        ),
    }));
    lines.extend(smallest_first(study).map(|is| Line { about: "note", is }));
    let compared = study.space.parameters().iter().filter(|parameter| parameter.compare());
    lines.extend(compared.map(|parameter| Line {
        about: "compared",
        is: match study.confirm {
            Some(_) => format!("{}: each value is judged when the search has ended", parameter.name()),
            None => {
                format!("{}: `kiln confirm` judges each value; with [confirm], so does `kiln run`", parameter.name())
            }
        },
    }));
    lines
}

/// The epochs of a trial, and of all trials as far as they are known.
fn epochs(study: &Study) -> String {
    let Fidelity { epochs, scheduler } = &study.fidelity;
    if study.chooses_epochs() {
        return format!("{epochs} a trial whose candidate does not choose them");
    }
    let Some(trials) = study.budget.trials else { return format!("{epochs} a trial") };
    let most = thousands(u128::from(trials) * u128::from(*epochs));
    match scheduler {
        Scheduler::None => format!("{epochs} a trial, {most} in all"),
        Scheduler::Median { .. } | Scheduler::Patience { .. } => format!("{epochs} a trial, at most {most} in all"),
        Scheduler::Asha(rungs) | Scheduler::Hyperband(rungs) => {
            let about: f64 = (0..trials as usize).map(|trial| expected(scheduler, rungs, trial)).sum();
            let about = thousands(about.round() as u128);
            format!("{epochs} a trial, about {about} in all, more where later trials are better, at most {most}")
        }
    }
}

/// The epochs that a trial trains if of those at each rung one in so many goes on.
fn expected(scheduler: &Scheduler, rungs: &Rungs, trial: usize) -> f64 {
    let full = rungs.epochs().last().copied().unwrap_or_default();
    let (mut epochs, mut before, mut share) = (0.0, 0, 1.0);
    for rung in scheduler.waits(trial, full).into_iter().chain([full]) {
        epochs += f64::from(rung - before) * share;
        before = rung;
        share /= f64::from(rungs.reduction());
    }
    epochs
}

/// What may stop a trial before its last epoch.
fn scheduler(scheduler: &Scheduler) -> String {
    let what = match scheduler {
        Scheduler::None => "every trial trains to its last epoch".to_owned(),
        Scheduler::Asha(rungs) => pauses(rungs),
        Scheduler::Hyperband(rungs) => format!("{}; some trials skip the first of them", pauses(rungs)),
        Scheduler::Median { grace } => {
            format!("ends trials that are worse than the median, from epoch {grace} on")
        }
        Scheduler::Patience { epochs, delta } => {
            format!(
                "ends trials that have not improved by more than {delta} for {}",
                counted(*epochs as usize, "epoch")
            )
        }
    };
    format!("{}: {what}", scheduler.name())
}

fn pauses(rungs: &Rungs) -> String {
    let (_, waits) = rungs.epochs().split_last().unwrap_or((&0, &[]));
    let waits: Vec<_> = waits.iter().map(u32::to_string).collect();
    format!("pauses trials after epochs {}; one in {} goes on", waits.join(", "), rungs.reduction())
}

/// What to know if trials go on by several objectives and one of them is known before training: some trial is always the
/// best by it, however badly it does otherwise.
fn smallest_first(study: &Study) -> Option<String> {
    let promotes = matches!(study.fidelity.scheduler, Scheduler::Asha(_) | Scheduler::Hyperband(_));
    let known = study.objectives.iter().find(|aim| STATIC_METRICS.contains(&aim.metric.as_str()))?;
    (promotes && study.objectives.len() > 1).then(|| {
        let metric = &known.metric;
        format!(
            "{metric} are known before training: the trials with the best {metric} go on, however they do otherwise"
        )
    })
}

/// What draws are like: the share that cannot be built or that a constraint refuses, with the most frequent reason; and
/// what the others are going to take.
fn drawn(proposer: &Proposer) -> Vec<Line> {
    let study = proposer.study();
    let mut rng = Stream::new(study.seed, 0, Purpose::Candidate).rng();
    let takes = RefCell::new(PREDICTIONS.map(|_| Vec::new()));
    let probe = study.space.probe(&mut rng, |candidate| {
        let statics = proposer.statics(candidate)?;
        for (name, all) in PREDICTIONS.iter().zip(takes.borrow_mut().iter_mut()) {
            all.extend(statics.get(*name).copied());
        }
        Ok(statics)
    });
    let mut lines = vec![Line { about: "refused", is: refused(&probe) }];
    let [memory, seconds] = takes.into_inner().map(least_and_most);
    let between = |least: String, most: String| format!("{least} to {most} a trial on the processor, as predicted");
    let time = |seconds| duration(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    let size = |memory| bytes(memory as u64);
    lines.extend(memory.map(|(least, most)| Line { about: "memory", is: between(size(least), size(most)) }));
    lines.extend(seconds.map(|(least, most)| Line { about: "time", is: between(time(least), time(most)) }));
    lines
}

fn least_and_most(all: Vec<f64>) -> Option<(f64, f64)> {
    let least = all.iter().copied().min_by(f64::total_cmp)?;
    Some((least, all.into_iter().max_by(f64::total_cmp)?))
}

fn refused(probe: &Probe) -> String {
    let draws = thousands(probe.draws);
    match probe.reasons.iter().max_by_key(|(_, count)| **count) {
        None => format!("none of {draws} draws"),
        Some((reason, count)) => {
            format!("{:.1}% of {draws} draws; {count} by: {reason}", probe.share() * 100.0)
        }
    }
}
