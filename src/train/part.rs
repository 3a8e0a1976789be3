//! Images and labels on the device.

use burn::Tensor;
use burn::tensor::{Device, Int, TensorData};

use crate::data::{Images, Scaling};

/// Scaled images with their labels: the training part or the validation part.
#[derive(Debug, Clone)]
pub struct Part {
    /// (N, C, H, W) on the device, without autodiff.
    pub images: Tensor<4>,
    /// N numbers of classes, from 0.
    pub labels: Vec<u32>,
}

impl Part {
    /// Scales the images at `positions` and sends them to `device`.
    pub fn new(images: &Images, positions: &[usize], scaling: &Scaling, device: &Device) -> Self {
        let shape = [positions.len(), images.shape.channels, images.shape.height, images.shape.width];
        Self {
            images: Tensor::from_data(TensorData::new(scaling.apply(images, positions), shape), device),
            labels: positions.iter().map(|position| images.labels[*position]).collect(),
        }
    }

    /// The images at `positions`, (n, C, H, W).
    pub fn select(&self, positions: &[usize]) -> Tensor<4> {
        self.images.clone().select(0, indices(positions, &self.images.device()))
    }
}

/// Positions as a tensor on the device.
pub fn indices(positions: &[usize], device: &Device) -> Tensor<1, Int> {
    let positions: Vec<i32> = positions.iter().map(|position| *position as i32).collect();
    Tensor::from_ints(positions.as_slice(), device)
}
