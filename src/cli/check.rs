//! `kiln check`: whether a study file is sound, and how much there is to search.

use kiln_search::rng::{Purpose, Stream};
use kiln_search::thousands::thousands;
use serde::Serialize;

use crate::cli::file::FileArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::proposal::Proposer;
use crate::study::Study;
use crate::term::figure::{counted, duration};
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
        lines.push(Line { about: "refused", is: refused(&proposer) });
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
        study.budget.wall.map(|wall| format!("{} in all", duration(wall))),
        study.budget.trial_wall.map(|wall| format!("{} a trial", duration(wall))),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    let mut lines = vec![
        Line { about: "study", is: study.name.clone() },
        Line { about: "data", is: study.data.source.name().to_owned() },
        Line { about: "objectives", is: aims.join(", ") },
        Line { about: "epochs", is: study.fidelity.epochs.to_string() },
        Line { about: "budget", is: limits.join(", ") },
        Line { about: "space", is: study.space.size().to_string() },
    ];
    let compared = study.space.parameters().iter().filter(|parameter| parameter.compare());
    lines.extend(compared.map(|parameter| Line {
        about: "compared",
        is: format!("{}: the evidence for each value comes with `kiln confirm`, not built yet", parameter.name()),
    }));
    lines
}

/// The share of draws that cannot be built or that a constraint refuses, and the most frequent reason.
fn refused(proposer: &Proposer) -> String {
    let study = proposer.study();
    let mut rng = Stream::new(study.seed, 0, Purpose::Candidate).rng();
    let probe = study.space.probe(&mut rng, |candidate| proposer.statics(candidate));
    let draws = thousands(probe.draws);
    match probe.reasons.iter().max_by_key(|(_, count)| **count) {
        None => format!("none of {draws} draws"),
        Some((reason, count)) => {
            format!("{:.1}% of {draws} draws; {count} by: {reason}", probe.share() * 100.0)
        }
    }
}
