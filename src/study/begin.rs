//! Whether a study can begin: every enqueued entry can become a trial, and some candidate meets the constraints.

use std::collections::BTreeMap;
use std::ops::Range;

use kiln_search::candidate::Candidate;
use kiln_search::history::{Fate, History, Past};
use kiln_search::problem::{Problem, Problems};
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::random::Random;
use kiln_search::sampler::{Exhausted, NoProposal, complete, propose};
use kiln_search::space::{Incomplete, Probe};
use kiln_search::table::Table;

use super::Study;

/// What keeps `study` from beginning, where `plan` gives the figures of a candidate's network or says why it cannot be
/// built. The draws are those of the first trials.
pub(super) fn obstacles(study: &Study, plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>) -> Problems {
    let mut problems = Problems::new();
    let goals = study.goals();
    let stream = |number: usize| Stream::new(study.seed, number as u64, Purpose::Candidate);
    let untried = History::new(goals.clone(), Vec::new());
    if propose(&Random, &study.space, &untried, stream(0), &plan).is_err() {
        // Whatever is wrong with the entries is a consequence.
        problems.push(hopeless(study, &study.space.probe(&mut stream(0).rng(), plan)));
        return problems;
    }
    let mut pasts = Vec::new();
    for (number, (partial, place)) in study.search.enqueue.iter().zip(&study.places.enqueue).enumerate() {
        let history = History::new(goals.clone(), pasts.clone());
        let history = if study.search.repeats { history.allowing_repeats() } else { history };
        match complete(partial, &study.space, &history, stream(number), &plan) {
            Ok(proposal) => pasts.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished }),
            Err(refusal) => {
                let (message, help) = refused(&refusal);
                problems.push(Problem::new(message, place.clone()).label("this entry").help(help));
            }
        }
    }
    problems
}

/// The values of some parameters that `text` gives.
pub(super) fn values(study: &Study, text: &str) -> Result<Candidate, Problems> {
    let mut problems = Problems::new();
    let table = Table::parse(text, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let values = study.space.partial(table, &mut problems);
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

/// What keeps `values`, given at `place`, from becoming the next trial after `history`.
pub(super) fn obstacle(
    study: &Study,
    values: &Candidate,
    place: Range<usize>,
    history: &History,
    plan: impl Fn(&Candidate) -> Result<BTreeMap<String, f64>, String>,
) -> Option<Problem> {
    let stream = Stream::new(study.seed, history.pasts().len() as u64, Purpose::Candidate);
    let refusal = complete(values, &study.space, history, stream, plan).err()?;
    let has_values = |past: &Past| values.iter().all(|(name, value)| past.candidate.get(name) == Some(value));
    let tried = history.pasts().iter().rposition(has_values);
    let (message, help) = match (tried, &refusal) {
        (Some(trial), NoProposal::Exhausted(Exhausted { last_reason: None, .. })) => (
            format!("nothing new has these values: trial {trial} is the last that had them"),
            format!("`kiln retry --trial {trial}` tries it again; or leave more values open, which are then drawn"),
        ),
        _ => refused(&refusal),
    };
    Some(Problem::new(message, place).label("this candidate").help(help))
}

/// A space in which 10,000 draws in a row were refused: most of them are to be blamed on one reason.
fn hopeless(study: &Study, probe: &Probe) -> Problem {
    let most = probe.reasons.iter().max_by_key(|(_, count)| **count);
    let (reason, count) = most.map_or(("", 0), |(reason, count)| (reason.as_str(), *count));
    let draws = probe.draws;
    if let Some(place) = study.space.place_of(reason) {
        let problem = Problem::new(format!("the constraints refuse {draws} draws in a row"), place);
        return problem.label(format!("refuses {count} of them")).help("loosen this constraint, or widen [space]");
    }
    let message = format!("{draws} draws in a row cannot be trained, {count} of them because {reason}");
    let problem = Problem::new(message, study.places.space.clone()).label("this space");
    problem.help("widen [space], so that some of its networks can be built")
}

/// What is wrong with an entry of `enqueue`, and what to do.
fn refused(refusal: &NoProposal) -> (String, String) {
    match refusal {
        NoProposal::Incomplete(Incomplete::Inactive { name }) => (
            format!("`{name}` is never active together with the other values"),
            format!("leave `{name}` out, or change the values that its `when` or its block asks for"),
        ),
        NoProposal::Incomplete(misfit) => (misfit.to_string(), "change or remove the entry".to_owned()),
        NoProposal::Exhausted(Exhausted { last_reason: Some(reason), .. }) => (
            format!("the entry cannot become a trial: {reason}"),
            "change its values so that it can be trained and the constraints hold, or remove it".to_owned(),
        ),
        NoProposal::Exhausted(Exhausted { last_reason: None, .. }) => (
            "the entry is nothing new: the ones before have it already".to_owned(),
            "remove it, or leave some of its values open, which are then drawn".to_owned(),
        ),
    }
}
