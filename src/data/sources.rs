//! The sources, where each is looked for, and what is there.

use std::path::{Path, PathBuf};

use super::{DataError, DataSpec, Source};

/// What `kiln data` says of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The source.
    pub source: Source,
    /// What its images show.
    pub what: &'static str,
    /// How many images of which size.
    pub extent: &'static str,
    /// The bytes to download; `None` where there is nothing to fetch.
    pub download: Option<u64>,
    /// The terms of use.
    pub licence: &'static str,
    /// Where it is looked for when the study names no `path`; empty for the bundled source and for folders of images.
    pub places: Vec<PathBuf>,
    /// The first of the places where something is; its content is only checked when it is read.
    pub found: Option<PathBuf>,
}

/// Every source, looked for in the directory `root`.
pub fn sources(root: &Path) -> Vec<Listing> {
    let listing = |source: Source| {
        let (what, extent, licence) = about(source);
        let places = places(source, root);
        let found = places.iter().find(|place| place.exists()).cloned();
        let download = super::fetch::size(source);
        Listing { source, what, extent, download, licence, places, found }
    };
    Source::ALL.into_iter().map(listing).collect()
}

/// What the source shows, how many images of which size, and its licence.
const fn about(source: Source) -> (&'static str, &'static str, &'static str) {
    match source {
        Source::Digits => ("handwritten digits, 10 classes", "1,797 of 8×8 gray", "CC BY 4.0 (Alpaydin, Kaynak; UCI)"),
        Source::Cifar10 => ("photographs, 10 classes", "60,000 of 32×32 colour", "none stated (Krizhevsky 2009)"),
        Source::Cifar100 => {
            ("photographs, 100 classes in 20 groups", "60,000 of 32×32 colour", "none stated (Krizhevsky 2009)")
        }
        Source::Mnist => ("handwritten digits, 10 classes", "70,000 of 28×28 gray", "none stated (LeCun et al. 1998)"),
        Source::FashionMnist => ("clothes, 10 classes", "70,000 of 28×28 gray", "MIT (Zalando)"),
        Source::Images => ("your own PNG and JPEG files, one folder a class", "as they are", "yours"),
    }
}

/// The directory that a source's files are in, and the archive that it is published as, if any.
const fn names(source: Source) -> Option<(&'static str, Option<&'static str>)> {
    match source {
        Source::Digits | Source::Images => None,
        Source::Cifar10 => Some(("cifar-10-batches-bin", Some("cifar-10-binary.tar.gz"))),
        Source::Cifar100 => Some(("cifar-100-binary", Some("cifar-100-binary.tar.gz"))),
        Source::Mnist => Some(("mnist", None)),
        Source::FashionMnist => Some(("fashion-mnist", None)),
    }
}

/// Where `source` is looked for below `directory`: the directory of its files, then the archive.
fn places(source: Source, directory: &Path) -> Vec<PathBuf> {
    let names = names(source).map_or_else(Vec::new, |(folder, archive)| [Some(folder), archive].into());
    names.into_iter().flatten().map(|name| directory.join(name)).collect()
}

/// The directory or archive to read `spec` from. `holds` says whether a directory has the files themselves.
///
/// A `path` may be the archive, the directory of the files, or the directory that either is in.
pub(super) fn locate(spec: &DataSpec, root: &Path, holds: impl Fn(&Path) -> bool) -> Result<PathBuf, DataError> {
    let source = spec.source;
    let Some(given) = &spec.path else {
        let places = places(source, root);
        return places.iter().find(|place| place.exists()).cloned().ok_or_else(|| {
            let list: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
            DataError::missing(source.name(), list.join(" and "), start(source))
        });
    };
    if !given.exists() {
        return Err(DataError::missing(source.name(), given.display().to_string(), start(source)));
    }
    if given.is_file() || holds(given) {
        return Ok(given.clone());
    }
    let below = places(source, given).into_iter().find(|place| place.is_file() || holds(place));
    Ok(below.unwrap_or_else(|| given.clone()))
}

/// What to do when nothing is there.
fn start(source: Source) -> String {
    format!("run `kiln data fetch {}`, or set `path` under [data] to where it is", source.name())
}

/// What to do when a file of `source` is bad.
pub(super) fn remedy(source: Source) -> String {
    format!("delete the file and run `kiln data fetch {}`, or check `path` under [data]", source.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_says_what_is_there() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let archive = root.path().join("cifar-100-binary.tar.gz");
        std::fs::write(&archive, "").expect("a file");
        let listings = sources(root.path());
        let of = |source| listings.iter().find(|listing| listing.source == source).expect("every source");
        assert_eq!(of(Source::Cifar100).found, Some(archive));
        assert_eq!(of(Source::Cifar100).download, Some(168_513_733));
        assert_eq!(of(Source::Mnist).places, [root.path().join("mnist")]);
        assert_eq!((of(Source::Mnist).found.as_ref(), of(Source::Mnist).download), (None, Some(11_594_722)));
        assert_eq!((of(Source::Digits).places.len(), of(Source::Digits).download), (0, None));
    }
}
