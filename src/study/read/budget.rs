//! `[budget]`.

use std::ops::Bound;
use std::time::Duration;

use kiln_search::problem::{Problem, Problems};
use kiln_search::table::{Node, Table};

use super::{GREATEST_COUNT, bytes, quantity, whole};
use crate::study::{Budget, Objective, Plateau, Target, duration};

/// When the search ends, for these objectives.
pub fn read(file: &mut Table<'_>, objectives: &[Objective], problems: &mut Problems) -> Budget {
    let example = "a table [budget] with `trials = 30`";
    let node = file.require("budget", example, problems);
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return Budget::default() };
    let endless = !["trials", "epochs", "wall"].into_iter().any(|key| table.has(key));
    let budget = Budget {
        trials: whole(&mut table, "trials", problems),
        epochs: whole(&mut table, "epochs", problems),
        wall: time(&mut table, "wall", problems),
        trial_wall: time(&mut table, "trial_wall", problems),
        trial_memory: bytes(&mut table, "trial_memory", problems),
        plateau: table.take("plateau").and_then(|node| plateau(node, problems)),
        target: table.take("target").map_or_else(Vec::new, |node| target(node, objectives, problems)),
    };
    if endless {
        let problem = Problem::new("[budget] has none of `trials`, `epochs` and `wall`", table.span());
        problems.push(problem.label("no end").help("add `trials = 30` or `wall = \"10m\"`: the search ends there"));
    }
    table.finish(problems);
    budget
}

fn plateau(node: Node<'_>, problems: &mut Problems) -> Option<Plateau> {
    let mut table = node.table(problems)?;
    let trials = match table.require("trials", "`trials = 30`: so many without an improvement", problems) {
        Some(node) => node.integer(1..=i64::from(GREATEST_COUNT), problems),
        None => None,
    };
    let delta = match table.take("delta") {
        Some(node) => node.number((Bound::Included(0.0), Bound::Unbounded), problems).map(|delta| delta.value),
        None => Some(0.0),
    };
    table.finish(problems);
    Some(Plateau { trials: trials?.value as u32, delta: delta? })
}

fn target(node: Node<'_>, objectives: &[Objective], problems: &mut Problems) -> Vec<Target> {
    let Some(mut table) = node.table(problems) else { return Vec::new() };
    if table.keys().next().is_none() {
        let problem = Problem::new("`target` names no objective", table.span()).label("no target");
        problems.push(problem.help(format!("write `{{ {} = VALUE }}`, or remove the line", objectives[0].metric)));
    }
    let mut target = Vec::new();
    for Objective { metric, .. } in objectives {
        let value = table.take(metric).and_then(|node| node.number(.., problems));
        target.extend(value.map(|value| Target { metric: metric.clone(), value: value.value }));
    }
    table.finish(problems);
    target
}

fn time(table: &mut Table<'_>, key: &str, problems: &mut Problems) -> Option<Duration> {
    let example = "write whole numbers with units, for example `KEY = \"90s\"`, \"10m\", \"1h30m\" or \"2d\"";
    quantity(table, key, "a duration", example, duration::parse, problems)
}
