//! A small trainer for tests, and spaces read for it.

use std::ops::Bound::{Excluded, Included, Unbounded};

use super::Space;
use super::vocabulary::{Kind, ParameterInfo, Vocabulary};
use crate::problem::{Problem, Problems};
use crate::table::Table;

pub struct Trainer;

impl Vocabulary for Trainer {
    fn parameters(&self) -> Vec<ParameterInfo> {
        let unit = || Kind::Float(Included(0.0), Excluded(1.0));
        let rows = [
            ("depth", Kind::Int(Included(0), Unbounded), false),
            ("optimizer", Kind::Choice(&["sgd", "adam", "adamw"]), false),
            ("momentum", unit(), false),
            ("learning_rate", Kind::Float(Excluded(0.0), Unbounded), false),
            ("dropout", unit(), false),
            ("batch_size", Kind::Int(Included(1), Unbounded), false),
            ("nesterov", Kind::Bool, false),
            ("rounding", Kind::Choice(&["none", "hard", "straight-through"]), false),
            ("tags", Kind::Subset(&["flip", "crop", "rotate"]), false),
            ("channels", Kind::Int(Included(1), Unbounded), true),
            ("kernel", Kind::Int(Included(1), Included(11)), true),
            ("skip", Kind::Bool, true),
            ("normalization", Kind::Choice(&["none", "batch", "min-max"]), true),
        ];
        rows.into_iter().map(|(name, kind, block)| ParameterInfo { name, kind, block }).collect()
    }

    fn block(&self) -> &'static str {
        "stage"
    }

    fn static_metrics(&self) -> &'static [&'static str] {
        &["parameters", "macs"]
    }

    fn epoch_metrics(&self) -> &'static [&'static str] {
        &["val_accuracy"]
    }
}

/// The space of `text`, and what is wrong with it as `message @ what is underlined | help`.
pub fn read(text: &str) -> (Space, Vec<String>) {
    let mut problems = Problems::new();
    let mut file = Table::parse(text, &mut problems);
    let space = Space::read(&mut file, &Trainer, &mut problems);
    file.finish(&mut problems);
    let show = |problem: Problem| {
        format!("{} @ {} | {}", problem.message, &text[problem.span], problem.help.unwrap_or_default())
    };
    (space, problems.into_vec().into_iter().map(show).collect())
}

/// The space of `text`, which has nothing wrong.
pub fn space(text: &str) -> Space {
    let (space, problems) = read(text);
    assert!(problems.is_empty(), "{text}\n{problems:#?}");
    space
}
