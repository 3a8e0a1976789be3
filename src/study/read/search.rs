//! `[search]`.

use std::ops::Range;

use kiln_search::problem::{Problem, Problems};
use kiln_search::sampler::strategy::Strategy;
use kiln_search::space::Space;
use kiln_search::table::{Node, Table};

use crate::study::{Search, Workers};

/// No machine has use for more workers.
const MOST_WORKERS: i64 = 1024;

/// How candidates of `space` are found, and the place of each entry of `enqueue`.
pub fn read(
    node: Option<Node<'_>>,
    space: &Space,
    objectives: usize,
    problems: &mut Problems,
) -> (Search, Vec<Range<usize>>) {
    let mut search = Search::default();
    let mut places = Vec::new();
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return (search, places) };
    search.strategy = strategy(&mut table, space, objectives, problems);
    search.repeats = table.take("repeats").and_then(|node| node.boolean(problems)).is_some_and(|repeats| repeats.value);
    search.workers = workers(&mut table, problems);
    for entry in table.take("enqueue").map_or_else(Vec::new, |node| node.tables(problems)) {
        places.push(entry.span());
        search.enqueue.push(space.partial(entry, problems));
    }
    table.finish(problems);
    (search, places)
}

fn strategy(table: &mut Table<'_>, space: &Space, objectives: usize, problems: &mut Problems) -> Strategy {
    let Some(node) = table.take("strategy") else { return Strategy::default() };
    let words = Strategy::ALL.map(|strategy| (strategy.name(), strategy));
    let Some(strategy) = node.choice(&words, problems) else { return Strategy::default() };
    // What a broken space demands is not known.
    if problems.is_empty()
        && let Err(unsuitable) = strategy.value.check(space, objectives)
    {
        let suitable: Vec<_> = Strategy::suitable(space, objectives).into_iter().map(Strategy::name).collect();
        let problem = Problem::new(unsuitable.to_string(), strategy.span).label("not for this study");
        problems.push(problem.help(format!("these can: {}", suitable.join(", "))));
    }
    strategy.value
}

fn workers(table: &mut Table<'_>, problems: &mut Problems) -> Option<Workers> {
    let node = table.take("workers")?;
    if node.kind() == "a text" {
        return node.choice(&[("auto", Workers::Auto)], problems).map(|word| word.value);
    }
    let workers = node.integer(1..=MOST_WORKERS, problems)?;
    Some(Workers::Count(workers.value as usize))
}
