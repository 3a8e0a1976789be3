//! Says what the network sees in PNG and JPEG files: `cargo run --release --example predict -- cat.png`.

use std::env;
use std::error::Error;

use burn::tensor::{Device, Tensor, TensorData};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader};
use network::{CLASSES, IMAGE, Network};

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex();
    let network = Network::trained(&device);
    for path in env::args().skip(1) {
        let probabilities = network.predict(read(&path, &device)?);
        let probabilities: Vec<f32> = probabilities.into_data().try_into_vec()?;
        let mut order: Vec<usize> = (0..CLASSES.len()).collect();
        order.sort_by(|one, other| probabilities[*other].total_cmp(&probabilities[*one]));
        println!("{path}: {} ({:.4})", CLASSES[order[0]], probabilities[order[0]]);
    }
    Ok(())
}

/// The image at `path` as the network is to see it: `[1, channels, height, width]`, values from 0 to 1.
fn read(path: &str, device: &Device) -> Result<Tensor<4>, Box<dyn Error>> {
    let [channels, height, width] = IMAGE;
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let image = match channels {
        1 => DynamicImage::from(image.into_luma8()),
        _ => DynamicImage::from(image.into_rgb8()),
    };
    let image = match (image.width() as usize, image.height() as usize) == (width, height) {
        true => image,
        false => image.resize_exact(width as u32, height as u32, FilterType::Triangle),
    };
    let bytes = image.into_bytes();
    let plane = |channel| bytes.iter().skip(channel).step_by(channels);
    let values = (0..channels).flat_map(plane).map(|value| f32::from(*value) / 255.0).collect();
    Ok(Tensor::from_data(TensorData::new(values, [1, channels, height, width]), device))
}
