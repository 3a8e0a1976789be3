//! `[budget]`.

use std::ops::Range;
use std::time::Duration;

use kiln_search::problem::{Problem, Problems};
use kiln_search::table::Table;

use super::{not_yet, whole};
use crate::study::{Budget, duration};

/// When the search ends.
pub fn read(file: &mut Table<'_>, problems: &mut Problems) -> Budget {
    let example = "a table [budget] with `trials = 30`";
    let node = file.require("budget", example, problems);
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return Budget::default() };
    let endless = !table.has("trials") && !table.has("wall");
    let budget = Budget {
        trials: whole(&mut table, "trials", problems),
        wall: time(&mut table, "wall", problems),
        trial_wall: time(&mut table, "trial_wall", problems),
    };
    if endless {
        let problem = Problem::new("[budget] has neither `trials` nor `wall`", table.span());
        problems.push(problem.label("no end").help("add `trials = 30` or `wall = \"10m\"`: the search ends there"));
    }
    not_yet(&mut table, "trial_memory", "the memory of a trial is not limited yet: remove `trial_memory`", problems);
    not_yet(&mut table, "plateau", "a search ends by trials or wall time so far: remove `plateau`", problems);
    table.finish(problems);
    budget
}

fn time(table: &mut Table<'_>, key: &str, problems: &mut Problems) -> Option<Duration> {
    let node = table.take(key)?;
    if node.kind() != "a text" {
        problems.push(no_duration(key, node.kind(), node.span()));
        return None;
    }
    let text = node.text(problems)?;
    let duration = duration::parse(&text.value);
    if duration.is_none() {
        problems.push(no_duration(key, &format!("{:?}", text.value), text.span));
    }
    duration
}

fn no_duration(key: &str, what: &str, span: Range<usize>) -> Problem {
    let problem = Problem::new(format!("`{key}` must be a duration, not {what}"), span).label("no duration");
    problem.help(format!("write whole numbers with units, for example `{key} = \"90s\"`, \"10m\", \"1h30m\" or \"2d\""))
}
