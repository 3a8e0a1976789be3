//! Convolution with a group for each channel: channels beside each other are the numbers of a vector.

#![expect(clippy::inline_always, reason = "what is inlined is compiled for the instructions of its caller")]

use crate::correlation::Correlation;
use crate::instructions::{Instructions, Kernel, Vector};
use crate::{each, relu};

impl Correlation {
    /// Whether each channel has a group and a result of its own.
    pub fn is_depthwise(&self) -> bool {
        self.inputs == 1 && self.outputs == 1
    }

    /// Convolves `values` with `weights`, a row of all channels for each place of the kernel, and adds a bias to each
    /// channel; where it is to be rectified, what is below zero becomes zero.
    pub fn run_depthwise(
        &self,
        instructions: impl Instructions,
        values: &[f32],
        weights: &[f32],
        bias: &[f32],
        rectified: bool,
    ) -> Vec<f32> {
        let [rows, columns] = self.result();
        let (offsets, channels, step) = (self.offsets(), self.groups, self.stride * self.groups);
        let of_row = self.kernel * channels;
        each::made(self.batch * rows * columns * channels, columns * channels, |row, result| {
            let values = &values[self.row_start(row)..];
            let seeing = self.seeing(row, row);
            let offsets = &offsets[seeing.start * self.kernel..seeing.end * self.kernel];
            let weights = &weights[seeing.start * of_row..];
            instructions.call(Weigh { values, step, offsets, channels, weights, bias, result: &mut *result });
            if rectified {
                relu::rectify(result);
            }
        })
    }

    /// The gradient of the weights, as [`Correlation::run_depthwise`] takes them, of the gradient of its result.
    pub fn depthwise_weight_gradient(
        &self,
        instructions: impl Instructions,
        values: &[f32],
        gradient: &[f32],
    ) -> Vec<f32> {
        let [rows, columns] = self.result();
        let (offsets, channels, step) = (self.offsets(), self.groups, self.stride * self.groups);
        let length = offsets.len() * channels;
        // Each map is summed for itself.
        let maps = each::reduced(self.batch * length, length, rows * columns, |map, sums| {
            for row in map * rows..(map + 1) * rows {
                let gradient = &gradient[row * columns * channels..][..columns * channels];
                let values = &values[self.row_start(row)..];
                let (offsets, sums) = (&offsets[..], &mut sums[..]);
                instructions.call(Correlate { values, step, offsets, channels, gradient, sums });
            }
        });
        each::total(&maps, length)
    }

    /// How far each place of a window lies behind the first.
    fn offsets(&self) -> Vec<usize> {
        let place = |tap: usize| tap / self.kernel * self.size[1] + tap % self.kernel;
        (0..self.kernel * self.kernel).map(|tap| self.dilation * place(tap) * self.groups).collect()
    }
}

/// A row of results: windows are `step` apart.
struct Weigh<'a> {
    values: &'a [f32],
    step: usize,
    offsets: &'a [usize],
    channels: usize,
    weights: &'a [f32],
    bias: &'a [f32],
    result: &'a mut [f32],
}

impl Kernel for Weigh<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let whole = self.channels / V::LANES * V::LANES;
        for (window, result) in self.result.chunks_exact_mut(self.channels).enumerate() {
            let values = &self.values[window * self.step..];
            let mut channel = 0;
            while channel < whole {
                let mut sum = V::load(&self.bias[channel..]);
                for (offset, weights) in self.offsets.iter().zip(self.weights.chunks_exact(self.channels)) {
                    sum = sum.add_product(V::load(&values[offset + channel..]), V::load(&weights[channel..]));
                }
                sum.store(&mut result[channel..]);
                channel += V::LANES;
            }
            while channel < self.channels {
                let mut sum = self.bias[channel];
                for (offset, weights) in self.offsets.iter().zip(self.weights.chunks_exact(self.channels)) {
                    sum += values[offset + channel] * weights[channel];
                }
                result[channel] = sum;
                channel += 1;
            }
        }
    }
}

/// Adds to the sum of each place of the kernel its values times the gradients of a row of results.
struct Correlate<'a> {
    values: &'a [f32],
    step: usize,
    offsets: &'a [usize],
    channels: usize,
    gradient: &'a [f32],
    sums: &'a mut [f32],
}

impl Kernel for Correlate<'_> {
    #[inline(always)]
    fn run<V: Vector>(self) {
        let whole = self.channels / V::LANES * V::LANES;
        for (offset, sums) in self.offsets.iter().zip(self.sums.chunks_exact_mut(self.channels)) {
            let mut channel = 0;
            while channel < whole {
                let mut sum = V::load(&sums[channel..]);
                for (window, gradient) in self.gradient.chunks_exact(self.channels).enumerate() {
                    let values = &self.values[window * self.step + offset + channel..];
                    sum = sum.add_product(V::load(values), V::load(&gradient[channel..]));
                }
                sum.store(&mut sums[channel..]);
                channel += V::LANES;
            }
            while channel < self.channels {
                for (window, gradient) in self.gradient.chunks_exact(self.channels).enumerate() {
                    sums[channel] += self.values[window * self.step + offset + channel] * gradient[channel];
                }
                channel += 1;
            }
        }
    }
}
