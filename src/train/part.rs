//! Scaled images with their labels.

use std::sync::Arc;

use burn::Tensor;
use burn::tensor::{Device, Int, TensorData};

use crate::data::{Images, Scaling};
use crate::network::Shape;

/// The training part or the validation part.
///
/// The images lie on the host, whence a batch is copied to the device. A device with memory of its own has them all, too,
/// unless they take more than [`RESIDENT`]; batches are then gathered there.
#[derive(Debug, Clone)]
pub struct Part {
    /// N numbers of classes, from 0.
    pub labels: Vec<u32>,
    /// The shape of each image.
    pub shape: Shape,
    /// Where batches are needed, without autodiff.
    pub device: Device,
    /// In the order (image, channel, row, column).
    numbers: Arc<Vec<f32>>,
    /// (N, C, H, W).
    resident: Option<Tensor<4>>,
}

/// Bytes that the images of one part may take of a device: a quarter of the memory of a small GPU.
const RESIDENT: usize = 1 << 30;

impl Part {
    /// Scales the images at `positions` for `device`.
    pub fn new(images: &Images, positions: &[usize], scaling: &Scaling, device: &Device) -> Self {
        let shape = images.shape;
        let shape = Shape { channels: shape.channels, height: shape.height, width: shape.width };
        let labels = positions.iter().map(|position| images.labels[*position]).collect();
        Self::of(scaling.apply(images, positions), labels, shape, device)
    }

    /// The images whose scaled `numbers` are in the order (image, channel, row, column).
    pub fn of(numbers: Vec<f32>, labels: Vec<u32>, shape: Shape, device: &Device) -> Self {
        let apart = *device != Device::flex() && numbers.len() * size_of::<f32>() <= RESIDENT;
        let resident = apart.then(|| tensor(numbers.clone(), shape, device));
        Self { labels, shape, device: device.clone(), numbers: Arc::new(numbers), resident }
    }

    /// Whether batches are gathered on the device.
    pub fn is_resident(&self) -> bool {
        self.resident.is_some()
    }

    /// The scaled numbers of the image at `position`, in the order (channel, row, column).
    pub fn image(&self, position: usize) -> &[f32] {
        let length = self.shape.elements() as usize;
        &self.numbers[position * length..(position + 1) * length]
    }

    /// The scaled numbers of all images, in the order (image, channel, row, column).
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// The scaled numbers of the images at `positions`.
    pub fn gather(&self, positions: &[usize]) -> Vec<f32> {
        let mut numbers = Vec::with_capacity(positions.len() * self.shape.elements() as usize);
        for position in positions {
            numbers.extend_from_slice(self.image(*position));
        }
        numbers
    }

    /// The images at `positions` on the device, (n, C, H, W).
    pub fn select(&self, positions: &[usize]) -> Tensor<4> {
        match &self.resident {
            Some(images) => images.clone().select(0, indices(positions, &self.device)),
            None => self.upload(self.gather(positions)),
        }
    }

    /// Images whose scaled `numbers` are in the order (image, channel, row, column), on the device, (n, C, H, W).
    pub fn upload(&self, numbers: Vec<f32>) -> Tensor<4> {
        tensor(numbers, self.shape, &self.device)
    }
}

fn tensor(numbers: Vec<f32>, shape: Shape, device: &Device) -> Tensor<4> {
    let Shape { channels, height, width } = shape;
    let count = numbers.len() / (channels * height * width);
    Tensor::from_data(TensorData::new(numbers, [count, channels, height, width]), device)
}

/// Positions as a tensor on the device.
pub fn indices(positions: &[usize], device: &Device) -> Tensor<1, Int> {
    let positions: Vec<i32> = positions.iter().map(|position| *position as i32).collect();
    Tensor::from_ints(positions.as_slice(), device)
}
