//! CIFAR-10 and CIFAR-100 in their binary layout (Krizhevsky, *Learning Multiple Layers of Features from Tiny
//! Images*, 2009): a directory of record files, or the published `.tar.gz` itself.
//!
//! A file may hold any number of whole records, so that a subset in the same layout can be used.

use std::collections::BTreeMap;
use std::path::Path;

use super::content::{self, Content};
use super::records::{self, Layout};
use super::{DataError, DataSpec, Dataset, ImageShape, Images, Labels, Source, sources};

const SHAPE: ImageShape = ImageShape { channels: 3, height: 32, width: 32 };
const PEAK: u8 = 255;

/// The files of one of the two data sets.
struct Files {
    train: &'static [&'static str],
    test: &'static str,
    /// One class name a line.
    names: &'static str,
    layout: Layout,
}

impl Files {
    fn of(spec: &DataSpec) -> Self {
        let coarse = spec.labels == Some(Labels::Coarse);
        match spec.source {
            Source::Cifar100 => Self {
                train: &["train.bin"],
                test: "test.bin",
                names: if coarse { "coarse_label_names.txt" } else { "fine_label_names.txt" },
                layout: Layout { labels: &[20, 100], class: usize::from(!coarse), shape: SHAPE },
            },
            _ => Self {
                train: &[
                    "data_batch_1.bin",
                    "data_batch_2.bin",
                    "data_batch_3.bin",
                    "data_batch_4.bin",
                    "data_batch_5.bin",
                ],
                test: "test_batch.bin",
                names: "batches.meta.txt",
                layout: Layout { labels: &[10], class: 0, shape: SHAPE },
            },
        }
    }

    /// Every file that is read, the class names last.
    fn all(&self) -> Vec<&'static str> {
        self.train.iter().copied().chain([self.test, self.names]).collect()
    }

    fn classes(&self) -> usize {
        self.layout.labels[self.layout.class] as usize
    }
}

/// CIFAR-10 or CIFAR-100, as `spec` says.
pub fn load(spec: &DataSpec, root: &Path) -> Result<Dataset, DataError> {
    let files = Files::of(spec);
    let place = sources::locate(spec, root, |directory| directory.join(files.train[0]).is_file())?;
    let remedy = sources::remedy(spec.source);
    let contents = if place.is_dir() {
        directory(&place, &files, &remedy)?
    } else {
        content::unpack(&place, &files.all(), &remedy)?
    };
    let part = |names: &[&str]| {
        let mut images = Images::empty(SHAPE);
        for &name in names {
            let content = contents.get(name).ok_or_else(|| absent(&place, name, &remedy))?;
            records::append(content, &files.layout, &mut images)?;
        }
        Ok(images)
    };
    let classes = names(contents.get(files.names), files.classes())?;
    Dataset::new(spec.source.name(), PEAK, classes, part(files.train)?, part(&[files.test])?)
}

/// Reads those of the files that are in the directory `place`.
fn directory(place: &Path, files: &Files, remedy: &str) -> Result<BTreeMap<String, Content>, DataError> {
    let mut contents = BTreeMap::new();
    for name in files.all() {
        let path = place.join(name);
        if path.exists() {
            contents.insert(name.to_owned(), Content::read(&path, remedy)?);
        }
    }
    Ok(contents)
}

fn absent(place: &Path, name: &str, remedy: &str) -> DataError {
    DataError::missing(name, place.display().to_string(), remedy)
}

/// The class names, one a line; numbers where their file is absent.
fn names(content: Option<&Content>, classes: usize) -> Result<Vec<String>, DataError> {
    let Some(content) = content else {
        return Ok((0..classes).map(|class| class.to_string()).collect());
    };
    let text = String::from_utf8_lossy(&content.bytes);
    let names: Vec<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if names.len() != classes {
        return Err(content.refuse(None, format!("it names {} classes instead of {classes}", names.len())));
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
