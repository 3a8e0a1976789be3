//! Progress as JSON lines on standard error: each event of the run, as the protocol has it.

use std::io;

use serde::Serialize;

use crate::runner::protocol::{self, Event};
use crate::term::{Snapshot, View};

/// Writes each event as one line.
#[derive(Debug)]
pub struct JsonLines;

#[derive(Serialize)]
#[serde(tag = "event", rename = "note")]
struct Note<'a> {
    text: &'a str,
}

impl View for JsonLines {
    fn event(&mut self, event: &Event, _now: &Snapshot<'_>) {
        drop(protocol::send(io::stderr().lock(), event));
    }

    fn note(&mut self, text: &str) {
        drop(protocol::send(io::stderr().lock(), &Note { text }));
    }
}
