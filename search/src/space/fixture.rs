//! A small trainer for tests, and spaces read for it.

use std::ops::Bound::{Excluded, Included, Unbounded};

use proptest::prelude::*;
use proptest::sample::select;

use super::Space;
use super::vocabulary::{Kind, LayerInfo, ParameterInfo, Vocabulary};
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

    fn layers(&self) -> &'static [&'static str] {
        &["none", "convolution", "normalization", "residual", "repeat"]
    }

    fn layer(&self, kind: &str) -> Option<LayerInfo> {
        let (own, needs, common): (&[_], _, &[_]) = match kind {
            "convolution" => (&["channels", "kernel"], None, &["rounding"]),
            "normalization" => (&["normalization"], Some("normalization"), &[]),
            "repeat" => (&["depth"], Some("depth"), &[]),
            _ => (&[], None, &[]),
        };
        let name = self.layers().iter().find(|name| **name == kind)?;
        let holds = matches!(kind, "residual" | "repeat");
        Some(LayerInfo { name, own: own.to_vec(), needs, common: common.to_vec(), holds })
    }

    fn structure(&self) -> Vec<&'static str> {
        vec!["depth", "dropout", "rounding", "channels", "kernel", "skip", "normalization"]
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

/// Declarations for each of a few parameters; all combinations of them are spaces.
pub fn text(real: bool) -> impl Strategy<Value = String> {
    let numbers = if real { "{ float = [0.0, 0.9] }" } else { "{ float = [0.0, 0.9], step = 0.45 }" };
    let depth = select(vec![
        "2",
        "{ int = [1, 2], prior = 2, confidence = 'high' }",
        "{ ordinal = [0, 1, 2] }",
        "{ int = [1, 2], when = 'nesterov' }",
    ]);
    let nesterov = select(vec!["true", "{ bool = true }", "{ one_of = [true, false], weights = [1, 2] }"]);
    let optimizer = select(vec![
        "'sgd'",
        "{ one_of = ['sgd', 'adam'], weights = [3, 1], confidence = 'low' }",
        "{ ordinal = ['adam', 'sgd'], compare = true }",
    ]);
    let momentum = select(vec![
        "0.5".to_owned(),
        numbers.to_owned(),
        numbers.replace(" }", ", when = \"optimizer == 'sgd'\" }"),
        numbers.replace(" }", ", prior = 0.3, when = \"not (optimizer == 'sgd' or depth < 2)\" }"),
    ]);
    let tags =
        select(vec!["['flip']", "{ subset_of = ['flip', 'crop'], min = 1 }", "{ subset_of = ['crop', 'flip'] }"]);
    let kernel = select(vec!["3", "{ one_of = [1, 3] }", "{ one_of = [1, 3], each = false }"]);
    let skip = select(vec![
        "true",
        "{ bool = true, when = 'kernel > 1' }",
        "{ bool = true, when = 'depth == 2 and kernel == 3', each = false }",
        "{ bool = true, when = \"stage[0].kernel == 1 or 'flip' in tags\" }",
    ]);
    (depth, nesterov, optimizer, momentum, tags, kernel, skip).prop_map(
        |(depth, nesterov, optimizer, momentum, tags, kernel, skip)| {
            format!(
                "[space]\nmomentum = {momentum}\ndepth = {depth}\nnesterov = {nesterov}\noptimizer = {optimizer}\n\
                 tags = {tags}\n[space.stage]\nrepeat = 'depth'\nskip = {skip}\nkernel = {kernel}\n"
            )
        },
    )
}
