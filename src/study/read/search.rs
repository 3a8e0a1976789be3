//! `[search]`.

use kiln_search::problem::{Problem, Problems, suggest};
use kiln_search::space::Space;
use kiln_search::table::{Node, Table};

use crate::study::Search;

/// Strategies of the design that are still to come.
const STRATEGIES_TO_COME: [&str; 8] = ["auto", "grid", "sobol", "tpe", "cma-es", "gp", "evolution", "nsga2"];

/// How candidates of `space` are found.
pub fn read(node: Option<Node<'_>>, space: &Space, problems: &mut Problems) -> Search {
    let Some(mut table) = node.and_then(|node| node.table(problems)) else { return Search::default() };
    strategy(&mut table, problems);
    workers(&mut table, problems);
    let entries = table.take("enqueue").map_or_else(Vec::new, |node| node.tables(problems));
    let enqueue = entries.into_iter().map(|entry| space.partial(entry, problems)).collect();
    table.finish(problems);
    Search { enqueue }
}

fn strategy(table: &mut Table<'_>, problems: &mut Problems) {
    let Some(strategy) = table.take("strategy").and_then(|node| node.text(problems)) else { return };
    let word = strategy.value.as_str();
    if word == "random" {
        return;
    }
    let problem = if STRATEGIES_TO_COME.contains(&word) {
        let problem = Problem::new(format!("the strategy `{word}` is not supported yet"), strategy.span);
        problem.label("not supported yet").help("use `strategy = \"random\"`")
    } else {
        let problem = Problem::new(format!("`strategy` cannot be {word:?}"), strategy.span);
        problem.label("unknown").help(suggest(word, ["random"]))
    };
    problems.push(problem);
}

/// One trial is trained at a time; `"auto"` may become more with a later version.
fn workers(table: &mut Table<'_>, problems: &mut Problems) {
    let Some((key, node)) = table.take_entry("workers") else { return };
    if node.kind() == "a text" {
        node.choice(&[("auto", ())], problems);
    } else if let Some(workers) = node.integer(1.., problems).filter(|workers| workers.value > 1) {
        let problem = Problem::new(format!("`{}` above 1 is not supported yet", key.value), workers.span);
        problems.push(problem.label("not supported yet").help("use `workers = 1` or `workers = \"auto\"`"));
    }
}
