//! Forward results, gradients and running statistics of every layer kind and of whole networks, against PyTorch.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use kiln_search::candidate::Candidate;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde::Deserialize;

use super::fixture::{Numbers, load, tensors, values};
use crate::network::architecture::{Activation, Grid, Initialization, MinMaxRange, MinMaxScope, Padding};
use crate::network::initialization::Weights;
use crate::network::plan::{Kind, Place, Planned, Window};
use crate::network::precision::Coding;
use crate::network::{Architecture, Layer, Network, Plan, Shape};

#[derive(Debug, Deserialize)]
pub struct Case {
    pub name: String,
    pub candidate: Option<Candidate>,
    pub input: Numbers,
    parameters: Vec<Numbers>,
    pub output: Numbers,
    cotangent: Numbers,
    input_gradient: Option<Numbers>,
    gradients: Vec<Option<Numbers>>,
    running: Vec<Numbers>,
    inference: Numbers,
}

impl Case {
    /// Trains and infers with `module`, and compares everything that PyTorch gave.
    pub fn check<M: Module, const D: usize>(&self, module: M, forward: impl Fn(&M, Tensor<4>) -> Tensor<D>) {
        let device = Device::flex().autodiff();
        let module = load(module, &self.parameters);
        let input = self.input.tensor::<4>(&device).require_grad();
        let output = forward(&module, input.clone());
        self.output.check(&format!("{}: output", self.name), output.clone());
        let gradients = (output * self.cotangent.tensor(&device)).sum().backward();
        let gradient = input.grad(&gradients).unwrap_or_else(|| input.zeros_like());
        match &self.input_gradient {
            Some(expected) => expected.check(&format!("{}: gradient of the input", self.name), gradient),
            None => assert!(values(gradient).iter().all(|value| value.is_finite()), "{}", self.name),
        }
        let seen = tensors(&module, Some(&gradients));
        let (trained, running): (Vec<_>, Vec<_>) = seen.into_iter().partition(|tensor| tensor.trained);
        let expected: Vec<&Numbers> = self.gradients.iter().flatten().collect();
        assert_eq!(trained.len(), expected.len(), "{}: trained tensors", self.name);
        for (index, (tensor, expected)) in trained.iter().zip(expected).enumerate() {
            let gradient = tensor.gradient.clone().unwrap_or_else(|| vec![0.0; tensor.values.len()]);
            expected.check_values(&format!("{}: gradient of parameter {index}", self.name), &gradient);
        }
        assert_eq!(running.len(), self.running.len(), "{}: running statistics", self.name);
        for (index, (tensor, expected)) in running.iter().zip(&self.running).enumerate() {
            expected.check_values(&format!("{}: running statistic {index}", self.name), &tensor.values);
        }
        let inferred = forward(&module.valid(), self.input.tensor(&Device::flex()));
        self.inference.check(&format!("{}: inference", self.name), inferred);
    }
}

pub fn read(text: &str) -> Vec<Case> {
    serde_json::from_str(text).expect("the fixture is JSON of cases")
}

pub fn rng() -> Pcg64 {
    Pcg64::seed_from_u64(1)
}

fn kind(name: &str) -> Kind {
    let convolution = |kernel, padding, bias| Kind::Convolution {
        window: Window { kernel, padding, ..Window::POINT },
        groups: 1,
        bias,
    };
    let moved = |kernel, stride, dilation, padding| Kind::Convolution {
        window: Window { kernel, stride, dilation, padding },
        groups: 1,
        bias: true,
    };
    let grouped = |stride, groups, bias| Kind::Convolution {
        window: Window { kernel: 3, stride, ..Window::POINT },
        groups,
        bias,
    };
    let round = |straight_through, decimals, low, high| Kind::Round(Grid { straight_through, decimals, low, high });
    let min_max = |scope| Kind::MinMax { scope, range: MinMaxRange::Batch };
    match name {
        "convolution 3x3 same" => convolution(3, Padding::Same, true),
        "convolution 2x2 same" => convolution(2, Padding::Same, true),
        "convolution 3x3 valid" => convolution(3, Padding::Valid, true),
        "convolution 1x1 without bias" => convolution(1, Padding::Same, false),
        "convolution 3x3 stride 2" => moved(3, 2, 1, Padding::Same),
        "convolution 2x2 stride 3" => moved(2, 3, 1, Padding::Same),
        "convolution 3x3 dilation 2" => moved(3, 1, 2, Padding::Same),
        "convolution 2x2 valid stride 2 dilation 3" => moved(2, 2, 3, Padding::Valid),
        "convolution in 2 groups" => grouped(1, 2, true),
        "depthwise convolution" => grouped(2, 4, false),
        "batch normalization" => Kind::BatchNorm,
        "group normalization" => Kind::GroupNorm { groups: 2 },
        "layer normalization" => Kind::GroupNorm { groups: 1 },
        "min-max over batch" => min_max(MinMaxScope::Batch),
        "min-max over sample" => min_max(MinMaxScope::Sample),
        "min-max over channel" | "min-max of a constant" => min_max(MinMaxScope::Channel),
        "hard rounding" => round(false, 1, 0.1, 1.0),
        "straight-through rounding" => round(true, 1, 0.1, 1.0),
        "rounding to 2 decimals" => round(true, 2, -0.5, 0.5),
        "relu" => Kind::Activation(Activation::Relu),
        "gelu" => Kind::Activation(Activation::Gelu),
        "silu" => Kind::Activation(Activation::Silu),
        "tanh" => Kind::Activation(Activation::Tanh),
        "max pooling" => Kind::MaxPool,
        "average pooling" => Kind::AveragePool,
        "global average pooling" => Kind::GlobalAverage,
        "blur pooling" => Kind::Blur,
        "global max pooling" => Kind::GlobalMax,
        "squeeze and excitation" => Kind::SqueezeExcite { units: 2 },
        "dense" => Kind::Dense,
        "skip" | "skip with projection" => Kind::Residual { body: vec![], shortcut: vec![] },
        _ => panic!("no layer kind for the case {name}"),
    }
}

/// A layer of the head without coded weights.
pub fn planned(kind: Kind, input: Shape, output: Shape) -> Planned {
    Planned { kind, input, output, place: Place::Head, coding: Coding::Full }
}

pub fn shape(numbers: &Numbers) -> Shape {
    Shape { channels: numbers.shape[1], height: numbers.shape[2], width: numbers.shape[3] }
}

#[test]
fn every_layer_kind_agrees_with_pytorch() {
    let device = Device::flex().autodiff();
    for case in read(include_str!("fixtures/layers.json")) {
        let planned = |kind| planned(kind, shape(&case.input), shape(&case.output));
        let kind = match kind(&case.name) {
            Kind::Residual { .. } => Kind::Residual {
                body: vec![planned(kind("convolution 3x3 same"))],
                shortcut: match case.name.as_str() {
                    "skip" => vec![],
                    _ => vec![planned(kind("convolution 1x1 without bias"))],
                },
            },
            kind => kind,
        };
        let mut rng = rng();
        let mut weights = Weights::new(Initialization::HeUniform, &device, &mut rng);
        case.check(Layer::build(&planned(kind), &mut weights), Layer::forward);
    }
}

#[test]
fn whole_networks_agree_with_pytorch() {
    for case in read(include_str!("fixtures/networks.json")) {
        let candidate = case.candidate.clone().expect("a network has a candidate");
        let architecture = Architecture::read(&candidate).expect("the candidate is valid");
        let classes = case.output.shape[1];
        let plan = Plan::of(&architecture, shape(&case.input), classes).expect("the network can be built");
        let network = Network::build(&plan, &Device::flex().autodiff(), &mut rng());
        case.check(network, Network::forward);
    }
}

#[test]
fn dropout_drops_its_share_while_training_only() {
    let device = Device::flex().autodiff();
    let image = Shape { channels: 40, height: 10, width: 10 };
    let planned = planned(Kind::Dropout(0.25), image, image);
    let mut rng = rng();
    let layer = Layer::build(&planned, &mut Weights::new(Initialization::HeUniform, &device, &mut rng));
    device.seed(7);
    let input = Tensor::<4>::ones([5, 40, 10, 10], &device).require_grad();
    let output = layer.forward(input.clone());
    let gradients = output.clone().sum().backward();
    let kept = values(output);
    assert_eq!(values(input.grad(&gradients).expect("the input requires a gradient")), kept);
    assert!(kept.iter().all(|value| *value == 0.0 || (value - 4.0 / 3.0).abs() < 1e-6));
    let share = kept.iter().filter(|value| **value == 0.0).count() as f64 / kept.len() as f64;
    assert!((share - 0.25).abs() < 0.02, "dropped {share}");
    let plain = Tensor::<4>::ones([1, 40, 10, 10], &Device::flex());
    assert!(values(layer.valid().forward(plain)).iter().all(|value| (value - 1.0).abs() < f32::EPSILON));
}

#[test]
fn stochastic_depth_drops_its_share_of_the_samples_while_training_only() {
    let device = Device::flex().autodiff();
    let image = Shape { channels: 2, height: 3, width: 1 };
    let planned = planned(Kind::StochasticDepth(0.25), image, image);
    let mut rng = rng();
    let layer = Layer::build(&planned, &mut Weights::new(Initialization::HeUniform, &device, &mut rng));
    let draw = |seed| {
        device.seed(seed);
        values(layer.forward(Tensor::<4>::ones([2000, 2, 3, 1], &device)))
    };
    let kept = draw(7);
    assert!(
        kept.chunks(6).all(|sample| sample.iter().all(|value| value.to_bits() == sample[0].to_bits())),
        "a sample is one draw"
    );
    assert!(kept.iter().all(|value| *value == 0.0 || (value - 4.0 / 3.0).abs() < 1e-6));
    let share = kept.iter().filter(|value| **value == 0.0).count() as f64 / kept.len() as f64;
    assert!((share - 0.25).abs() < 0.04, "dropped {share}");
    assert_eq!(kept, draw(7));
    assert_ne!(kept, draw(8));
    let plain = Tensor::<4>::ones([9, 2, 3, 1], &Device::flex());
    assert!(values(layer.valid().forward(plain)).iter().all(|value| (value - 1.0).abs() < f32::EPSILON));
}

#[test]
fn nothing_before_a_hard_rounding_gets_a_gradient() {
    let candidate: Candidate =
        serde_json::from_str(r#"{"depth": 2, "channels": 4, "rounding": "hard", "normalization": "batch"}"#)
            .expect("a candidate");
    let plan = Plan::of(&Architecture::read(&candidate).expect("valid"), Shape { channels: 1, height: 6, width: 6 }, 3)
        .expect("can be built");
    let device = Device::flex().autodiff();
    let network = Network::build(&plan, &device, &mut rng());
    let images = Tensor::<4>::ones([2, 1, 6, 6], &device);
    let gradients = network.forward(images).powi_scalar(2).sum().backward();
    let seen = tensors(&network, Some(&gradients));
    let learning: Vec<bool> = seen.iter().filter(|tensor| tensor.trained).map(|t| t.gradient.is_some()).collect();
    // Two convolutions with batch normalization, then the dense layer behind the last rounding.
    assert_eq!(learning, [false, false, false, false, false, false, false, false, true, true]);
}
