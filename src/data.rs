//! Labelled images: where they come from, how they are split and scaled.
//!
//! [`load`] reads any source into the same [`Dataset`] of raw bytes; [`Dataset::split`] holds a part of the training
//! images back for validation, and one [`Scaling`], measured on the rest, turns the images of every part into numbers.

mod cifar;
mod content;
mod digits;
mod error;
pub mod fetch;
mod folder;
mod idx;
mod images;
mod records;
mod scale;
pub mod sources;
pub mod spec;
mod split;

use std::path::Path;

use kiln_search::rng::{Purpose, Stream};
use sha2::{Digest, Sha256};

pub use error::DataError;
pub use folder::{image, labelled};
pub use images::{ImageShape, Images};
pub use scale::Scaling;
pub use sources::{Listing, sources};
pub use spec::{DataSpec, Labels, Scale, Source};
pub use split::{Split, stratified};

/// Where sources without a `path` are looked for, below the current directory.
pub const ROOT: &str = "data";

/// A source's images, its training and its test part.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The name of the source.
    pub name: String,
    /// The shape of every image.
    pub shape: ImageShape,
    /// The largest value that the source can store for a pixel: 255, or 16 for the bundled digits.
    pub peak: u8,
    /// The names of the classes; a label is an index into them.
    pub classes: Vec<String>,
    /// The images for training and validation.
    pub train: Images,
    /// The images for the final test.
    pub test: Images,
    /// SHA-256, in hexadecimal, of all of the above but the name; where the files lie does not matter.
    pub digest: String,
}

impl Dataset {
    /// Puts the parts of a source together; an error if nothing can be learnt from them.
    fn new(name: &str, peak: u8, classes: Vec<String>, train: Images, test: Images) -> Result<Self, DataError> {
        for (part, images) in [("training", &train), ("test", &test)] {
            if images.is_empty() {
                let help = "check `path` under [data], and that the data set is complete";
                return Err(DataError::unusable(format!("{name} has no {part} images"), help));
            }
        }
        if train.shape != test.shape {
            let problem = format!("the training images of {name} are {}, its test images {}", train.shape, test.shape);
            return Err(DataError::unusable(problem, "use the two parts of one data set"));
        }
        let first = train.labels[0];
        if train.labels.iter().all(|&label| label == first) {
            let class = &classes[first as usize];
            let problem = format!("all {} training images of {name} are of one class, {class:?}", train.len());
            return Err(DataError::unusable(problem, "add images of at least one other class"));
        }
        let digest = digest(peak, &classes, [&train, &test]);
        Ok(Self { name: name.into(), shape: train.shape, peak, classes, train, test, digest })
    }

    /// Splits the training images into a part to train on and a stratified part of about `share` for validation.
    ///
    /// The split depends on the data, `share` and the study's `seed` alone, so that all trials of a study share it.
    pub fn split(&self, share: f64, seed: u64) -> Result<Split, DataError> {
        let split = stratified(&self.train.labels, share, Stream::new(seed, 0, Purpose::Split));
        if split.train.is_empty() || split.validation.is_empty() {
            let problem = format!("{} has too few training images to hold {share} of them back", self.name);
            return Err(DataError::unusable(problem, "add images, or change `validation` under [data]"));
        }
        Ok(split)
    }
}

/// Reads the data that `spec` describes; sources without a `path` are looked for in the directory `root`.
pub fn load(spec: &DataSpec, root: &Path) -> Result<Dataset, DataError> {
    if spec.labels.is_some() && spec.source != Source::Cifar100 {
        let problem = format!("{} has one kind of label, so [data] cannot set `labels`", spec.source.name());
        return Err(DataError::unusable(problem, "remove `labels`"));
    }
    if spec.size.is_some() && spec.source != Source::Images {
        let problem = format!("the images of {} have one size, so [data] cannot set `size`", spec.source.name());
        return Err(DataError::unusable(problem, "remove `size`"));
    }
    match spec.source {
        Source::Digits if spec.path.is_some() => {
            Err(DataError::unusable("digits is part of the program, so [data] cannot set `path`", "remove `path`"))
        }
        Source::Digits => digits::load(),
        Source::Cifar10 | Source::Cifar100 => cifar::load(spec, root),
        Source::Mnist | Source::FashionMnist => idx::load(spec, root),
        Source::Images => folder::load(spec),
    }
}

/// The digest of a data set's content; each length goes before what it counts, so that no two contents run together.
fn digest(peak: u8, classes: &[String], parts: [&Images; 2]) -> String {
    let mut hash = Sha256::new();
    let count = |hash: &mut Sha256, count: usize| hash.update((count as u64).to_le_bytes());
    hash.update([peak]);
    count(&mut hash, classes.len());
    for class in classes {
        count(&mut hash, class.len());
        hash.update(class);
    }
    for part in parts {
        let ImageShape { channels, height, width } = part.shape;
        for size in [part.len(), channels, height, width] {
            count(&mut hash, size);
        }
        for label in &part.labels {
            hash.update(label.to_le_bytes());
        }
        hash.update(&part.pixels);
    }
    hexadecimal(&hash.finalize())
}

/// `bytes` as hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests;
