//! A few images with what the network says of them, by which the exported crate is tested.

use burn::tensor::{DType, Shape};
use burn_pack::{Bytes, Tensor, Writer};

use super::unwritable;
use crate::data::ImageShape;
use crate::failure::Failure;
use crate::trained::Trained;

/// Where the file is in the exported crate.
pub const NAME: &str = "tests/predictions.bpk";

/// How many images there are, if the study has so many: enough for a batch with something in it.
const IMAGES: usize = 8;

/// The validation images that are recorded.
pub fn positions(trained: &Trained) -> &[usize] {
    let all = &trained.split.validation;
    &all[..all.len().min(IMAGES)]
}

/// The first validation images, values from 0 to 1, as `images`, and their `logits`, as a burnpack file.
pub fn record(trained: &Trained) -> Result<Vec<u8>, Failure> {
    let positions = positions(trained);
    let images = trained.data.train.select(positions);
    let logits = trained.logits(trained.scaling.apply(&trained.data.train, positions))?;
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(Failure::Refused {
            message: format!("the network of {} does not say numbers: its weights are not finite", trained.name()),
            help: "its training has diverged; export another trial, `kiln rank` lists them".to_owned(),
        });
    }
    let ImageShape { channels, height, width } = trained.shape();
    let peak = f32::from(trained.scaling.peak);
    let values: Vec<f32> = images.pixels.iter().map(|value| f32::from(*value) / peak).collect();
    let tensors = vec![
        tensor("images", &values, vec![positions.len(), channels, height, width]),
        tensor("logits", &logits, vec![positions.len(), trained.data.classes.len()]),
    ];
    Ok(Writer::new(tensors).into_bytes().map_err(unwritable("the predictions"))?.to_vec())
}

fn tensor(name: &str, values: &[f32], shape: Vec<usize>) -> Tensor {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Tensor::new(name.to_owned(), DType::F32, Shape::from(shape), None, Bytes::from_bytes_vec(bytes))
}
