//! Any text at all: reading it as a space must not panic, every mistake must lie in the text, and what is read
//! without mistakes must draw candidates that the space itself accepts.
//!
//! `cargo +nightly fuzz run space fuzz/corpus/space tests/bad-spaces examples`

#![no_main]

use std::ops::Bound::{Excluded, Included, Unbounded};

use kiln_search::problem::Problems;
use kiln_search::rng::{Purpose, Stream};
use kiln_search::space::Space;
use kiln_search::space::vocabulary::{Kind, ParameterInfo, Vocabulary};
use kiln_search::table::Table;
use libfuzzer_sys::fuzz_target;

/// One parameter of each kind.
struct Trainer;

impl Vocabulary for Trainer {
    fn parameters(&self) -> Vec<ParameterInfo> {
        let row = |name, kind, block| ParameterInfo { name, kind, block };
        vec![
            row("depth", Kind::Int(Included(1), Included(32)), false),
            row("channels", Kind::Int(Included(1), Unbounded), true),
            row("kernel", Kind::Int(Included(1), Included(11)), true),
            row("skip", Kind::Bool, true),
            row("normalization", Kind::Choice(&["none", "batch", "min-max"]), true),
            row("rounding", Kind::Choice(&["none", "hard", "straight-through"]), false),
            row("augmentation", Kind::Subset(&["flip", "crop", "cutout"]), false),
            row("dropout", Kind::Float(Included(0.0), Excluded(1.0)), false),
            row("learning_rate", Kind::Float(Excluded(0.0), Unbounded), false),
        ]
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

fuzz_target!(|text: &str| {
    let mut problems = Problems::new();
    let mut file = Table::parse(text, &mut problems);
    let space = Space::read(&mut file, &Trainer, &mut problems);
    file.finish(&mut problems);
    let problems = problems.into_vec();
    for problem in &problems {
        assert!(text.get(problem.span.clone()).is_some(), "{problem:?} lies outside the text");
    }
    if problems.is_empty() {
        let _ = space.size().to_string();
        for trial in 0..4 {
            let candidate = space.draw(&mut Stream::new(0, trial, Purpose::Candidate).rng());
            space.validate(&candidate).expect("a draw is valid");
            let _ = space.admits(&candidate, |_| Some(1.0));
        }
    }
});
