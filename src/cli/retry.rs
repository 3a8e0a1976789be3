//! `kiln retry`: try candidates again whose trials failed.

use clap::{Args, ValueEnum};
use kiln_trials::store::{Entry, EntryNumber, Store};
use kiln_trials::trial::{Outcome, Standing, State, TrialNumber};
use serde::Serialize;
use serde_json::json;

use crate::cli::answer::Said;
use crate::cli::select::{Chosen, StudyArgument, trial_number};
use crate::cli::{Format, Global, answer, complain};
use crate::failure::Failure;
use crate::term::candidates;
use crate::term::table::Table;
use crate::term::trial::word;

/// What `retry` understands.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    study: StudyArgument,
    /// The trials that ended in this way; crashed and timed-out if nothing is said. May be given several times
    #[arg(long = "outcome", value_enum, value_name = "OUTCOME")]
    outcomes: Vec<Kind>,
    /// This trial, however it ended. May be given several times
    #[arg(long = "trial", value_name = "TRIAL", value_parser = trial_number)]
    trials: Vec<TrialNumber>,
}

/// How a trial can have ended without being complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Crashed,
    TimedOut,
    OutOfMemory,
    Diverged,
    Stopped,
    Pruned,
}

impl Kind {
    fn of(trial: &Standing) -> Option<Self> {
        match &trial.state {
            // A confirmation that failed is a result.
            _ if !trial.origin.is_search() => None,
            State::Ended(Outcome::Crashed { .. }) => Some(Self::Crashed),
            State::Ended(Outcome::TimedOut { .. }) => Some(Self::TimedOut),
            State::Ended(Outcome::OutOfMemory { .. }) => Some(Self::OutOfMemory),
            State::Ended(Outcome::Diverged { .. }) => Some(Self::Diverged),
            State::Ended(Outcome::Stopped) => Some(Self::Stopped),
            State::Ended(Outcome::Pruned) => Some(Self::Pruned),
            State::Ended(Outcome::Complete) | State::Running | State::Paused => None,
        }
    }
}

/// What becomes of a trial that is to be tried again.
#[derive(Debug, Serialize)]
struct Row {
    trial: TrialNumber,
    outcome: &'static str,
    /// The entry of the queue that it is now.
    entry: Option<EntryNumber>,
    /// The later trial of the same candidate.
    tried_as: Option<TrialNumber>,
}

/// Puts the candidates into the queue of the study.
pub fn run(options: &Options, global: &Global) -> Result<(), Failure> {
    let mut chosen = options.study.open(global)?;
    let numbers = options.wanted(&chosen.trials, |number| chosen.trial(number))?;
    if numbers.is_empty() {
        let what = "no trial has ended in that way";
        return answer::sentence(&format!("there is nothing to try again: {what}"), &Vec::<Row>::new(), global.format);
    }
    let rows = again(&mut chosen, &numbers)?;
    let mut table = Table::new(["trial", "outcome", "tried again", "candidate"]);
    for row in &rows {
        let candidate = candidates::line(&chosen.trials[row.trial as usize].candidate, |_| true);
        table.row([row.trial.to_string(), row.outcome.to_owned(), row.how(), candidate]);
    }
    answer::table(&table, &rows, global.format)?;
    if rows.iter().any(|row| row.entry.is_some()) && global.format == Format::Table && !global.quiet {
        complain(format_args!("{}", chosen.when("begins them")));
    }
    Ok(())
}

/// Puts the candidate of trial `number` into the queue of the study.
pub fn one(chosen: &mut Chosen, number: TrialNumber) -> Result<Said, Failure> {
    let named = Options { study: StudyArgument::named(None), outcomes: Vec::new(), trials: vec![number] };
    let numbers = named.wanted(&chosen.trials, |number| chosen.trial(number))?;
    let rows = again(chosen, &numbers)?;
    let how = rows.iter().map(Row::how).collect::<String>();
    let when = rows.iter().any(|row| row.entry.is_some()).then(|| format!(": {}", chosen.when("begins it")));
    let sentence = format!("trial {number} is tried again {how}{}", when.unwrap_or_default());
    Ok(Said { sentence, value: json!(rows) })
}

/// Puts the candidates of the trials `numbers` into the queue, but not twice.
fn again(chosen: &mut Chosen, numbers: &[TrialNumber]) -> Result<Vec<Row>, Failure> {
    chosen.demand_open(&chosen.study()?)?;
    let queue = chosen.store.wishes()?.queue;
    let mut rows = Vec::new();
    for &number in numbers {
        let trial = &chosen.trials[number as usize];
        let tried_as = later(trial, &chosen.trials);
        let entry = match (tried_as, queued(trial, &queue)) {
            (Some(_), _) => None,
            (None, Some(entry)) => Some(entry),
            (None, None) => Some(chosen.store.enqueue(&trial.candidate, true)?),
        };
        rows.push(Row { trial: number, outcome: word(&trial.state), entry, tried_as });
    }
    Ok(rows)
}

impl Row {
    fn how(&self) -> String {
        match (self.entry, self.tried_as) {
            (Some(entry), _) => format!("as entry {entry} of the queue"),
            (None, Some(trial)) => format!("as trial {trial} already"),
            (None, None) => String::new(),
        }
    }
}

impl Options {
    /// The numbers of the trials that are meant, in order; those that are named must be over.
    fn wanted<'a>(
        &self,
        trials: &'a [Standing],
        named: impl Fn(TrialNumber) -> Result<&'a Standing, Failure>,
    ) -> Result<Vec<TrialNumber>, Failure> {
        let mut wanted = self.trials.clone();
        for &number in &self.trials {
            let trial = named(number)?;
            if !trial.is_over() {
                return Err(Failure::Refused {
                    message: format!(
                        "trial {number} is {}: it cannot be tried again before it is over",
                        word(&trial.state)
                    ),
                    help: format!("`kiln stop {number}` ends it"),
                });
            }
        }
        let outcomes = match (&*self.outcomes, &*self.trials) {
            ([], []) => &[Kind::Crashed, Kind::TimedOut],
            (outcomes, _) => outcomes,
        };
        let ended = |trial: &&Standing| Kind::of(trial).is_some_and(|kind| outcomes.contains(&kind));
        // Of those with the same candidate the last one counts.
        let last = trials.iter().filter(ended).filter(|trial| later(trial, trials).is_none());
        wanted.extend(last.map(|trial| trial.number));
        wanted.sort_unstable();
        wanted.dedup();
        Ok(wanted)
    }
}

/// The last of `trials` that tries the candidate of `trial` after it.
fn later(trial: &Standing, trials: &[Standing]) -> Option<TrialNumber> {
    let after = trials.get(trial.number as usize + 1..).unwrap_or_default();
    let is_again = |other: &&Standing| other.origin.is_search() && other.candidate == trial.candidate;
    after.iter().rfind(is_again).map(|other| other.number)
}

/// The entry of the queue that tries the candidate of `trial`.
fn queued(trial: &Standing, queue: &[Entry]) -> Option<EntryNumber> {
    queue.iter().find(|entry| entry.again && entry.candidate == trial.candidate).map(|entry| entry.number)
}
