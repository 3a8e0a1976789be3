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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_digits_are_all_there() {
        let digits = load().expect("the bundled digits");
        assert_eq!((digits.train.len(), digits.test.len()), (1442, 355));
        assert!(digits.train.pixels.iter().chain(&digits.test.pixels).all(|&value| value <= PEAK));
        // The first of the published rows, which is a zero.
        assert_eq!(digits.train.labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(digits.train.image(0)[..16], [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]);
        let count =
            |class| digits.train.labels.iter().chain(&digits.test.labels).filter(|&&label| label == class).count();
        assert_eq!((0..10).map(count).collect::<Vec<_>>(), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        // Studies record this and refuse to go on with other data, so it must not change with the code.
        assert_eq!(digits.digest, "b4daec3a520dd5394b4b54842c2bb49b9a99039040e50ed4a30675e481ae6fa5");
    }
}
