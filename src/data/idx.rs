//! MNIST (Le Cun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998) and
//! Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017) in the IDX format, each file plain or `.gz`.
//!
//! An IDX file starts with the bytes 0, 0, type (8: unsigned byte) and number of dimensions; then each dimension as
//! a big-endian 32-bit number; then the values, last dimension fastest.

use std::path::{Path, PathBuf};

use super::content::Content;
use super::{DataError, DataSpec, Dataset, ImageShape, Images, Source, sources};

const PEAK: u8 = 255;
const CLASSES: u8 = 10;
/// The names that the authors of Fashion-MNIST give to its classes.
const CLOTHES: [&str; CLASSES as usize] =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

/// MNIST or Fashion-MNIST, as `spec` says.
pub fn load(spec: &DataSpec, root: &Path) -> Result<Dataset, DataError> {
    let place = sources::locate(spec, root, |directory| find(directory, "train-images-idx3-ubyte").is_some())?;
    let remedy = sources::remedy(spec.source);
    let part = |part: &str| {
        let read = |name: &str| {
            let path = find(&place, name).ok_or_else(|| {
                DataError::missing(format!("{name} (or {name}.gz)"), place.display().to_string(), remedy.as_str())
            })?;
            Content::read(&path, &remedy)
        };
        images(&read(&format!("{part}-images-idx3-ubyte"))?, &read(&format!("{part}-labels-idx1-ubyte"))?)
    };
    let classes = match spec.source {
        Source::FashionMnist => CLOTHES.map(str::to_owned).to_vec(),
        _ => (0..CLASSES).map(|digit| digit.to_string()).collect(),
    };
    Dataset::new(spec.source.name(), PEAK, classes, part("train")?, part("t10k")?)
}

/// The file `name` in `directory`, plain before compressed.
fn find(directory: &Path, name: &str) -> Option<PathBuf> {
    [directory.join(name), directory.join(format!("{name}.gz"))].into_iter().find(|path| path.is_file())
}

/// The images of one part, from its two files.
fn images(images: &Content, labels: &Content) -> Result<Images, DataError> {
    let ([count, height, width], pixels) = values(images)?;
    let ([labelled], classes) = values(labels)?;
    if count != labelled {
        let problem = format!("it has {labelled} labels, but {} has {count} images", images.label);
        return Err(labels.refuse(4, problem));
    }
    if height == 0 || width == 0 {
        return Err(images.refuse(8, format!("its images have a size of {height}×{width}")));
    }
    if let Some(index) = classes.iter().position(|&label| label >= CLASSES) {
        let problem = format!("the label of image {index} is {}, but the highest is {}", classes[index], CLASSES - 1);
        return Err(labels.refuse((labels.bytes.len() - classes.len() + index) as u64, problem));
    }
    let shape = ImageShape { channels: 1, height, width };
    let labels = classes.iter().map(|&label| label.into()).collect();
    Ok(Images { shape, pixels: pixels.to_vec(), labels })
}

/// The dimensions and the values of an IDX file of unsigned bytes with `D` dimensions.
fn values<const D: usize>(content: &Content) -> Result<([usize; D], &[u8]), DataError> {
    let expected = [0, 0, 8, D as u8];
    let head = 4 + 4 * D;
    let bytes = &content.bytes;
    if !bytes.starts_with(&expected) {
        let found = &bytes[..bytes.len().min(4)];
        let problem =
            format!("it starts with the bytes {found:?}; an IDX file of {D} dimensions of bytes with {expected:?}");
        return Err(content.refuse(0, problem));
    }
    if bytes.len() < head {
        return Err(content.refuse(bytes.len() as u64, format!("the file ends within its header of {head} bytes")));
    }
    let (header, values) = bytes.split_at(head);
    let size = |axis: usize| header[4 * (axis + 1)..][..4].iter().fold(0, |size, &byte| size << 8 | usize::from(byte));
    let sizes: [usize; D] = std::array::from_fn(size);
    let wanted = sizes.iter().fold(1_u128, |product, &size| product * size as u128);
    if wanted != values.len() as u128 {
        let problem = format!("its header promises {wanted} bytes of values, but it has {}", values.len());
        return Err(content.refuse(bytes.len() as u64, problem));
    }
    Ok((sizes, values))
}

#[cfg(test)]
mod tests;
