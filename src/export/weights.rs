//! The weights as files: in the format of safetensors and in that of burn, with the same names.

use std::collections::HashMap;

use burn::tensor::TensorData;
use burn_pack::Writer;
use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};

use super::parts::{self, Part};
use super::unwritable;
use crate::failure::Failure;

const WHAT: &str = "the weights";

/// All tensors as safetensors, as 32-bit floats.
pub fn safetensors(parts: &[Part<'_>]) -> Result<Vec<u8>, Failure> {
    let tensors = parts::tensors(parts);
    let views = tensors.iter().map(|(name, data)| {
        TensorView::new(Dtype::F32, data.shape().to_vec(), data.as_bytes()).map(|view| (name.as_str(), view))
    });
    let views = views.collect::<Result<Vec<_>, _>>().map_err(unwritable(WHAT))?;
    let about = HashMap::from([("producer".to_owned(), format!("kiln {}", env!("CARGO_PKG_VERSION")))]);
    serialize(views, Some(about)).map_err(unwritable(WHAT))
}

/// All tensors as a burnpack file, which burn loads as the record of a module.
pub fn burnpack(parts: &[Part<'_>]) -> Result<Vec<u8>, Failure> {
    let pack = |(name, data): (String, &TensorData)| {
        let (bytes, shape, kind) = data.clone().into_parts();
        burn_pack::Tensor::new(name, kind, shape, None, bytes)
    };
    let tensors = parts::tensors(parts).into_iter().map(pack).collect();
    let packed = Writer::new(tensors).with_metadata("producer", "kiln").into_bytes();
    Ok(packed.map_err(unwritable(WHAT))?.to_vec())
}
