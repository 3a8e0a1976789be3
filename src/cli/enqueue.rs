//! `kiln enqueue`: have a candidate tried next.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use kiln_search::candidate::Candidate;
use kiln_trials::store::Store;
use serde_json::json;

use crate::cli::Global;
use crate::cli::answer::Said;
use crate::cli::select::{Chosen, StudyArgument};
use crate::failure::Failure;
use crate::runner::proposal::Proposer;
use crate::runner::record::Record;
use crate::study::Study;
use crate::term::candidates;

/// What messages call the values of the command line.
const COMMAND_LINE: &str = "the command line";

/// What `enqueue` understands.
#[derive(Debug, Args)]
pub struct Options {
    /// The study, if it is not obvious, and values of the candidate, whose rest is drawn
    #[arg(value_name = "[STUDY] NAME=VALUE", required_unless_present = "file")]
    words: Vec<String>,
    /// A file of values, as `kiln sample` prints them; those of the command line come before its own
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Puts a candidate into the queue of the study.
pub fn run(options: Options, global: &Global) -> Result<(), Failure> {
    let (study, assignments) = split(options.words);
    let mut chosen = StudyArgument::named(study).open(global)?;
    let study = chosen.study()?;
    chosen.demand_open(&study)?;

    let (mut name, mut text) = (COMMAND_LINE.to_owned(), lines(&assignments)?);
    let mut values = study.values(&name, &text).map_err(Box::new)?;
    if let Some(path) = options.file {
        let file = fs::read_to_string(&path).map_err(|source| Failure::StudyFile { path: path.clone(), source })?;
        let shown = path.display().to_string();
        let mut all = study.values(&shown, &file).map_err(Box::new)?;
        values.iter().for_each(|(name, value)| all.insert(name, value.clone()));
        values = all;
        if assignments.is_empty() {
            (name, text) = (shown, file);
        }
    }
    put(&mut chosen, study, &values, [&name, &text])?.print(global.format)
}

/// Puts the values of `text`, which are written as in a file called `name`, into the queue of the study.
pub fn written(chosen: &mut Chosen, name: &str, text: &str) -> Result<Said, Failure> {
    let study = chosen.study()?;
    chosen.demand_open(&study)?;
    let values = study.values(name, text).map_err(Box::new)?;
    put(chosen, study, &values, [name, text])
}

/// Puts `values` into the queue of `study`; what messages show is the text that they come from, and its name.
fn put(chosen: &mut Chosen, study: Study, values: &Candidate, [name, text]: [&str; 2]) -> Result<Said, Failure> {
    if values.is_empty() {
        return Err(Failure::Refused {
            message: "no value of the candidate is given".to_owned(),
            help: "write at least one, as in `kiln enqueue learning_rate=0.01`".to_owned(),
        });
    }
    let mut proposer = Proposer::load(study)?;
    proposer.learn(&Record::read(proposer.study(), &chosen.store)?);
    let plan = |candidate: &_| proposer.statics(candidate);
    proposer.study().can_try(values, name, text, proposer.history(), plan).map_err(Box::new)?;

    let entry = chosen.store.enqueue(values, false)?;
    let value = json!({
        "study": chosen.record.name, "entry": entry, "candidate": values, "running": chosen.folder.is_running(),
    });
    let (line, when) = (candidates::line(values, |_| true), chosen.when("begins it"));
    Ok(Said { sentence: format!("{line} is entry {entry} of the queue: {when}"), value })
}

/// The study, if the first word is its name, and the rest.
fn split(mut words: Vec<String>) -> (Option<String>, Vec<String>) {
    let named = words.first().is_some_and(|word| !word.contains('='));
    let study = named.then(|| words.remove(0));
    (study, words)
}

/// Assignments of the command line as lines of TOML. A word needs no quotes, of which shells take away the first pair.
fn lines(assignments: &[String]) -> Result<String, Failure> {
    let mut text = String::new();
    for assignment in assignments {
        let Some((name, value)) = assignment.split_once('=') else {
            return Err(Failure::Refused {
                message: format!("`{assignment}` is no NAME=VALUE"),
                help: "write values as in `learning_rate=0.01`; the name of the study comes first".to_owned(),
            });
        };
        let (name, value) = (name.trim(), value.trim());
        let is_key = name.starts_with('"') || name.chars().all(is_of_word);
        let key = if is_key { name.to_owned() } else { toml::Value::from(name).to_string() };
        let value = if is_word(value) { toml::Value::from(value).to_string() } else { value.to_owned() };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key} = {value}");
    }
    Ok(text)
}

/// Whether `value` is a text without quotes, and nothing else in TOML.
fn is_word(value: &str) -> bool {
    let is_literal = ["true", "false", "inf", "nan"].contains(&value);
    value.starts_with(|letter: char| letter.is_ascii_alphabetic()) && value.chars().all(is_of_word) && !is_literal
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_toml_without_quotes_around_words() {
        let text = |word: &str| lines(&[word.to_owned()]).expect("an assignment");
        assert_eq!(text("optimizer=adam"), "optimizer = \"adam\"\n");
        assert_eq!(text("normalization = 'min-max'"), "normalization = 'min-max'\n");
        assert_eq!(text("stage[0].channels=16"), "\"stage[0].channels\" = 16\n");
        assert_eq!(text("\"stage[0].kernel\"=3"), "\"stage[0].kernel\" = 3\n");
        assert_eq!(text("nesterov=true"), "nesterov = true\n");
        assert_eq!(text("learning_rate=1e-3"), "learning_rate = 1e-3\n");
        lines(&["adam".to_owned()]).expect_err("no assignment");
    }
}
