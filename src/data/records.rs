//! Files of records of fixed length: label bytes, then the pixels of one image, channel by channel.

use super::content::Content;
use super::{DataError, ImageShape, Images};

/// What a record looks like.
#[derive(Debug)]
pub struct Layout {
    /// The number of classes of each label byte, in order.
    pub labels: &'static [u32],
    /// Which of the label bytes is the class.
    pub class: usize,
    /// The image after the label bytes.
    pub shape: ImageShape,
}

/// Appends the images of `content` to `images`; any number of whole records but none is sound, so that subsets are.
pub fn append(content: &Content, layout: &Layout, images: &mut Images) -> Result<(), DataError> {
    let head = layout.labels.len();
    let length = head + layout.shape.len();
    let total = content.bytes.len();
    if total == 0 {
        return Err(content.refuse(None, "the file is empty"));
    }
    let rest = total % length;
    if rest != 0 {
        let problem =
            format!("a record of {length} bytes starts here, but the file of {total} bytes ends {rest} bytes into it");
        return Err(content.refuse((total - rest) as u64, problem));
    }
    images.pixels.reserve(total / length * layout.shape.len());
    for (index, record) in content.bytes.chunks_exact(length).enumerate() {
        let (labels, pixels) = record.split_at(head);
        for (position, (&label, &classes)) in labels.iter().zip(layout.labels).enumerate() {
            if u32::from(label) >= classes {
                let problem = format!("the label of image {index} is {label}, but the highest is {}", classes - 1);
                return Err(content.refuse((index * length + position) as u64, problem));
            }
        }
        images.labels.push(u32::from(labels[layout.class]));
        images.pixels.extend_from_slice(pixels);
    }
    Ok(())
}
