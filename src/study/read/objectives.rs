//! `[[objective]]`.

use std::ops::Range;

use kiln_search::pareto::Goal;
use kiln_search::problem::{Problem, Problems};
use kiln_search::space::vocabulary::Vocabulary;
use kiln_search::table::Table;

use crate::study::Objective;

/// What a study without `[[objective]]` maximizes.
const USUAL: &str = "val_accuracy";

/// The objectives in the order of the file.
pub fn read(file: &mut Table<'_>, vocabulary: &dyn Vocabulary, problems: &mut Problems) -> Vec<Objective> {
    let Some(node) = file.take("objective") else {
        return vec![Objective { metric: USUAL.to_owned(), goal: Goal::Maximize }];
    };
    let metrics = [vocabulary.epoch_metrics(), vocabulary.static_metrics()].concat();
    let words: Vec<_> = metrics.iter().map(|metric| (*metric, *metric)).collect();
    let mut found: Vec<Objective> = Vec::new();
    for mut table in node.tables(problems) {
        let metric = table.require("metric", "`metric = \"val_accuracy\"`", problems);
        let metric = metric.and_then(|node| node.choice(&words, problems));
        let goal = table.require("goal", "`goal = \"maximize\"`", problems);
        let goals = [("maximize", Goal::Maximize), ("minimize", Goal::Minimize)];
        let goal = goal.and_then(|node| node.choice(&goals, problems));
        table.finish(problems);
        let Some(metric) = metric else { continue };
        if found.iter().any(|objective| objective.metric == metric.value) {
            problems.push(twice(metric.value, metric.span));
        }
        // A goal that could not be read has been reported; the metric still counts for the comparison above.
        found.push(Objective {
            metric: metric.value.to_owned(),
            goal: goal.map_or(Goal::Maximize, |goal| goal.value),
        });
    }
    found
}

fn twice(metric: &str, span: Range<usize>) -> Problem {
    let problem = Problem::new(format!("two objectives are about `{metric}`"), span);
    problem.label("the second one").help("remove one of them, or name another metric")
}
