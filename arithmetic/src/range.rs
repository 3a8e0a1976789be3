//! Min-max normalization: (x − min x) / (max x − min x), or 0 where all values are equal.

use rayon::prelude::*;

use crate::{Dims, each};

/// What a minimum and a maximum are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole batch.
    Batch,
    /// One sample.
    Sample,
    /// One channel over the batch.
    Channel,
}

#[derive(Debug, Clone, Copy)]
enum Extreme {
    Low,
    High,
}

/// The minimum and the maximum of each scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    scope: Scope,
    /// For each sample the minimum of each channel, then the maxima.
    ends: Vec<f32>,
    /// The minima.
    pub low: Vec<f32>,
    /// The maxima.
    pub high: Vec<f32>,
}

impl Range {
    /// Those of these values.
    pub fn of(values: &[f32], [batch, channels, height, width]: Dims, scope: Scope) -> Self {
        let size = height * width * channels;
        let ends = each::reduced(batch * 2 * channels, 2 * channels, height * width, |sample, ends| {
            let (low, high) = ends.split_at_mut(channels);
            low.fill(f32::INFINITY);
            high.fill(f32::NEG_INFINITY);
            for place in values[sample * size..][..size].chunks_exact(channels) {
                for ((low, high), value) in low.iter_mut().zip(high.iter_mut()).zip(place) {
                    *low = if *value < *low { *value } else { *low };
                    *high = if *value > *high { *value } else { *high };
                }
            }
        });
        let count = match scope {
            Scope::Batch => 1,
            Scope::Sample => batch,
            Scope::Channel => channels,
        };
        let (mut low, mut high) = (vec![f32::INFINITY; count], vec![f32::NEG_INFINITY; count]);
        let it = Self { scope, ends, low: Vec::new(), high: Vec::new() };
        for (sample, ends) in it.ends.chunks_exact(2 * channels).enumerate() {
            for channel in 0..channels {
                let at = it.index(sample, channel);
                low[at] = low[at].min(ends[channel]);
                high[at] = high[at].max(ends[channels + channel]);
            }
        }
        Self { low, high, ..it }
    }

    /// The number of the scope of a channel of a sample.
    fn index(&self, sample: usize, channel: usize) -> usize {
        match self.scope {
            Scope::Batch => 0,
            Scope::Sample => sample,
            Scope::Channel => channel,
        }
    }

    /// The minimum of each channel of a sample, and what its values are divided by: 1 where they are all equal.
    fn of_sample(&self, sample: usize, channels: usize) -> (Vec<f32>, Vec<f32>) {
        let scopes = || (0..channels).map(|channel| self.index(sample, channel));
        (scopes().map(|scope| self.low[scope]).collect(), scopes().map(|scope| self.range(scope)).collect())
    }

    fn range(&self, scope: usize) -> f32 {
        let range = self.high[scope] - self.low[scope];
        if range == 0.0 { 1.0 } else { range }
    }

    /// The first place of an extreme of a scope, samples before channels before rows, as an index of `values`.
    #[expect(clippy::float_cmp, reason = "a minimum or maximum is one of the values")]
    fn first(
        &self,
        values: &[f32],
        scope: usize,
        extreme: Extreme,
        [batch, channels, area]: [usize; 3],
    ) -> Option<usize> {
        let wanted = match extreme {
            Extreme::Low => self.low[scope],
            Extreme::High => self.high[scope],
        };
        let of = |all: usize, scoped: bool| if scoped { scope..scope + 1 } else { 0..all };
        let mut maps = of(batch, self.scope == Scope::Sample)
            .flat_map(|sample| of(channels, self.scope == Scope::Channel).map(move |channel| (sample, channel)));
        let (sample, channel) =
            maps.find(|(sample, channel)| self.ends[(2 * sample + extreme as usize) * channels + channel] == wanted)?;
        let start = sample * channels * area + channel;
        let place = values[start..].iter().step_by(channels).position(|value| *value == wanted)?;
        Some(start + place * channels)
    }

    /// The normalized values.
    pub fn normalize(&self, values: &[f32], [_, channels, height, width]: Dims) -> Vec<f32> {
        let size = channels * height * width;
        each::made(values.len(), size, |sample, result| {
            let (low, range) = self.of_sample(sample, channels);
            let places = values[sample * size..][..size].chunks_exact(channels);
            for (result, place) in result.chunks_exact_mut(channels).zip(places) {
                for channel in 0..channels {
                    result[channel] = (place[channel] - low[channel]) / range[channel];
                }
            }
        })
    }

    /// Turns the gradient of the normalized values into that of the values: it goes through minimum and maximum, each at
    /// the first place where it is attained, samples before channels before rows.
    ///
    /// With y = (x − low) / range, that of low is Σ g (y − 1) / range and that of high −Σ g y / range.
    pub fn gradient(&self, values: &[f32], [batch, channels, height, width]: Dims, gradients: &mut [f32]) {
        let (area, size) = (height * width, channels * height * width);
        // For each sample: the sum of the gradients of each channel, and that of their products with y.
        let mut sums = vec![0.0; batch * 2 * channels];
        let samples = sums.par_chunks_exact_mut(2 * channels).zip(gradients.par_chunks_exact_mut(size));
        samples.zip(values.par_chunks_exact(size)).enumerate().for_each(|(sample, ((sums, gradients), values))| {
            let (low, range) = self.of_sample(sample, channels);
            let (sum, product) = sums.split_at_mut(channels);
            for (place, gradient) in values.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels)) {
                for channel in 0..channels {
                    sum[channel] += gradient[channel];
                    product[channel] += gradient[channel] * (place[channel] - low[channel]);
                    gradient[channel] /= range[channel];
                }
            }
            product.iter_mut().zip(&range).for_each(|(product, range)| *product /= range);
        });
        let mut total = vec![[0.0_f64; 2]; self.low.len()];
        for (sample, sums) in sums.chunks_exact(2 * channels).enumerate() {
            for channel in 0..channels {
                let [sum, product] = &mut total[self.index(sample, channel)];
                *sum += f64::from(sums[channel]);
                *product += f64::from(sums[channels + channel]);
            }
        }
        for (scope, [sum, product]) in total.into_iter().enumerate() {
            let range = f64::from(self.range(scope));
            let mut add = |extreme: Extreme, slope: f64| {
                if let Some(at) = self.first(values, scope, extreme, [batch, channels, area]) {
                    gradients[at] += slope as f32;
                }
            };
            add(Extreme::Low, (product - sum) / range);
            if self.high[scope] > self.low[scope] {
                add(Extreme::High, -product / range);
            }
        }
    }
}
