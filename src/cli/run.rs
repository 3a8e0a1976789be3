//! `kiln run`: create or continue a study.

use std::io::{self, IsTerminal};

use clap::Args;
use kiln_trials::repeats::pool;

use crate::cli::file::{FileArgument, StudyFile};
use crate::cli::serve::At;
use crate::cli::{Done, Format, Global, LogFormat, answer, complain, confirm, rank, select};
use crate::failure::Failure;
use crate::runner::{self, End, Order, Report};
use crate::study::{Study, Workers};
use crate::term::figure::counted;
use crate::term::ranking::Standings;
use crate::term::{Quiet, View, json, lines, live};

/// How many trials are listed when a run ends.
const LISTED: usize = 10;

/// What `run` understands. An address alone serves nothing.
#[derive(Debug, Args)]
#[command(mut_arg("port", |port| port.requires("serve")), mut_arg("host", |host| host.requires("serve")))]
pub struct Options {
    #[command(flatten)]
    file: FileArgument,
    #[command(flatten)]
    pub(super) means: Means,
    /// Continue the study by a file that has changed since, if the change only widens it
    #[arg(long)]
    new_revision: bool,
    /// Show the study in a browser while it runs: see `kiln serve`
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    at: At,
}

/// What a run trains with.
#[derive(Debug, Args)]
pub struct Means {
    /// What to train on: auto, cpu, wgpu[:N] or cuda[:N]; `kiln devices` lists what there is
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: String,
    /// How many trials to train at the same time: a number, or auto; as the study file says without it
    #[arg(long, value_name = "N", value_parser = workers)]
    workers: Option<Workers>,
}

fn workers(text: &str) -> Result<Workers, String> {
    match text.parse() {
        Ok(workers) if workers > 0 => Ok(Workers::Count(workers)),
        _ if text == "auto" => Ok(Workers::Auto),
        _ => Err("a number from 1 on, or auto".to_owned()),
    }
}

/// Runs the study to its end.
pub fn run(options: Options, global: &Global) -> Result<Done, Failure> {
    let StudyFile { name, text, study, is_built_in } = options.file.read()?;
    let mut view = view(global);
    if is_built_in {
        view.note("there is no space.toml here: running the built-in example");
    }
    // It serves until the program ends.
    let serving = options.serve.then(|| options.at.serve(Some(&study.name), global)).transpose()?;
    if let Some(serving) = &serving {
        view.note(&format!("live at {}", serving.url));
    }
    let order = Order { new_revision: options.new_revision, ..order(name, text, study, options.means, global) };
    carry_out(order, runner::run, view, global)
}

/// What the runner is to do.
pub(super) fn order(file: String, text: String, study: Study, means: Means, global: &Global) -> Order {
    let (dir, Means { device, workers }) = (global.dir.clone(), means);
    Order { file, text, study, dir, device, workers, new_revision: false, again: false }
}

/// Carries out `order` by `run`, and says how the study stands.
pub(super) fn carry_out(
    order: Order,
    run: impl Fn(Order, &mut dyn View) -> Result<Report, Failure>,
    mut view: Box<dyn View>,
    global: &Global,
) -> Result<Done, Failure> {
    let study = order.study.name.clone();
    let report = run(order, view.as_mut());
    view.close();
    conclude(&report?, &study, global)
}

/// Where progress is shown.
pub(super) fn view(global: &Global) -> Box<dyn View> {
    match global.log_format {
        _ if global.quiet => Box::new(Quiet),
        LogFormat::Json => Box::new(json::JsonLines),
        LogFormat::Text if io::stderr().is_terminal() => Box::new(live::Live::new()),
        LogFormat::Text => Box::new(lines::PlainLines),
    }
}

/// Says how the study stands, and prints the ranking of one that is done.
fn conclude(report: &Report, name: &str, global: &Global) -> Result<Done, Failure> {
    let say = |text: String| {
        if !global.quiet {
            complain(format_args!("{text}"));
        }
    };
    let (End::Done(reason), Some(study)) = (&report.end, &report.study) else {
        say(format!("study {name} is interrupted; the same command continues it"));
        return Ok(Done::Interrupted);
    };
    say(format!("study {name} is done: {reason}"));
    let trials = pool(report.trials.iter().filter(|trial| trial.origin.is_search()).cloned().collect());
    let ranking = Standings::of(study, &trials, None);
    rank::print(&ranking, Some(LISTED), global.format)?;
    let rest = ranking.len().saturating_sub(LISTED);
    if rest > 0 && global.format == Format::Table {
        say(format!(
            "and {} more: `kiln rank {name}` lists all, `kiln show TRIAL {name}` tells all about one",
            counted(rest, "trial")
        ));
    }
    let is_usable = report.trials.iter().any(|trial| trial.origin.is_search() && trial.is_complete());
    if is_usable && global.format == Format::Table {
        let file = select::read_file(study)?;
        let compared: Vec<String> = file.space.questions().map(|question| question.parameter().name()).collect();
        if file.confirm.is_some() {
            confirm::tell(study, &report.trials, global, |confirmed| {
                answer::text(&format!("\n{}", confirmed.answer()))
            })?;
        } else if !compared.is_empty() {
            say(format!("`kiln confirm {name}` trains the best again, and judges {}", compared.join(" and ")));
        }
    }
    Ok(if is_usable { Done::Fully } else { Done::Negative })
}
