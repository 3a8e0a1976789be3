//! `kiln check`: whether a study file is sound, and how much there is to search.

use std::fmt::Write as _;
use std::path::Path;

use kiln_search::rng::{Purpose, Stream};
use kiln_search::space::SpaceSize;

use crate::cli::answer;
use crate::cli::file::FileArgument;
use crate::data;
use crate::failure::Failure;
use crate::runner::proposal::Proposer;
use crate::runner::DATA;
use crate::study::Study;
use crate::term::figure::{counted, duration, thousands};

/// How many draws the share of refused ones is estimated from.
const DRAWS: u64 = 1_000;

/// Prints what the file says, then looks at the data and tries the constraints.
pub fn run(file: &FileArgument) -> Result<(), Failure> {
    let file = file.read()?;
    answer::text(&format!("{} is sound\n{}", file.name, summary(&file.study)))?;
    let data = data::load(&file.study.data, Path::new(DATA))?;
    let proposer = Proposer::new(file.study, data.shape, data.classes.len());
    proposer.check_enqueued()?;
    answer::text(&format!("refused      {}\n", refused(&proposer)))
}

fn summary(study: &Study) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line("study", &study.name);
    line("data", study.data.source.name());
    let aims: Vec<_> = study.objectives.iter().map(|aim| format!("{} {}", aim.goal.verb(), aim.metric)).collect();
    line("objectives", &aims.join(", "));
    line("epochs", &study.fidelity.epochs.to_string());
    let limits = [
        study.budget.trials.map(|trials| counted(trials as usize, "trial")),
        study.budget.wall.map(|wall| format!("{} in all", duration(wall))),
        study.budget.trial_wall.map(|wall| format!("{} a trial", duration(wall))),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    line("budget", &if limits.is_empty() { "none: runs until it is stopped".to_owned() } else { limits.join(", ") });
    line("space", &size(&study.space.size()));
    for parameter in study.space.parameters().iter().filter(|parameter| parameter.compare) {
        line("compared", &format!("{}: the evidence for each value comes with `kiln confirm`, not built yet", parameter.name));
    }
    text
}

fn size(size: &SpaceSize) -> String {
    todo!()
}

/// The share of draws that cannot be built or that a constraint refuses, and the most frequent reason.
fn refused(proposer: &Proposer) -> String {
    let stream = Stream::new(proposer.study().seed, 0, Purpose::Candidate);
    let mut reasons = std::collections::BTreeMap::<String, u64>::new();
    for draw in 0..DRAWS {
        let candidate = proposer.study().space.draw(&mut stream.at(draw));
        if let Err(reason) = proposer.admits(&candidate) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let all: u64 = reasons.values().sum();
    match reasons.iter().max_by_key(|(_, count)| **count) {
        None => format!("none of {} draws", thousands(DRAWS.into())),
        Some((reason, count)) => format!(
            "{:.1}% of {} draws; most often ({count}): {reason}",
            all as f64 / DRAWS as f64 * 100.0,
            thousands(DRAWS.into())
        ),
    }
}
