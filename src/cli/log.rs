//! `kiln log`: the events of a study, as its record tells them.

use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{State, Trial};

use crate::cli::select::StudyArgument;
use crate::cli::{Format, Global, answer};
use crate::failure::Failure;
use crate::runner::protocol::Event;
use crate::study::{self, Fidelity};
use crate::term::lines;
use crate::term::trial::curves;
use crate::vocabulary::BuiltIn;

/// Prints a line for each event, plain or as JSON; as CSV the curves of all trials.
pub fn run(study: &StudyArgument, global: &Global) -> Result<(), Failure> {
    let (study, trials) = study.read(global)?;
    let fidelity = study::recorded(&study, &BuiltIn).ok().map(|file| file.fidelity);
    let lines: Vec<String> = match global.format {
        Format::Table => trials.iter().flat_map(|trial| told(&study, trial, fidelity.as_ref())).collect(),
        Format::Json => trials
            .iter()
            .flat_map(events)
            .map(|event| serde_json::to_string(&event))
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::io("write the log as JSON")(std::io::Error::other(error)))?,
        Format::Csv => return answer::text(&curves(&trials).to_csv()),
    };
    answer::text(&lines.iter().flat_map(|line| [line, "\n"]).collect::<String>())
}

/// What happened to `trial`, as lines.
pub fn told(study: &StudyRecord, trial: &Trial, fidelity: Option<&Fidelity>) -> Vec<String> {
    let line = |event| match event {
        // Also of one that was continued since.
        Event::Started { trial, origin, candidate, .. } => Some(lines::began(trial, origin, &candidate)),
        event => lines::line(&event, study, |_| Some(trial), fidelity),
    };
    events(trial).into_iter().filter_map(line).collect()
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
