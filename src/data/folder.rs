//! A folder of PNG and JPEG files with one subfolder a class, named after it.
//!
//! - Where there is a subfolder `train` that itself has subfolders, it is the training part, and a subfolder `test`
//!   beside it (with classes of `train`) is the test part. Without a test part every fifth image of each class, by file
//!   name, is for the test.
//! - Files are read in the order of their names. Names that start with a dot, and files of other kinds than images, are
//!   passed over; images of other formats are refused.
//! - If any image is stored in colour, all become RGB; else all become grayscale. Transparency is dropped, 16-bit values
//!   become 8-bit, and the orientation that a camera noted is applied.
//! - With a `size`, each is resized to size × size pixels by the triangle filter, whatever its proportions; without one
//!   all images must have the same size.

mod decode;
mod walk;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::walk::Part;
use super::{DataError, DataSpec, Dataset, ImageShape, Images, Source, split};

/// The largest `size`: far beyond what small networks train on, and below what fills a machine's memory by mistake.
const LARGEST: u32 = 1024;

/// The folder of images that `spec` names.
pub fn load(spec: &DataSpec) -> Result<Dataset, DataError> {
    let Some(path) = &spec.path else {
        let help = "set `path` under [data] to a folder with one subfolder of PNG or JPEG files for each class";
        return Err(DataError::unusable("the source `images` has no folder", help));
    };
    if spec.size.is_some_and(|size| !(1..=LARGEST).contains(&size)) {
        let help = format!("set `size` to between 1 and {LARGEST} pixels");
        return Err(DataError::unusable("`size` under [data] is out of range", help));
    }
    let walk::Folder { classes, train, test } = walk::walk(path)?;
    let files: Vec<&PathBuf> = train.files.iter().chain(test.iter().flat_map(|test| &test.files)).collect();
    let headers = ordered(files.par_iter().map(|file| decode::header(file)).collect())?;
    let colour = headers.iter().any(|header| header.colour);
    let (width, height) = match spec.size {
        Some(size) => (size, size),
        None => decode::common_size(&files, &headers)?,
    };
    let channels = if colour { 3 } else { 1 };
    let shape = ImageShape { channels, height: height as usize, width: width as usize };
    let images = |part: &Part| -> Result<Images, DataError> {
        let decoded = part.files.par_iter().map(|file| decode::pixels(file, (width, height), colour)).collect();
        Ok(Images { shape, pixels: ordered(decoded)?.concat(), labels: part.labels.clone() })
    };
    let train = images(&train)?;
    let (train, test) = if let Some(test) = test {
        (train, images(&test)?)
    } else {
        let (kept, held) = split::hold_out(&train.labels);
        if held.is_empty() {
            let problem = format!("no class in {} has five images, so none can be kept for the test", path.display());
            return Err(DataError::unusable(problem, "add images, or put them into the folders `train` and `test`"));
        }
        (train.select(&kept), train.select(&held))
    };
    Dataset::new(Source::Images.name(), u8::MAX, classes, train, test)
}

/// The labelled images in the subfolders of `path`, which are named after some of `classes`; each as [`image`] reads it.
pub fn labelled(path: &Path, classes: &[String], shape: ImageShape) -> Result<Images, DataError> {
    let Part { files, labels } = walk::of_classes(path, classes)?;
    let decoded = files.par_iter().map(|file| image(file, shape)).collect();
    Ok(Images { shape, pixels: ordered(decoded)?.concat(), labels })
}

/// The values of the image at `path`, in gray or colour and resized as `shape` asks, in the order (channel, row, column).
pub fn image(path: &Path, shape: ImageShape) -> Result<Vec<u8>, DataError> {
    decode::pixels(path, (shape.width as u32, shape.height as u32), shape.channels > 1)
}

/// All of the results, or the error of the first file that has one, whichever thread met it first.
fn ordered<T>(results: Vec<Result<T, DataError>>) -> Result<Vec<T>, DataError> {
    results.into_iter().collect()
}

#[cfg(test)]
mod tests;
