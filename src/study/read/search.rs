//! `[search]`.

use std::ops::Range;

use kiln_search::problem::{Problem, Problems, Spanned};
use kiln_search::sampler::auto::Choice;
use kiln_search::sampler::strategy::Strategy;
use kiln_search::space::Space;
use kiln_search::table::{Node, Table};

use crate::study::{Search, Workers};

/// No machine has use for more workers.
const MOST_WORKERS: i64 = 1024;

/// How candidates of `space` are found in so many `trials`, if that is known, and the place of each entry of `enqueue`.
pub fn read(
    node: Option<Node<'_>>,
    space: &Space,
    objectives: usize,
    trials: Option<u32>,
    problems: &mut Problems,
) -> (Search, Vec<Range<usize>>) {
    let mut table = node.and_then(|node| node.table(problems));
    let named = table.as_mut().and_then(|table| table.take("strategy"));
    let named = named.and_then(|node| strategy(node, space, objectives, problems));
    let (strategy, reason) = match named {
        Some(strategy) => (strategy, None),
        // What a broken space demands is not known.
        None if !problems.is_empty() => (Strategy::Random, None),
        None => {
            let Choice { strategy, reason } = Strategy::choose(space, objectives, trials);
            (strategy, Some(reason))
        }
    };
    let mut search = Search { strategy, reason, repeats: false, enqueue: Vec::new(), workers: None };
    let mut places = Vec::new();
    let Some(mut table) = table else { return (search, places) };
    search.repeats = table.take("repeats").and_then(|node| node.boolean(problems)).is_some_and(|repeats| repeats.value);
    search.workers = workers(&mut table, problems);
    for entry in table.take("enqueue").map_or_else(Vec::new, |node| node.tables(problems)) {
        places.push(entry.span());
        search.enqueue.push(space.partial(entry, problems));
    }
    table.finish(problems);
    (search, places)
}

/// The method that the file names; `None` for `auto`.
fn strategy(node: Node<'_>, space: &Space, objectives: usize, problems: &mut Problems) -> Option<Strategy> {
    let auto = [("auto", None)].into_iter();
    let words: Vec<_> = auto.chain(Strategy::ALL.map(|strategy| (strategy.name(), Some(strategy)))).collect();
    let Spanned { value, span } = node.choice(&words, problems)?;
    let strategy = value?;
    // As above.
    if problems.is_empty()
        && let Err(unsuitable) = strategy.check(space, objectives)
    {
        let suitable: Vec<_> = Strategy::suitable(space, objectives).into_iter().map(Strategy::name).collect();
        let problem = Problem::new(unsuitable.to_string(), span).label("not for this study");
        problems.push(problem.help(format!("these can: {}", suitable.join(", "))));
    }
    Some(strategy)
}

fn workers(table: &mut Table<'_>, problems: &mut Problems) -> Option<Workers> {
    let node = table.take("workers")?;
    if node.kind() == "a text" {
        return node.choice(&[("auto", Workers::Auto)], problems).map(|word| word.value);
    }
    let workers = node.integer(1..=MOST_WORKERS, problems)?;
    Some(Workers::Count(workers.value as usize))
}
