//! `kiln check`: whether a study file is sound, and how much there is to search.

use kiln_search::rng::{Purpose, Stream};
use std::fmt::Write as _;

use crate::cli::answer;
use crate::cli::file::FileArgument;
use crate::failure::Failure;
use crate::runner::proposal::Proposer;
use crate::study::Study;
use crate::term::figure::{counted, duration, thousands};
use crate::term::ranking::verb;

/// Prints what the file says, then looks at the data and tries the constraints.
pub fn run(file: &FileArgument) -> Result<(), Failure> {
    let file = file.read()?;
    answer::text(&format!("{} is sound\n{}", file.name, summary(&file.study)))?;
    let proposer = Proposer::load(file.study)?;
    answer::text(&format!("refused      {}\n", refused(&proposer)))?;
    proposer.check()
}

fn summary(study: &Study) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line("study", &study.name);
    line("data", study.data.source.name());
    let aims: Vec<_> = study.objectives.iter().map(|aim| format!("{} {}", verb(aim.goal), aim.metric)).collect();
    line("objectives", &aims.join(", "));
    line("epochs", &study.fidelity.epochs.to_string());
    let limits = [
        study.budget.trials.map(|trials| counted(trials as usize, "trial")),
        study.budget.wall.map(|wall| format!("{} in all", duration(wall))),
        study.budget.trial_wall.map(|wall| format!("{} a trial", duration(wall))),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    line("budget", &limits.join(", "));
    line("space", &study.space.size().to_string());
    for parameter in study.space.parameters().iter().filter(|parameter| parameter.compare()) {
        line(
            "compared",
            &format!("{}: the evidence for each value comes with `kiln confirm`, not built yet", parameter.name()),
        );
    }
    text
}

/// The share of draws that cannot be built or that a constraint refuses, and the most frequent reason.
fn refused(proposer: &Proposer) -> String {
    let study = proposer.study();
    let mut rng = Stream::new(study.seed, 0, Purpose::Candidate).rng();
    let probe = study.space.probe(&mut rng, |candidate| proposer.statics(candidate));
    let draws = thousands(probe.draws.into());
    match probe.reasons.iter().max_by_key(|(_, count)| **count) {
        None => format!("none of {draws} draws"),
        Some((reason, count)) => {
            format!("{:.1}% of {draws} draws; {count} by: {reason}", probe.share() * 100.0)
        }
    }
}
