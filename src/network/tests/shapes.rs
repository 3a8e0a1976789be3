//! Planned shapes and counts against built networks, over random candidates.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use std::ops::Bound;

use kiln_search::candidate::{Candidate, Value};
use kiln_search::space::vocabulary::Kind;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::fixture::{stored, tensors};
use crate::network::initialization::Weights;
use crate::network::parameters::{Scope, TABLE};
use crate::network::{Architecture, Layer, Network, Plan, Shape};

/// A value for a row of the table, small enough for a quick test.
fn value(name: &str, kind: &Kind, rng: &mut Pcg64) -> Value {
    match (name, kind) {
        ("rounding_low", _) => Value::Float(-0.5),
        ("rounding_high", _) => Value::Int(1),
        ("channels" | "stem_channels", _) => Value::Int(2 * rng.random_range(1..=3)),
        ("normalization_groups" | "groups" | "stride" | "stem_stride" | "dilation", _) => {
            Value::Int(rng.random_range(1..=2))
        }
        ("dropout" | "stochastic_depth", _) => Value::Float(rng.random_range(0.0..0.9)),
        ("weight_bits" | "activation_bits" | "head_weight_bits" | "head_activation_bits", _) => {
            Value::Int([2, 7, 32][rng.random_range(0..3)])
        }
        (_, Kind::Bool) => Value::Bool(rng.random()),
        (_, Kind::Int(Bound::Included(low), Bound::Included(high))) => {
            Value::Int(rng.random_range(*low..=*high.min(&6)))
        }
        (_, Kind::Choice(names)) => Value::Text(names[rng.random_range(0..names.len())].to_owned()),
        _ => panic!("no value for {name}"),
    }
}

fn candidate(rng: &mut Pcg64) -> Candidate {
    let mut candidate = Candidate::new();
    let stages = rng.random_range(1..=3);
    for row in TABLE {
        match row.scope {
            _ if row.name == "depth" => candidate.insert("depth", Value::Int(stages)),
            Scope::Stage => {
                for index in 0..stages {
                    candidate.insert(format!("stage[{index}].{}", row.name), value(row.name, &row.kind, rng));
                }
            }
            Scope::Global => candidate.insert(row.name, value(row.name, &row.kind, rng)),
        }
    }
    // What is quantized is not shared.
    let coded: Vec<String> = (0..stages).map(|index| format!("stage[{index}].")).chain(["head_".to_owned()]).collect();
    for prefix in coded {
        let quantized = candidate.get(&format!("{prefix}weight_bits")) != Some(&Value::Int(32));
        let clusters = if quantized { 0 } else { rng.random_range(0..3) * 3 };
        candidate.insert(format!("{prefix}weight_clusters"), Value::Int(clusters));
    }
    candidate
}

#[test]
fn built_networks_have_the_planned_shapes_and_counts() {
    let mut rng = Pcg64::seed_from_u64(3);
    let device = Device::flex();
    let (mut built, mut refused) = (0, 0);
    for _ in 0..400 {
        let candidate = candidate(&mut rng);
        let architecture = Architecture::read(&candidate).expect("drawn from the table");
        let image = Shape {
            channels: 2 * rng.random_range(1..=2),
            height: rng.random_range(1..=12),
            width: rng.random_range(1..=12),
        };
        let plan = match Plan::of(&architecture, image, 3) {
            Ok(plan) => plan,
            Err(reason) => {
                assert!(
                    reason.starts_with("stage[") || reason.starts_with("head: ") || reason.starts_with("stem: "),
                    "{reason}"
                );
                refused += 1;
                continue;
            }
        };
        built += 1;
        let mut map = Tensor::<4>::ones([2, image.channels, image.height, image.width], &device);
        let mut weights_rng = Pcg64::seed_from_u64(4);
        let mut weights = Weights::new(plan.initialization(), &device, &mut weights_rng);
        for planned in plan.layers() {
            map = Layer::build(planned, &mut weights).forward(map);
            let Shape { channels, height, width } = planned.output;
            assert_eq!(map.dims(), [2, channels, height, width], "{planned} of {candidate:?}");
        }
        let network = Network::build(&plan, &device.clone().autodiff(), &mut Pcg64::seed_from_u64(4));
        let seen = tensors(&network, None);
        let trained: usize = seen.iter().filter(|tensor| tensor.trained).map(|tensor| tensor.values.len()).sum();
        assert_eq!((plan.parameters(), plan.weight_bytes()), (trained as u64, stored(&plan)), "{candidate:?}");
        let logits = network.valid().forward(Tensor::ones([2, image.channels, image.height, image.width], &device));
        assert_eq!(logits.dims(), [2, 3]);
    }
    assert!(built > 50 && refused > 50, "built {built}, refused {refused}");
}
