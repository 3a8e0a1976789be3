//! Progress as plain lines on standard error, for logs and pipes.

use std::io::{self, Write};

use kiln_trials::trial::{Epoch, TrialNumber};

use crate::runner::protocol::Event;
use crate::term::figure::{duration, figure};
use crate::term::{Snapshot, View, status};

/// Writes a line for each event.
#[derive(Debug)]
pub struct PlainLines;

impl View for PlainLines {
    fn event(&mut self, event: &Event, now: &Snapshot<'_>) {
        if let Some(line) = line(event, now) {
            self.note(&line);
        }
    }

    fn note(&mut self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }
}

/// What a person should read of an event; not every event says something.
pub fn line(event: &Event, now: &Snapshot<'_>) -> Option<String> {
    Some(match event {
        Event::Ready(_) | Event::Failed { .. } => return None,
        Event::Started { trial, attempt: 1, candidate, .. } => {
            format!("trial {trial}  {}", status::candidate(candidate))
        }
        Event::Started { trial, attempt, .. } => format!("trial {trial}  continued, attempt {attempt}"),
        Event::Warning { trial, text } => format!("trial {trial}  warning: {text}"),
        Event::Epoch { trial, epoch, .. } => self::epoch(*trial, epoch, now),
        Event::Paused { trial } => format!("trial {trial}  paused"),
        Event::Fault { trial, faults, cause } => format!("trial {trial}  its worker died ({faults} of 3): {cause}"),
        Event::Finished { trial, .. } => status::ended(now, now.trials.get(*trial as usize)?),
    })
}

fn epoch(trial: TrialNumber, epoch: &Epoch, now: &Snapshot<'_>) -> String {
    let total = now.trials.get(trial as usize).map_or(now.epochs, |trial| now.epochs_of(trial));
    let mut line = format!("trial {trial}  epoch {}/{total}", epoch.epoch);
    for name in ["train_loss", "val_loss", "val_accuracy"] {
        if let Some(value) = epoch.metrics.get(name) {
            line.push_str(&format!("  {name} {}", figure(name, *value)));
        }
    }
    if let Some(seconds) = epoch.metrics.get("seconds") {
        line.push_str("  ");
        line.push_str(&duration(std::time::Duration::try_from_secs_f64(*seconds).unwrap_or_default()));
    }
    line
}
