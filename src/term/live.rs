//! Progress on a terminal: finished trials scroll by, and a few lines below them are redrawn in place.

use std::io;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use terminal_size::terminal_size_of;

use crate::runner::protocol::Event;
use crate::term::table::cut;
use crate::term::{Snapshot, View, lines, status};

/// The live view on standard error.
#[derive(Debug)]
pub struct Live {
    bar: ProgressBar,
}

impl Live {
    /// Starts drawing.
    pub fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar.set_message("loading the data");
        Self { bar }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl View for Live {
    fn event(&mut self, event: &Event, now: &Snapshot<'_>) {
        // Epochs and beginnings show in the redrawn lines; warnings are counted there and told by `kiln show`.
        if let Event::Finished { .. } | Event::Fault { .. } | Event::Paused { .. } | Event::Tested { .. } = event
            && let Some(line) = lines::of_run(event, now)
        {
            self.note(&line);
        }
        self.tick(now);
    }

    fn tick(&mut self, now: &Snapshot<'_>) {
        // A line that wraps would break the drawing; the bar itself takes two columns.
        let width = terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0).saturating_sub(2));
        let lines = status::status(now);
        let lines: Vec<_> = lines.iter().map(|line| cut(line, width)).collect();
        self.bar.set_message(lines.join("\n  "));
    }

    fn note(&mut self, text: &str) {
        self.bar.println(text);
    }

    fn close(&mut self) {
        self.bar.finish_and_clear();
    }
}
