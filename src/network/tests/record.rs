//! A network's record holds everything that a network is.

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::{Device, Tensor};
use kiln_search::candidate::Candidate;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::fixture::{tensors, values};
use crate::network::{Architecture, Network, Plan, Shape};

#[test]
fn a_record_brings_back_weights_and_running_statistics() {
    let candidate: Candidate = serde_json::from_str(
        r#"{"depth": 2, "channels": 4, "skip": true, "normalization": "batch", "dense": 5, "dropout": 0.5}"#,
    )
    .expect("a candidate");
    let image = Shape { channels: 2, height: 4, width: 4 };
    let plan = Plan::of(&Architecture::read(&candidate).expect("valid"), image, 3).expect("can be built");
    let device = Device::flex().autodiff();
    let build = |seed| Network::build(&plan, &device, &mut Pcg64::seed_from_u64(seed));
    let trained = build(1);
    let images = |scale: f32| Tensor::<1, burn::tensor::Int>::arange(0..64, &device).float().mul_scalar(scale).sin();
    for scale in [1.0, 2.0, 3.0] {
        trained.forward(images(scale).reshape([2, 2, 4, 4]));
    }
    let bytes = trained.clone().into_record().into_bytes().expect("a record can be written");
    let record = ModuleRecord::from_bytes(bytes).expect("a record can be read");
    let again = build(2).try_load_record(record).expect("the record fits the plan");
    assert_eq!(tensors(&again, None), tensors(&trained, None));
    assert_ne!(tensors(&again, None), tensors(&build(1), None), "training moved the running statistics");
    let test = images(4.0).reshape([2, 2, 4, 4]).inner();
    assert_eq!(values(again.valid().forward(test.clone())), values(trained.valid().forward(test)));
}
