//! The bundled handwritten digits: the test part of UCI's *Optical Recognition of Handwritten Digits*
//! (Alpaydin and Kaynak, 1998; CC BY 4.0; see `assets/digits.md`).
//!
//! The 1,797 images have no split of their own. Every fifth image of each class, in file order, is the test part: 355
//! images, the other 1,442 are for training and validation. Each writer wrote a run of images, so both parts hold every
//! writer's hand: the test says how well a network reads known hands.

use std::path::Path;

use super::content::Content;
use super::records::{self, Layout};
use super::{DataError, Dataset, ImageShape, Images, Source, split};

const RECORDS: &[u8] = include_bytes!("../../assets/digits.bin.gz");
const LAYOUT: Layout = Layout { labels: &[10], class: 0, shape: ImageShape { channels: 1, height: 8, width: 8 } };
/// The largest pixel value: the number of dots counted in a block of 4×4.
const PEAK: u8 = 16;

/// The bundled digits.
pub fn load() -> Result<Dataset, DataError> {
    let content =
        Content::inflate(RECORDS, Path::new("digits.bin.gz"), "the program file is damaged: install it again")?;
    let mut images = Images::empty(LAYOUT.shape);
    records::append(&content, &LAYOUT, &mut images)?;
    let (train, test) = split::hold_out(&images.labels);
    let classes = (0..10).map(|digit: u32| digit.to_string()).collect();
    Dataset::new(Source::Digits.name(), PEAK, classes, images.select(&train), images.select(&test))
}
