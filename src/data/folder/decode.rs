//! One PNG or JPEG file: what it says of itself, and its pixels.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use super::super::DataError;

/// What is known of an image before its pixels are decoded.
pub struct Header {
    /// Whether it is stored in colour (even if all that it shows is gray).
    pub colour: bool,
    /// Width and height as it is to be seen.
    pub size: (u32, u32),
}

/// Reads the header of the image at `path`.
pub fn header(path: &Path) -> Result<Header, DataError> {
    let mut decoder = decoder(path)?;
    let (width, height) = decoder.dimensions();
    let size = if on_its_side(orientation(&mut decoder)) { (height, width) } else { (width, height) };
    Ok(Header { colour: decoder.color_type().has_color(), size })
}

/// The values of the image at `path`, resized to `size` (width, height), in the order (channel, row, column).
pub fn pixels(path: &Path, size: (u32, u32), colour: bool) -> Result<Vec<u8>, DataError> {
    let mut decoder = decoder(path)?;
    let orientation = orientation(&mut decoder);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(path, error))?;
    image.apply_orientation(orientation);
    // Converted before it is resized, so that transparent pixels do not count for less.
    let image = if colour { DynamicImage::from(image.into_rgb8()) } else { image.into_luma8().into() };
    let image = if (image.width(), image.height()) == size {
        image
    } else {
        image.resize_exact(size.0, size.1, FilterType::Triangle)
    };
    let bytes = image.into_bytes();
    let channels = if colour { 3 } else { 1 };
    Ok((0..channels).flat_map(|channel| bytes.iter().skip(channel).step_by(channels).copied()).collect())
}

/// The size that all of the images have.
pub fn common_size(files: &[&PathBuf], headers: &[Header]) -> Result<(u32, u32), DataError> {
    let mut sizes = files.iter().zip(headers);
    let Some((first, &Header { size, .. })) = sizes.next() else {
        return Err(DataError::unusable("the folder has no images", "check `path` under [data]"));
    };
    if let Some((other, header)) = sizes.find(|(_, header)| header.size != size) {
        let text = |file: &Path, (width, height): (u32, u32)| format!("{} is {width}×{height}", file.display());
        let problem = format!("the images differ in size: {}, {}", text(first, size), text(other, header.size));
        return Err(DataError::unusable(
            problem,
            "set `size` under [data] to resize all of them, for example size = 32",
        ));
    }
    Ok(size)
}

/// A decoder by the content of the file, not by its name.
fn decoder(path: &Path) -> Result<impl ImageDecoder + use<>, DataError> {
    let file = File::open(path).map_err(|error| DataError::io(path, error))?;
    let reader = ImageReader::new(BufReader::new(file)).with_guessed_format();
    let reader = reader.map_err(|error| DataError::io(path, error))?;
    reader.into_decoder().map_err(|error| unreadable(path, error))
}

/// Notes that cannot be read leave the image as it is stored.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

const fn on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn unreadable(path: &Path, error: ImageError) -> DataError {
    match error {
        ImageError::IoError(error) if error.raw_os_error().is_some() => DataError::io(path, error),
        error => DataError::Format {
            file: path.display().to_string(),
            offset: None,
            problem: format!("it is not a readable PNG or JPEG image ({error})"),
            help: "replace or remove the file".into(),
        },
    }
}
