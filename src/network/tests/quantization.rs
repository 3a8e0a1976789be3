//! Quantized and shared weights, quantized activations and running ranges: against PyTorch, and against what they are
//! defined to be.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use kiln_search::candidate::Candidate;

use super::fixture::{Numbers, load, tensors, values};
use super::parity::{planned, read, rng, shape};
use crate::network::architecture::{Initialization, MinMaxRange, MinMaxScope, Padding};
use crate::network::initialization::Weights;
use crate::network::layer::coder::Coder;
use crate::network::plan::{Kind, Planned, Window};
use crate::network::precision::{Coding, QuantizationScope};
use crate::network::{Architecture, Layer, Network, Plan, Shape};

fn layer(name: &str) -> (Kind, Coding) {
    let convolution = Kind::Convolution {
        window: Window { kernel: 3, padding: Padding::Same, ..Window::POINT },
        groups: 1,
        bias: true,
    };
    let min_max = |scope| (Kind::MinMax { scope, range: MinMaxRange::Running }, Coding::Full);
    let quantized = |bits, scope| Coding::Quantized { bits, scope };
    match name {
        "activations of 8 bits" => (Kind::Quantize(8), Coding::Full),
        "activations of 4 bits, none negative" => (Kind::Quantize(4), Coding::Full),
        "activations of 2 bits, one clipped" => (Kind::Quantize(2), Coding::Full),
        "convolution of 4 bits" => (convolution, quantized(4, QuantizationScope::PerTensor)),
        "convolution of 2 bits per channel" => (convolution, quantized(2, QuantizationScope::PerChannel)),
        "dense of 8 bits" => (Kind::Dense, quantized(8, QuantizationScope::PerTensor)),
        "dense of 3 bits per channel" => (Kind::Dense, quantized(3, QuantizationScope::PerChannel)),
        "min-max over batch, running" => min_max(MinMaxScope::Batch),
        "min-max over channel, running" => min_max(MinMaxScope::Channel),
        _ => panic!("no layer for the case {name}"),
    }
}

fn build(planned: &Planned) -> Layer {
    let (device, mut rng) = (Device::flex().autodiff(), rng());
    Layer::build(planned, &mut Weights::new(Initialization::HeUniform, &device, &mut rng))
}

#[test]
fn fake_quantization_and_running_ranges_agree_with_pytorch() {
    for case in read(include_str!("fixtures/quantization.json")) {
        let (input, output) = (shape(&case.input), &case.output);
        if let Some(candidate) = &case.candidate {
            let architecture = Architecture::read(candidate).expect("the candidate is valid");
            let plan = Plan::of(&architecture, input, output.shape[1]).expect("the network can be built");
            let network = Network::build(&plan, &Device::flex().autodiff(), &mut rng());
            case.check(network, Network::forward);
        } else {
            let (kind, coding) = layer(&case.name);
            case.check(build(&Planned { coding, ..planned(kind, input, shape(output)) }), Layer::forward);
        }
    }
}

/// Weights of a dense layer from 6 inputs to 4 units.
fn weights() -> Vec<f32> {
    (0..24_u8).map(|index| (f32::from(index) * 1.7).sin()).collect()
}

/// A dense layer with these weights and no biases.
fn dense(coding: Coding, weights: Vec<f32>) -> Layer {
    let layer = build(&Planned { coding, ..planned(Kind::Dense, Shape::flat(6), Shape::flat(4)) });
    let bias = Numbers { shape: vec![4], values: vec![0.0; 4] };
    load(layer, &[Numbers { shape: vec![6, 4], values: weights }, bias])
}

/// A loss of the layer's outputs for a batch of three that is quadratic in its weights, and its gradient by them.
fn loss(layer: &Layer) -> (f32, Vec<f32>) {
    let input = Tensor::<1, burn::tensor::Int>::arange(0..18, &Device::flex().autodiff()).float().cos();
    let loss = layer.forward(input.reshape([3, 6, 1, 1])).square().sum();
    let gradients = loss.backward();
    let gradient = tensors(layer, Some(&gradients))[0].gradient.clone().expect("the weights are trained");
    (loss.into_scalar::<f32>(), gradient)
}

/// What the layer of `coding` makes of `weights` after its clusters are found.
fn coded(coding: Coding, weights: &[f32]) -> Vec<f32> {
    let weights = Tensor::<1>::from_floats(weights, &Device::flex());
    let mut coder = Coder::new(coding, weights.clone(), 0);
    coder.regroup(weights.clone()).expect("the device works");
    values(coder.apply(weights))
}

#[test]
fn shared_weights_are_the_means_of_their_clusters() {
    let mut distinct = coded(Coding::Shared { clusters: 5 }, &weights());
    let sum: f32 = distinct.iter().sum();
    assert!((sum - weights().iter().sum::<f32>()).abs() < 1e-5, "means keep the sum");
    distinct.sort_by(f32::total_cmp);
    distinct.dedup();
    assert_eq!(distinct.len(), 5);
    let few = [0.5, -0.25, 0.5, 1.0];
    assert_eq!(coded(Coding::Shared { clusters: 8 }, &few), few, "no fewer values than there are");
}

#[test]
fn the_gradient_of_coded_weights_is_that_of_plain_weights_of_the_same_values() {
    for coding in [Coding::Shared { clusters: 5 }, Coding::Quantized { bits: 3, scope: QuantizationScope::PerTensor }] {
        let mut layer = dense(coding, weights());
        layer.regroup().expect("the device works");
        let plain = dense(Coding::Full, coded(coding, &weights()));
        assert_eq!(loss(&layer), loss(&plain), "{coding:?}");
    }
}

#[test]
fn the_gradient_of_a_centroid_is_the_sum_of_those_of_its_weights() {
    let coding = Coding::Shared { clusters: 5 };
    let mut layer = dense(coding, weights());
    layer.regroup().expect("the device works");
    let (_, gradient) = loss(&layer);
    let centroids = coded(coding, &weights());
    for centroid in &centroids {
        let members: Vec<bool> = centroids.iter().map(|value| value.to_bits() == centroid.to_bits()).collect();
        let sum: f32 = gradient.iter().zip(&members).filter(|(_, member)| **member).map(|(slope, _)| slope).sum();
        // The loss of a layer whose centroid, with all its weights, is elsewhere.
        let moved = |by: f32| {
            let weights = centroids.iter().zip(&members).map(|(value, member)| value + if *member { by } else { 0.0 });
            loss(&dense(Coding::Full, weights.collect())).0
        };
        let slope = (moved(0.01) - moved(-0.01)) / 0.02;
        assert!((sum - slope).abs() < 1e-2 * slope.abs().max(1.0), "{sum} but {slope}");
    }
}

#[test]
fn a_running_range_looks_at_no_other_image_when_it_predicts() {
    let map = Shape { channels: 2, height: 3, width: 3 };
    let images = |device: &Device| {
        let numbers = Tensor::<1, burn::tensor::Int>::arange(0..72, device).float();
        numbers.mul_scalar(1.3).sin().reshape([4, 2, 3, 3])
    };
    for scope in [MinMaxScope::Batch, MinMaxScope::Channel] {
        for range in [MinMaxRange::Batch, MinMaxRange::Running] {
            let layer = build(&planned(Kind::MinMax { scope, range }, map, map));
            layer.forward(images(&Device::flex().autodiff()));
            let layer = layer.valid();
            let together = layer.forward(images(&Device::flex()));
            let alone = layer.forward(images(&Device::flex()).narrow(0, 1, 1));
            let same = values(together.narrow(0, 1, 1)) == values(alone);
            assert_eq!(same, range == MinMaxRange::Running, "{scope:?} {range:?}");
        }
    }
}

#[test]
fn a_plan_says_what_is_quantized_and_what_it_saves() {
    let plan = |json: &str| {
        let candidate: Candidate = serde_json::from_str(json).expect("a candidate");
        let image = Shape { channels: 1, height: 4, width: 4 };
        Plan::of(&Architecture::read(&candidate).expect("valid"), image, 3)
    };
    let coded = plan(
        r#"{"depth": 2, "channels": 4, "activation_bits": 8, "stage[0].weight_bits": 4, "stage[1].weight_clusters": 16,
        "stage[1].skip": true, "head_weight_bits": 2, "head_activation_bits": 6, "dropout": 0.5,
        "quantization_scope": "per-channel", "normalization": "min-max", "min_max_range": "running"}"#,
    );
    let coded = coded.expect("can be built");
    insta::assert_snapshot!(coded);
    // The convolutions: 36 weights of 4 bits with 4 scales, 144 of 4 bits with 16 values; each with 4 biases. The dense
    // layer: 12 weights of 2 bits with 3 scales, 3 biases. Two ranges of min-max, three of activations.
    assert_eq!(coded.weight_bytes(), (18 + 16 + 16) + (72 + 64 + 16) + (3 + 12 + 12) + 5 * 8);
    let refused = plan(r#"{"normalization": "min-max", "min_max_scope": "sample", "min_max_range": "running"}"#);
    let reason = refused.expect_err("refused");
    assert!(reason.starts_with("stage[0]: `min_max_range = \"running\"` has no use"), "{reason}");
}
