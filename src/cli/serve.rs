//! `kiln serve`: studies in a browser, live.

use clap::Args;
use serde_json::json;

use crate::cli::select::StudyArgument;
use crate::cli::{Global, answer, complain};
use crate::failure::Failure;
use crate::web::Serving;

/// What `serve` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// The study to begin with; without it the list of all
    #[arg(value_name = "STUDY")]
    study: Option<String>,
    #[command(flatten)]
    at: At,
}

/// Where it is served.
#[derive(Debug, Args)]
pub struct At {
    /// The port; 0 is any that is free
    #[arg(long, value_name = "N", default_value_t = 7373)]
    port: u16,
    /// The address to listen at; one that other machines reach needs the token for everything
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    host: String,
}

impl At {
    /// Serves the studies; the view of `study`, if one is named, is what the address leads to.
    pub fn serve(&self, study: Option<&str>, global: &Global) -> Result<Serving, Failure> {
        Serving::start(&global.dir, &self.host, self.port, study)
    }
}

/// Serves until the program is interrupted.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    if let Some(study) = &options.study {
        StudyArgument::named(Some(study.clone())).find(global)?;
    }
    let serving = options.at.serve(options.study.as_deref(), global)?;
    answer::sentence(&serving.url, &json!({ "url": &serving.url }), global.format)?;
    if !global.quiet {
        complain(format_args!("whoever has this address can act on the studies; Ctrl-C ends it"));
    }
    serving.wait();
    Ok(())
}
