//! Exported networks say what the trials said that they are of. `cargo xtask export-check` writes their source and runs
//! this; no other command builds it.

use std::fs;

use burn::tensor::{Bytes, Device, Tensor, TensorData};
use burn_pack::Reader;

include!(concat!(env!("KILN_EXPORTED"), "/all.rs"));

/// Images and logits that were recorded when a network was exported.
fn recorded(name: &str) -> (Tensor<4>, Tensor<2>) {
    let path = format!("{}/{name}/tests/predictions.bpk", env!("KILN_EXPORTED"));
    let reader = Reader::from_bytes(Bytes::from_bytes_vec(fs::read(path).expect("it was written"))).expect("sound");
    let mut tensors = reader.into_tensors().expect("sound").into_iter().map(|tensor| {
        let (name, kind, shape, _, bytes) = tensor.into_parts().expect("readable");
        (name, TensorData::from_bytes(bytes, shape, kind))
    });
    let mut take = |wanted: &str| tensors.find(|(name, _)| name == wanted).expect("it is there").1;
    let images = Tensor::from_data(take("images"), &Device::flex());
    (images, Tensor::from_data(take("logits"), &Device::flex()))
}

#[test]
fn exported_networks_say_what_their_trials_said() {
    let mut worst = 0.0_f32;
    for (name, forward) in ALL {
        let (images, theirs) = recorded(name);
        let largest = theirs.clone().abs().max().into_scalar::<f32>().max(1.0);
        let apart = (forward(images) - theirs).abs().max().into_scalar::<f32>();
        println!("{name}: {apart:e} apart, to be divided by {largest}");
        worst = worst.max(apart / largest);
    }
    println!("{} networks, at most {worst:e} apart", ALL.len());
    assert!(worst <= 1e-6, "{worst}");
}
