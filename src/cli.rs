//! The command line: what a person types becomes a call; what comes back becomes an answer and an exit code.

pub(crate) mod answer;
mod check;
mod confirm;
mod data;
mod devices;
mod doctor;
pub(crate) mod enqueue;
mod evaluate;
mod export;
mod file;
pub(crate) mod halt;
mod importance;
pub(crate) mod log;
mod network;
mod parameters;
mod power;
mod predict;
mod rank;
mod report;
pub(crate) mod retry;
mod run;
mod sample;
pub(crate) mod select;
mod serve;
mod show;
pub(crate) mod stop;
pub(crate) mod studies;
mod train;
mod worker;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kiln_trials::chaos;
use tracing_subscriber::filter::LevelFilter;

use crate::failure::Failure;
use crate::runner::{panics, trainer};

/// Architecture and hyperparameter search: one file becomes a ranked network.
#[derive(Debug, Parser)]
#[command(name = "kiln", version, arg_required_else_help = true, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// What every command understands.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Where studies are kept
    #[arg(long, global = true, value_name = "DIR", default_value = "studies")]
    dir: PathBuf,
    /// How the answer is written: table, json or csv; a report as html, md or json
    #[arg(long = "format", global = true, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    form: Option<Form>,
    /// What that is for every command but `report`.
    #[arg(skip)]
    format: Format,
    /// No progress on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
    /// More of what happens inside on standard error; twice for all of it
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// How progress and log on standard error are written
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// What can be asked for by `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
    Csv,
    Html,
    Md,
}

impl Form {
    /// As the form of the answer of a command that is not `report`.
    fn of_answer(self) -> Result<Format, Failure> {
        match self {
            Self::Table => Ok(Format::Table),
            Self::Json => Ok(Format::Json),
            Self::Csv => Ok(Format::Csv),
            Self::Html | Self::Md => Err(Failure::Refused {
                message: "only `kiln report` writes html and md".to_owned(),
                help: "--format table, json or csv".to_owned(),
            }),
        }
    }
}

/// The form of progress and log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// Live on a terminal, plain lines otherwise
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create the study of FILE, or continue it
    Run(run::Options),
    /// Look for mistakes in FILE; say how large its space is
    Check(file::FileArgument),
    /// Draw candidates as `run` would
    Sample(sample::Options),
    /// List what the built-in trainer understands
    Parameters,
    /// The trials of a study, best first
    Rank(rank::Options),
    /// What it takes to answer the questions of FILE, before it is run
    Power(power::Options),
    /// Train the best of a study again on fresh seeds, and look at the test images, once
    Confirm(confirm::Options),
    /// Which parameters matter
    Importance(importance::Options),
    /// Write all there is to say of a study into one file
    Report(report::Options),
    /// Show studies in a browser, live
    Serve(serve::Options),
    /// Write a trained network as weights, and as a crate of Rust source for it alone
    Export(export::Options),
    /// Say what a trained network sees in images
    Predict(predict::Options),
    /// Measure a trained network on the validation images, or on a folder of images
    Evaluate(evaluate::Options),
    /// Everything about one trial
    Show(select::TrialArgument),
    /// What happened in a study, event by event
    Log(select::StudyArgument),
    /// End a trial, whether it is trained now or waits
    Stop(select::TrialArgument),
    /// Train nothing of a study for the time being
    Pause(select::StudyArgument),
    /// Let a paused study go on
    Resume(select::StudyArgument),
    /// Try candidates again whose trials failed
    Retry(retry::Options),
    /// Have a candidate tried next
    Enqueue(enqueue::Options),
    /// List the studies
    Studies,
    /// List the sources of data, or fetch one
    Data(data::Options),
    /// List the devices to train on
    Devices,
    /// Train a trial again, and compare with its record
    Train(train::Options),
    /// Look whether studies are sound, and mend what can be mended
    Doctor(doctor::Options),
    /// Help with a study that is being run, from another terminal
    Worker(worker::Options),
    /// Train what a run says on standard input (started by `run` and `worker`)
    #[command(hide = true)]
    Trainer,
}

/// How a command that worked out ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// What was asked for is there.
    Fully = 0,
    /// It is done, and the answer is no: no usable trial, not the same again, not sound.
    Negative = 1,
    /// Interrupted; the same command continues.
    Interrupted = 130,
}

/// Runs the program on the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help that nobody reads on (`kiln | head`) is no error.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    start_log(&arguments.global);
    panics::install();
    match panics::catch(|| dispatch(arguments)) {
        Ok(Ok(done)) => ExitCode::from(done as u8),
        Ok(Err(failure)) => {
            let code = failure.exit_code();
            complain(format_args!("{:?}", miette::Report::new(failure)));
            ExitCode::from(code)
        }
        Err(panic) => {
            complain(format_args!(
                "This is a mistake in Kiln, not in what you did: {panic}\nWhat was recorded is safe. Please report the line above."
            ));
            ExitCode::from(3)
        }
    }
}

fn dispatch(mut arguments: Arguments) -> Result<Done, Failure> {
    chaos::arm()?;
    if let Some(form) = arguments.global.form
        && !matches!(arguments.command, Command::Report(_))
    {
        arguments.global.format = form.of_answer()?;
    }
    let global = &arguments.global;
    match arguments.command {
        Command::Run(options) => return run::run(options, global),
        Command::Worker(options) => return worker::run(options, global),
        Command::Confirm(options) => return confirm::run(options, global),
        Command::Train(options) => return train::run(&options, global),
        Command::Doctor(options) => return doctor::run(&options, global),
        Command::Check(file) => check::run(&file, global)?,
        Command::Sample(options) => sample::run(&options, global)?,
        Command::Parameters => parameters::run(global)?,
        Command::Rank(options) => rank::run(&options, global)?,
        Command::Power(options) => power::run(&options, global)?,
        Command::Importance(options) => importance::run(&options, global)?,
        Command::Report(options) => report::run(&options, global)?,
        Command::Serve(options) => serve::run(&options, global)?,
        Command::Export(options) => export::run(&options, global)?,
        Command::Predict(options) => predict::run(&options, global)?,
        Command::Evaluate(options) => evaluate::run(&options, global)?,
        Command::Show(trial) => show::run(&trial, global)?,
        Command::Log(study) => log::run(&study, global)?,
        Command::Stop(trial) => stop::run(&trial, global)?,
        Command::Pause(study) => halt::run(&study, true, global)?,
        Command::Resume(study) => halt::run(&study, false, global)?,
        Command::Retry(options) => retry::run(&options, global)?,
        Command::Enqueue(options) => enqueue::run(options, global)?,
        Command::Studies => studies::run(global)?,
        Command::Data(options) => data::run(&options, global)?,
        Command::Devices => devices::run(global)?,
        Command::Trainer => trainer::serve(),
    }
    Ok(Done::Fully)
}

fn start_log(global: &Global) {
    let level = match global.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let log =
        tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match global.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Says something on standard error, if that is still open.
fn complain(text: std::fmt::Arguments<'_>) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}
