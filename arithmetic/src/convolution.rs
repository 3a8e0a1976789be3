//! Convolution with its bias.

use rayon::prelude::*;

use crate::correlation::Correlation;
use crate::instructions::{self, Common, Instructions};
use crate::{Dims, each, layout, panels, relu};

/// A convolution of maps with weights `[outputs, channels / groups, kernel, kernel]`.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    /// The maps.
    pub map: Dims,
    /// Channels of the result.
    pub outputs: usize,
    /// Groups of channels, each output seeing those of its group.
    pub groups: usize,
    /// Height and width of the kernel.
    pub kernel: usize,
    /// How far the window moves.
    pub stride: usize,
    /// How far apart the places of the window are.
    pub dilation: usize,
    /// Rows of zeros above and below a map, and columns left and right of it.
    pub padding: (usize, usize),
    /// Whether what is below zero becomes zero: max(x, 0) of the result.
    pub rectified: bool,
}

impl Convolution {
    /// The shape of the result.
    pub fn result(&self) -> Dims {
        let [height, width] = self.correlation().result();
        [self.map[0], self.outputs, height, width]
    }

    /// The result, with a bias for each output.
    pub fn forward(&self, values: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
        let it = self.correlation();
        let (area, depth) = (it.kernel * it.kernel, it.depth());
        // Rows of a panel go through the places of the kernel and, at each, through its channels.
        run(&it, &self.padded(values), bias, self.rectified, |group, row, output| {
            weights[(group * it.outputs + output) * depth + row % it.inputs * area + row / it.inputs]
        })
    }

    /// The gradient of the map: the convolution of the gradient, spread out by the stride, with the kernel turned
    /// around.
    pub fn map_gradient(&self, gradient: &[f32], weights: &[f32]) -> Vec<f32> {
        let [_, channels, height, width] = self.map;
        let forth = self.correlation();
        let extent = self.dilation * (self.kernel - 1) + 1;
        let before = extent - 1 - self.padding.0;
        let back = Correlation {
            size: [height, width].map(|size| size + extent - 1),
            within: [before, before + self.stride * (forth.result()[0] - 1) + 1],
            inputs: forth.outputs,
            outputs: forth.inputs,
            stride: 1,
            ..forth
        };
        let values = layout::padded(gradient, self.result(), before, self.stride, back.size);
        let (area, depth) = (forth.kernel * forth.kernel, forth.depth());
        run(&back, &values, &vec![0.0; channels], false, |group, row, output| {
            let place = area - 1 - row / back.inputs;
            weights[(group * back.inputs + row % back.inputs) * depth + output * area + place]
        })
    }

    /// The gradient of the weights.
    pub fn weight_gradient(&self, values: &[f32], gradient: &[f32]) -> Vec<f32> {
        weight_gradient(&self.correlation(), &self.padded(values), gradient)
    }

    /// The gradient of the bias.
    pub fn bias_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        let [batch, channels, height, width] = self.result();
        let size = channels * height * width;
        let add = |map: usize, sums: &mut [f32]| each::add_rows(sums, &gradient[map * size..][..size]);
        each::total(&each::reduced(batch * channels, channels, height * width, add), channels)
    }

    /// The same where `results` were rectified; the gradient becomes that of what they were before.
    pub fn rectified_gradient(&self, gradient: &mut [f32], results: &[f32]) -> Vec<f32> {
        let [batch, channels, height, width] = self.result();
        let size = channels * height * width;
        let mut maps = vec![0.0; batch * channels];
        let of_maps = maps.par_chunks_exact_mut(channels).zip(gradient.par_chunks_exact_mut(size));
        of_maps.zip(results.par_chunks_exact(size)).for_each(|((sums, gradient), results)| {
            relu::mask(gradient, results);
            each::add_rows(sums, gradient);
        });
        each::total(&maps, channels)
    }

    fn correlation(&self) -> Correlation {
        let [batch, channels, height, width] = self.map;
        let (before, after) = self.padding;
        Correlation {
            batch,
            size: [height, width].map(|size| size + before + after),
            within: [before, before + height],
            groups: self.groups,
            inputs: channels / self.groups,
            outputs: self.outputs / self.groups,
            kernel: self.kernel,
            stride: self.stride,
            dilation: self.dilation,
        }
    }

    fn padded<'a>(&self, values: &'a [f32]) -> std::borrow::Cow<'a, [f32]> {
        layout::padded(values, self.map, self.padding.0, 1, self.correlation().size)
    }
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
fn run(
    it: &Correlation,
    values: &[f32],
    bias: &[f32],
    rectified: bool,
    weight: impl Fn(usize, usize, usize) -> f32 + Sync,
) -> Vec<f32> {
    fn with<I: Instructions, const M: usize, const N: usize>(
        instructions: I,
        it: &Correlation,
        values: &[f32],
        bias: &[f32],
        rectified: bool,
        weight: &(impl Fn(usize, usize, usize) -> f32 + Sync),
    ) -> Vec<f32> {
        if it.is_depthwise() {
            let weights = (0..it.depth() * it.groups).map(|at| weight(at % it.groups, at / it.groups, 0));
            return it.run_depthwise(instructions, values, &weights.collect::<Vec<_>>(), bias, rectified);
        }
        let mut panels = Vec::new();
        for group in 0..it.groups {
            let of_group = panels::pack(it.depth(), it.outputs, N * I::LANES, |row, output| weight(group, row, output));
            panels.extend_from_slice(&of_group);
        }
        it.run::<I, M, N>(instructions, values, &panels, bias, rectified)
    }
    fastest!(it.outputs, with(it, values, bias, rectified, &weight))
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
