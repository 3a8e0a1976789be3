//! `kiln log`: the events of a study, as its record tells them.

use kiln_trials::trial::{State, Trial};

use crate::cli::select::StudyArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::protocol::Event;
use crate::study;
use crate::term::lines;
use crate::term::trial::curves;
use crate::vocabulary::BuiltIn;

/// Prints a line for each event, plain or as JSON; as CSV the curves of all trials.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let (study, trials) = study.read(global)?;
    let events = trials.iter().flat_map(events);
    let fidelity = study::recorded(&study, &BuiltIn).ok().map(|file| file.fidelity);
    let lines: Vec<String> = match global.format {
        Format::Table => events
            .filter_map(|event| match event {
                // Also of one that was continued since.
                Event::Started { trial, origin, candidate, .. } => Some(lines::began(trial, origin, &candidate)),
                event => lines::line(&event, &study, |trial| trials.get(trial as usize), fidelity.as_ref()),
            })
            .collect(),
        Format::Json => events
            .map(|event| serde_json::to_string(&event))
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::io("write the log as JSON")(std::io::Error::other(error)))?,
        Format::Csv => return answer::text(&curves(&trials).to_csv()),
    };
    answer::text(&lines.iter().flat_map(|line| [line, "\n"]).collect::<String>())
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
