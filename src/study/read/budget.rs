//! `[budget]`.

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
    let text = table.take(key)?.text(problems)?;
    let duration = duration::parse(&text.value);
    if duration.is_none() {
        let problem = Problem::new(format!("`{key}` is no duration: {:?}", text.value), text.span);
        problems.push(problem.label("this text").help("write whole numbers with units: \"90s\", \"10m\", \"1h30m\", \"2d\""));
    }
    duration
}
