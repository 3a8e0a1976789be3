//! `kiln data`: the sources of images, and how to get them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::cli::{Global, answer};
use crate::data::fetch::{Progress, fetch};
use crate::data::{Listing, sources};
use crate::failure::Failure;
use crate::runner::DATA;
use crate::term::lines::PlainLines;
use crate::term::table::Table;
use crate::term::{Quiet, View};

/// What `data` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Download a data set from its official place into ./data
    Fetch {
        /// Its name in the list
        name: String,
    },
}

/// Lists the sources, or fetches one.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    match &options.action {
        Some(Action::Fetch { name }) => download(name, global),
        None => list(global),
    }
}

#[derive(Serialize)]
struct Row {
    source: &'static str,
    what: &'static str,
    images: &'static str,
    licence: &'static str,
    download_bytes: Option<u64>,
    places: Vec<PathBuf>,
    found: Option<PathBuf>,
}

fn list(global: &Global) -> Result<(), Failure> {
    let rows: Vec<Row> = sources(Path::new(DATA)).into_iter().map(row).collect();
    let mut table = Table::new(["source", "there", "images", "of", "looked for in", "download", "licence"]);
    for row in &rows {
        let places: Vec<_> = row.places.iter().map(|place| place.display().to_string()).collect();
        let (there, places) = match (row.source, &row.found) {
            ("digits", _) => ("yes", "the program itself".to_owned()),
            (_, Some(found)) => ("yes", found.display().to_string()),
            _ if places.is_empty() => ("-", "`path` under [data]".to_owned()),
            _ => ("no", places.join(" or ")),
        };
        let download =
            row.download_bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{} MB", bytes.div_ceil(1_000_000)));
        table.row([row.source, there, row.images, row.what, &places, &download, row.licence]);
    }
    answer::table(&table, &rows, global.format)
}

fn row(listing: Listing) -> Row {
    Row {
        source: listing.source.name(),
        what: listing.what,
        images: listing.extent,
        licence: listing.licence,
        download_bytes: listing.download,
        places: listing.places,
        found: listing.found,
    }
}

fn download(name: &str, global: &Global) -> Result<(), Failure> {
    let mut notes: Box<dyn View> = if global.quiet { Box::new(Quiet) } else { Box::new(PlainLines) };
    // Indicatif draws only on a terminal.
    let bar = if global.quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left") {
        bar.set_style(style);
    }
    let fetched = fetch(name, Path::new(DATA), &mut |progress| match progress {
        Progress::Received { file, done, total } => {
            bar.set_message(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
            bar.set_length(total);
            bar.set_position(done);
        }
        Progress::Retrying { file, cause, wait } => {
            bar.suspend(|| notes.note(&format!("{}: {cause}; trying again in {} s", file.display(), wait.as_secs())));
        }
        Progress::Present { file } => notes.note(&format!("{} is there and right", file.display())),
        Progress::Finished { file } => bar.suspend(|| notes.note(&format!("{} is complete", file.display()))),
    });
    bar.finish_and_clear();
    fetched?;
    Ok(())
}
