//! Labelled images: where they come from, how they are split and scaled.

pub mod spec;

pub use spec::{DataSpec, Labels, Scale, Source};
