//! Convolution, as one operation with its bias.

use burn::tensor::{Shape, Tensor};
use burn_flex::FlexTensor;
use rayon::prelude::*;

use super::correlation::Correlation;
use super::instructions::{self, Common, Instructions};
use super::{Operand, Operation, apply, map, panels};
use crate::network::plan::Window;

/// Convolves maps `[batch, inputs, height, width]` with weights `[outputs, inputs / groups, kernel, kernel]` and adds a
/// bias to each output channel.
pub fn convolution(
    map: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    window: Window,
    groups: usize,
) -> Tensor<4> {
    let [outputs, ..] = weight.dims();
    let none = || Operand::Plain(map::plain(vec![0.0; outputs], Shape::new([outputs])));
    let bias = bias.map_or_else(none, Operand::of);
    apply(Convolution { window, groups }, [Operand::of(map), Operand::of(weight), bias])
}

#[derive(Debug, Clone, Copy)]
struct Convolution {
    window: Window,
    groups: usize,
}

/// What the derivative needs: the map, not padded, and the weights.
#[derive(Debug, Clone)]
struct Saved {
    map: FlexTensor,
    weight: FlexTensor,
}

impl Operation<3> for Convolution {
    type Saved = Saved;

    fn forward(&self, [map, weight, bias]: [FlexTensor; 3]) -> (FlexTensor, Saved) {
        let saved = Saved { map: map::channels_last(map), weight: weight.to_contiguous() };
        let it = self.correlation(&saved);
        let [batch, _, _, _] = map::dims(&saved.map);
        let values = map::padded(&saved.map, self.window.padded().0, 1, it.size);
        let weights = map::plain_values(&saved.weight);
        let bias = bias.to_contiguous();
        let (area, depth) = (it.kernel * it.kernel, it.depth());
        // Rows of a panel go through the places of the kernel and, at each, through its channels.
        let at = |group: usize, row: usize, output: usize| {
            weights[(group * it.outputs + output) * depth + row % it.inputs * area + row / it.inputs]
        };
        let result = run(&it, &values, map::plain_values(&bias), at);
        let [height, width] = it.result();
        (map::tensor(result, [batch, self.groups * it.outputs, height, width]), saved)
    }

    fn backward(&self, saved: Saved, gradient: FlexTensor, wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let gradient = map::channels_last(gradient);
        let [map, weight, bias] = wanted;
        [
            map.then(|| self.map_gradient(&saved, &gradient)),
            weight.then(|| self.weight_gradient(&saved, &gradient)),
            bias.then(|| bias_gradient(&gradient)),
        ]
    }
}

impl Convolution {
    fn correlation(&self, saved: &Saved) -> Correlation {
        let [batch, channels, height, width] = map::dims(&saved.map);
        let [outputs, _, _, _] = map::dims(&saved.weight);
        let Window { kernel, stride, dilation, .. } = self.window;
        let (before, after) = self.window.padded();
        Correlation {
            batch,
            size: [height, width].map(|size| size + before + after),
            groups: self.groups,
            inputs: channels / self.groups,
            outputs: outputs / self.groups,
            kernel,
            stride,
            dilation,
        }
    }

    /// The convolution of the gradient, spread out by the stride, with the kernel turned around.
    fn map_gradient(&self, saved: &Saved, gradient: &FlexTensor) -> FlexTensor {
        let forth = self.correlation(saved);
        let shape @ [_, channels, height, width] = map::dims(&saved.map);
        let extent = self.window.extent();
        let back = Correlation {
            size: [height, width].map(|size| size + extent - 1),
            inputs: forth.outputs,
            outputs: forth.inputs,
            stride: 1,
            ..forth
        };
        let values = map::padded(gradient, extent - 1 - self.window.padded().0, self.window.stride, back.size);
        let weights = map::plain_values(&saved.weight);
        let (area, depth) = (forth.kernel * forth.kernel, forth.depth());
        let at = |group: usize, row: usize, output: usize| {
            let place = area - 1 - row / back.inputs;
            weights[(group * back.inputs + row % back.inputs) * depth + output * area + place]
        };
        map::tensor(run(&back, &values, &vec![0.0; channels], at), shape)
    }

    fn weight_gradient(&self, saved: &Saved, gradient: &FlexTensor) -> FlexTensor {
        let it = self.correlation(saved);
        let values = map::padded(&saved.map, self.window.padded().0, 1, it.size);
        let shape = saved.weight.layout().shape().clone();
        map::plain(weight_gradient(&it, &values, map::values(gradient)), shape)
    }
}

fn bias_gradient(gradient: &FlexTensor) -> FlexTensor {
    let [_, channels, height, width] = map::dims(gradient);
    let maps: Vec<Vec<f32>> = map::values(gradient)
        .par_chunks(channels * height * width)
        .map(|map| {
            let mut sums = vec![0.0; channels];
            for place in map.chunks_exact(channels) {
                sums.iter_mut().zip(place).for_each(|(sum, value)| *sum += value);
            }
            sums
        })
        .collect();
    let mut sums = vec![0.0; channels];
    for map in maps {
        sums.iter_mut().zip(map).for_each(|(sum, value)| *sum += value);
    }
    map::plain(sums, Shape::new([channels]))
}

/// Calls `$function::<M, N>(instructions, …)` with the best instructions of this processor, and as many windows and
/// vectors of outputs at once as its registers hold.
macro_rules! fastest {
    ($outputs:expr, $function:ident($($argument:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = instructions::Avx512::detect() {
            return if $outputs > 16 {
                $function::<_, 12, 2>(avx512, $($argument),*)
            } else {
                $function::<_, 12, 1>(avx512, $($argument),*)
            };
        } else if let Some(avx2) = instructions::Avx2::detect() {
            return $function::<_, 6, 2>(avx2, $($argument),*);
        }
        $function::<_, 4, 2>(Common, $($argument),*)
    }};
}

/// Convolves with the weight of (group, row of a panel, output of the group).
fn run(it: &Correlation, values: &[f32], bias: &[f32], weight: impl Fn(usize, usize, usize) -> f32 + Sync) -> Vec<f32> {
    fn with<I: Instructions, const M: usize, const N: usize>(
        instructions: I,
        it: &Correlation,
        values: &[f32],
        bias: &[f32],
        weight: &(impl Fn(usize, usize, usize) -> f32 + Sync),
    ) -> Vec<f32> {
        if it.is_depthwise() {
            let weights = (0..it.depth() * it.groups).map(|at| weight(at % it.groups, at / it.groups, 0));
            return it.run_depthwise(instructions, values, &weights.collect::<Vec<_>>(), bias);
        }
        let pack = |group| panels::pack(it.depth(), it.outputs, N * I::LANES, |row, output| weight(group, row, output));
        let panels: Vec<f32> = (0..it.groups).flat_map(pack).collect();
        it.run::<I, M, N>(instructions, values, &panels, bias)
    }
    fastest!(it.outputs, with(it, values, bias, &weight))
}

/// The gradients of the weights `[outputs, inputs / groups, kernel, kernel]`.
fn weight_gradient(it: &Correlation, values: &[f32], gradient: &[f32]) -> Vec<f32> {
    fn with<I: Instructions, const M: usize, const N: usize>(
        instructions: I,
        it: &Correlation,
        values: &[f32],
        gradient: &[f32],
    ) -> Vec<f32> {
        if it.is_depthwise() {
            let sums = it.depthwise_weight_gradient(instructions, values, gradient);
            return (0..sums.len()).map(|at| sums[at % it.depth() * it.groups + at / it.depth()]).collect();
        }
        let panels = it.weight_gradient::<I, M, N>(instructions, values, gradient);
        let (area, depth, width) = (it.kernel * it.kernel, it.depth(), N * I::LANES);
        let mut weights = vec![0.0; it.groups * it.outputs * depth];
        weights.par_chunks_mut(depth).enumerate().for_each(|(output, weights)| {
            let (group, output) = (output / it.outputs, output % it.outputs);
            let panel = (group * it.outputs.div_ceil(width) + output / width) * depth * width;
            for (row, from) in panels[panel..panel + depth * width].chunks_exact(width).enumerate() {
                weights[row % it.inputs * area + row / it.inputs] = from[output % width];
            }
        });
        weights
    }
    fastest!(it.outputs, with(it, values, gradient))
}
