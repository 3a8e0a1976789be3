//! Any text at all: reading it as a study file must not panic, must give the same answer twice, and every mistake must
//! lie in the text and be shown; what is read without mistakes must draw candidates that its space itself accepts.
//!
//! The files that the tests read are the seeds:
//! `cargo +nightly fuzz run study fuzz/corpus/study tests/bad-spaces tests/good-spaces examples -- -dict=fuzz/study.dict`

#![no_main]

use std::ops::Bound::{Excluded, Included, Unbounded};

use kiln_search::rng::{Purpose, Stream};
use kiln_search::space::vocabulary::{Kind, ParameterInfo, Vocabulary};
use libfuzzer_sys::fuzz_target;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use sources::study;

// The reader without the rest of the program: a fuzzer builds in a minute that way, not in half an hour.
#[path = "../../src"]
mod sources {
    #[expect(dead_code, reason = "the program reads every field of a study, the fuzzer only some")]
    pub mod study;
}
#[path = "../../src/data"]
mod data {
    mod spec;
    pub use spec::{DataSpec, Labels, Scale, Source};
}

/// A small trainer with parameters of every kind.
struct Trainer;

impl Vocabulary for Trainer {
    fn parameters(&self) -> Vec<ParameterInfo> {
        let rows = [
            ("depth", Kind::Int(Included(0), Included(64)), false),
            ("channels", Kind::Int(Included(1), Unbounded), true),
            ("kernel", Kind::Int(Included(1), Included(11)), true),
            ("skip", Kind::Bool, true),
            ("normalization", Kind::Choice(&["none", "batch", "min-max"]), true),
            ("activation", Kind::Choice(&["relu", "gelu", "silu", "tanh"]), true),
            ("rounding", Kind::Choice(&["none", "hard", "straight-through"]), false),
            ("augmentation", Kind::Subset(&["flip", "crop", "cutout"]), false),
            ("optimizer", Kind::Choice(&["sgd", "adam", "adamw"]), false),
            ("momentum", Kind::Float(Included(0.0), Excluded(1.0)), false),
            ("dropout", Kind::Float(Included(0.0), Excluded(1.0)), false),
            ("learning_rate", Kind::Float(Excluded(0.0), Unbounded), false),
            ("weight_decay", Kind::Float(Unbounded, Unbounded), false),
            ("batch_size", Kind::Int(Included(1), Unbounded), false),
            ("dense", Kind::Int(Unbounded, Unbounded), false),
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

/// Each mistake with its place, which must lie in the text.
fn mistakes(diagnostics: &study::Diagnostics, text: &str) -> Vec<String> {
    let related = diagnostics.related().expect("each mistake is a diagnostic of its own");
    related
        .map(|mistake| {
            let labels = mistake.labels().expect("a mistake has a place");
            let places: Vec<_> = labels.map(|label| label.offset()..label.offset() + label.len()).collect();
            for place in &places {
                assert!(text.get(place.clone()).is_some(), "{mistake} lies outside the text: {place:?}");
            }
            format!("{mistake} {places:?}")
        })
        .collect()
}

fuzz_target!(|text: &str| {
    let once = study::read("fuzz.toml", text, &Trainer);
    let twice = study::read("fuzz.toml", text, &Trainer);
    match (once, twice) {
        (Err(once), Err(twice)) => {
            assert_eq!(mistakes(&once, text), mistakes(&twice, text));
            let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(80);
            handler.render_report(&mut String::new(), &once).expect("what is wrong can be shown");
        }
        (Ok(study), Ok(_)) => {
            let _ = study.space.size().to_string();
            for trial in 0..4 {
                let candidate = study.space.draw(&mut Stream::new(study.seed, trial, Purpose::Candidate).rng());
                study.space.validate(&candidate).expect("a draw is valid");
                let _ = (candidate.canonical(), candidate.to_toml(), study.space.admits(&candidate, |_| Some(1.0)));
            }
        }
        (once, twice) => panic!("read differently: {once:?} {twice:?}"),
    }
});
