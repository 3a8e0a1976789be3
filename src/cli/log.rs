//! `kiln log`: the events of a study, as its record tells them.

use kiln_trials::trial::{State, Trial};

use crate::cli::select::StudyArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::protocol::Event;
use crate::term::lines;

/// Prints a line for each event: plain, or as JSON lines.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let (study, trials) = study.read(global)?;
    let mut text = String::new();
    for event in trials.iter().flat_map(events) {
        let line = match global.format {
            Format::Json => Some(
                serde_json::to_string(&event)
                    .map_err(|error| Failure::io("write the log as JSON")(std::io::Error::other(error)))?,
            ),
            Format::Table | Format::Csv => lines::line(&event, &study, &trials),
        };
        text.extend(line.into_iter().flat_map(|line| [line, "\n".to_owned()]));
    }
    answer::text(&text)
}

fn events(trial: &Trial) -> Vec<Event> {
    let number = trial.number;
    let mut events = vec![Event::Started {
        trial: number,
        attempt: trial.attempt,
        origin: trial.origin,
        candidate: trial.candidate.clone(),
        statics: trial.statics.clone(),
    }];
    events.extend(trial.warnings.iter().map(|text| Event::Warning { trial: number, text: text.clone() }));
    events.extend(trial.epochs.iter().map(|epoch| Event::Epoch {
        trial: number,
        epoch: epoch.clone(),
        checkpoint: None,
    }));
    match &trial.state {
        State::Running => {}
        State::Paused => events.push(Event::Paused { trial: number }),
        State::Ended(outcome) => events.push(Event::Finished { trial: number, outcome: outcome.clone() }),
    }
    events
}
