//! The network says of a few images what it said when it was exported.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, Tensor};
use network::{CLASSES, IMAGE, Network, scale};

/// How many images were recorded.
const IMAGES: usize = 8;

#[derive(Module, Debug)]
struct Recorded {
    images: Param<Tensor<4>>,
    logits: Param<Tensor<2>>,
}

#[test]
fn predictions_are_those_that_were_recorded() {
    let device = Device::flex();
    let [channels, height, width] = IMAGE;
    let recorded = Recorded {
        images: Initializer::Zeros.init([IMAGES, channels, height, width], &device),
        logits: Initializer::Zeros.init([IMAGES, CLASSES.len()], &device),
    };
    let bytes = Bytes::from_bytes_vec(include_bytes!("predictions.bpk").to_vec());
    let recorded = recorded.load_record(ModuleRecord::from_bytes(bytes).expect("a burnpack file"));
    let theirs = recorded.logits.val();
    let ours = Network::trained(&device).forward(scale(recorded.images.val()));
    let largest = theirs.clone().abs().max().into_scalar::<f32>().max(1.0);
    let apart = (ours - theirs).abs().max().into_scalar::<f32>() / largest;
    assert!(apart <= 1e-6, "the logits are {apart} apart, of the largest");
}
