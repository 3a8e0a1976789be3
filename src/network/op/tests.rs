//! Derivatives against finite differences, and convolutions with all instructions against burn's own.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, activation, module};
use kiln_search::rng::{Purpose, Stream};
use rand::RngExt;

use super::{batch_norm, convolution, pool, range, relu};
use crate::network::architecture::{MinMaxScope, Padding};
use crate::network::plan::Window;

fn noise<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let mut rng = Stream::new(seed, 0, Purpose::Weights).rng();
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.random_range(-1.0..1.0)).collect();
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().expect("floats")
}

fn close(what: &str, ours: &[f32], theirs: &[f32]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let scale = theirs.iter().fold(1e-3_f32, |most, value| most.max(value.abs()));
    for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((ours - theirs).abs() <= 2e-5 * scale, "{what}: element {at} is {ours}, not {theirs} (of {scale})");
    }
}

/// Compares the derivative along a direction with a difference of values.
fn check(what: &str, operation: impl Fn(Tensor<4>, Tensor<1>, Tensor<1>) -> Tensor<4>, shape: [usize; 4]) {
    let inputs = (noise(shape, 1), noise([shape[1]], 2), noise([shape[1]], 3));
    let ways = (noise(shape, 4), noise([shape[1]], 5), noise([shape[1]], 6));
    let weights = noise(operation(inputs.0.clone(), inputs.1.clone(), inputs.2.clone()).dims(), 7);
    let at = |step: f64| {
        let map = inputs.0.clone() + ways.0.clone().mul_scalar(step);
        let one = inputs.1.clone() + ways.1.clone().mul_scalar(step);
        let other = inputs.2.clone() + ways.2.clone().mul_scalar(step);
        // The layers of a network know by autodiff that they are in training.
        let output = operation(map.autodiff(), one.autodiff(), other.autodiff()).inner();
        values(output * weights.clone()).into_iter().map(f64::from).sum::<f64>()
    };
    let (map, one, other) = (
        inputs.0.clone().autodiff().require_grad(),
        inputs.1.clone().autodiff().require_grad(),
        inputs.2.clone().autodiff().require_grad(),
    );
    let loss = (operation(map.clone(), one.clone(), other.clone()) * weights.clone().autodiff()).sum();
    let gradients = loss.backward();
    let along = |gradient: Option<Vec<f32>>, way: Vec<f32>| {
        gradient
            .map_or(0.0, |gradient| gradient.iter().zip(way).map(|(g, w)| f64::from(*g) * f64::from(w)).sum::<f64>())
    };
    let slope = along(map.grad(&gradients).map(values), values(ways.0.clone()))
        + along(one.grad(&gradients).map(values), values(ways.1.clone()))
        + along(other.grad(&gradients).map(values), values(ways.2.clone()));
    let step = 1e-3;
    let expected = (at(step) - at(-step)) / (2.0 * step);
    assert!((slope - expected).abs() <= 0.01 * expected.abs().max(1.0), "{what}: {slope} instead of {expected}");
}

#[test]
fn derivatives_agree_with_finite_differences() {
    let shape = [3, 5, 6, 7];
    // Noise halves of which are negative; a difference that crosses 0 costs at most the step.
    check("relu", |map, _, _| relu::relu(map), shape);
    check("greatest", |map, _, _| pool::greatest(map), shape);
    check("average", |map, _, _| pool::average(map), shape);
    check("global average", |map, _, _| pool::global_average(map), shape);
    for scope in [MinMaxScope::Batch, MinMaxScope::Sample, MinMaxScope::Channel] {
        // So few values that the least and the greatest stay what they are.
        check("min-max", |map, _, _| range::min_max(map, scope).0, [2, 3, 2, 3]);
    }
    check("batch normalization", |map, gamma, beta| batch_norm::batch_norm(map, gamma, beta, 1e-5).0, shape);
    let window = Window { kernel: 3, stride: 2, dilation: 1, padding: Padding::Same };
    check(
        "convolution, and its bias",
        |map, bias, _| convolution::convolution(map, noise([5, 5, 3, 3], 8).autodiff(), Some(bias), window, 1, false),
        shape,
    );
}

#[test]
fn convolutions_agree_with_those_of_burn() {
    // Channels before and after, groups, kernel, stride, dilation, height and width.
    let cases = [
        (1, 16, 1, 3, 1, 1, [8, 8]),
        (3, 33, 1, 3, 1, 1, [9, 7]),
        (5, 17, 1, 5, 2, 1, [11, 12]),
        (13, 40, 1, 2, 1, 1, [6, 5]),
        (64, 24, 1, 1, 1, 1, [5, 5]),
        (20, 70, 1, 3, 1, 2, [9, 8]),
        (12, 36, 3, 3, 2, 2, [12, 9]),
        (19, 19, 19, 3, 1, 1, [7, 9]),
        (18, 18, 18, 5, 2, 2, [14, 13]),
        (6, 12, 6, 3, 1, 1, [5, 6]),
    ];
    for (inputs, outputs, groups, kernel, stride, dilation, [height, width]) in cases {
        for (padding, rectified) in [(Padding::Same, false), (Padding::Valid, true), (Padding::Same, true)] {
            let window = Window { kernel, stride, dilation, padding };
            let what = format!("{inputs} to {outputs} in {groups} groups, {window:?}");
            let operands = || {
                (
                    noise([3, inputs, height, width], 1).autodiff().require_grad(),
                    noise([outputs, inputs / groups, kernel, kernel], 2).autodiff().require_grad(),
                    noise([outputs], 3).autodiff().require_grad(),
                )
            };
            let options = ConvOptions::new_with_padding([stride; 2], [window.padded(); 2], [dilation; 2], groups);
            let run = |ours: bool| {
                let (map, weight, bias) = operands();
                // An activation before and after, for maps that lie as ours do and as burn's do.
                let map_before = if ours { relu::relu(map.clone()) } else { activation::relu(map.clone()) };
                let output = if ours {
                    convolution::convolution(map_before, weight.clone(), Some(bias.clone()), window, groups, rectified)
                } else {
                    let output = module::conv2d(map_before, weight.clone(), Some(bias.clone()), options.clone());
                    if rectified { activation::relu(output) } else { output }
                };
                let gradients = (output.clone() * noise(output.dims(), 4).autodiff()).sum().backward();
                [
                    values(output),
                    values(map.grad(&gradients).expect("a gradient")),
                    values(weight.grad(&gradients).expect("a gradient")),
                    values(bias.grad(&gradients).expect("a gradient")),
                ]
            };
            for (ours, theirs) in run(true).iter().zip(run(false)) {
                close(&what, ours, &theirs);
            }
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let window = Window { kernel: 3, stride: 1, dilation: 1, padding: Padding::Same };
            let weight = noise([48, 16, 3, 3], 2).autodiff().require_grad();
            let map = noise([8, 16, 20, 20], 1).autodiff();
            let output = convolution::convolution(map, weight.clone(), None, window, 1, true);
            let output = pool::greatest(range::min_max(output, MinMaxScope::Channel).0);
            let gradients = output.clone().square().sum().backward();
            (values(output), values(weight.grad(&gradients).expect("a gradient")))
        })
    };
    assert_eq!(run(1), run(3));
}
