//! The crate of Rust source for one network: burn's own layers where there are such, and a file for each other kind of
//! layer that the network has. `template/` has what is the same in every such crate.

mod forward;
mod layer;
mod network;

#[cfg(test)]
pub use forward::text as forward;

use super::parts::{Part, flat};
use super::recording;
use crate::trained::Trained;

const MANIFEST: &str = include_str!("source/template/manifest.toml");
const EXAMPLE: &str = include_str!("source/template/predict.rs");
const TEST: &str = include_str!("source/template/predictions.rs");

/// The files of the crate, but for its weights and what it is tested by: paths and texts.
pub fn files(trained: &Trained, parts: &[Part<'_>]) -> Vec<(&'static str, String)> {
    let images = format!("const IMAGES: usize = {};", recording::positions(trained).len());
    let mut files = vec![
        ("Cargo.toml", MANIFEST.to_owned()),
        ("src/lib.rs", network::text(trained, parts)),
        ("examples/predict.rs", EXAMPLE.to_owned()),
        ("tests/predictions.rs", TEST.replace("const IMAGES: usize = 8;", &images)),
    ];
    let mut own: Vec<_> = flat(parts).into_iter().filter_map(|part| layer::own(part.planned)).collect();
    own.sort_by_key(|own| own.module);
    own.dedup_by_key(|own| own.module);
    files.extend(own.into_iter().map(|own| (own.path, own.text.to_owned())));
    files
}
