//! Progress as plain lines on standard error, for logs and pipes.

use std::io::{self, Write};
use std::time::Duration;

use kiln_search::candidate::Candidate;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Epoch, Origin, Trial, TrialNumber};

use crate::runner::protocol::Event;
use crate::study::Fidelity;
use crate::term::figure::{duration, figure};
use crate::term::trial::standing;
use crate::term::{Snapshot, View, candidates, status};

/// Writes a line for each event.
#[derive(Debug)]
pub struct PlainLines;

impl View for PlainLines {
    fn event(&mut self, event: &Event, now: &Snapshot<'_>) {
        if let Some(line) = of_run(event, now) {
            self.note(&line);
        }
    }

    fn note(&mut self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }
}

/// What a person should read of an event of a run.
pub fn of_run(event: &Event, now: &Snapshot<'_>) -> Option<String> {
    line(event, now.study, |trial| now.trained.get(&trial), Some(now.fidelity))
}

/// What a person should read of an event; not every event says something. `recorded` finds the record of a trial, and
/// `fidelity` is that of the study, if known.
pub fn line<'a>(
    event: &Event,
    study: &StudyRecord,
    recorded: impl Fn(TrialNumber) -> Option<&'a Trial>,
    fidelity: Option<&Fidelity>,
) -> Option<String> {
    Some(match event {
        Event::Ready(_)
        | Event::Best { .. }
        | Event::Unusable { .. }
        | Event::Crowded { .. }
        | Event::Untested { .. }
        | Event::Failed { .. } => {
            return None;
        }
        Event::Started { trial, attempt: 1, candidate, origin, .. } => began(*trial, *origin, candidate),
        Event::Started { trial, attempt, .. } => format!("trial {trial}  continued, attempt {attempt}"),
        Event::Warning { trial, text } => format!("trial {trial}  warning: {text}"),
        Event::Epoch { trial, epoch, .. } => self::epoch(*trial, epoch),
        Event::Paused { trial } => format!("trial {trial}  {}", standing(recorded(*trial)?, fidelity)),
        Event::Fault { trial, faults, cause } => format!("trial {trial}  its worker died ({faults} of 3): {cause}"),
        Event::Tested { trial, correct, images, .. } => {
            format!("trial {trial}  on the test images: {correct} of {images} right")
        }
        Event::Finished { trial, .. } => status::ended(study, recorded(*trial)?),
    })
}

/// What a person should read of the beginning of a trial.
pub fn began(trial: TrialNumber, origin: Origin, candidate: &Candidate) -> String {
    let seed = origin.confirmation_seed().map_or_else(String::new, |seed| format!("on fresh seed {seed}: "));
    format!("trial {trial}  {seed}{}", candidates::line(candidate, |_| true))
}

/// What a person should read of an epoch.
pub fn epoch(trial: TrialNumber, epoch: &Epoch) -> String {
    let mut parts = vec![format!("trial {trial}  epoch {}", epoch.epoch)];
    for name in ["train_loss", "val_loss", "val_accuracy"] {
        parts.extend(epoch.metrics.get(name).map(|value| format!("{name} {}", figure(name, *value))));
    }
    let seconds = epoch.metrics.get("seconds").and_then(|seconds| Duration::try_from_secs_f64(*seconds).ok());
    parts.extend(seconds.map(duration));
    parts.join("  ")
}
