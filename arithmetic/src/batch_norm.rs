//! Batch normalization by the statistics of the batch.

use crate::{Dims, each};

/// The mean and the biased variance of each channel.
pub fn statistics(values: &[f32], [batch, channels, height, width]: Dims) -> (Vec<f32>, Vec<f32>) {
    let count = (batch * height * width) as f64;
    let mean = |sums: Vec<f64>| sums.into_iter().map(|sum| (sum / count) as f32).collect::<Vec<f32>>();
    let means = mean(sums(batch, channels, height * width, |place, sums| {
        sums.iter_mut().zip(&values[place..]).for_each(|(sum, value)| *sum += value);
    }));
    let variances = mean(sums(batch, channels, height * width, |place, sums| {
        for ((sum, value), mean) in sums.iter_mut().zip(&values[place..]).zip(&means) {
            *sum += (value - mean) * (value - mean);
        }
    }));
    (means, variances)
}

/// Sums over all places: `add` adds what begins at an index to the sums so far. Each sample is summed for itself.
fn sums(batch: usize, length: usize, area: usize, add: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f64> {
    let of_samples = each::reduced(batch * length, length, area, |sample, sums| {
        (sample * area..(sample + 1) * area).for_each(|place| add(place * length, sums));
    });
    let mut total = vec![0.0; length];
    for sums in of_samples.chunks_exact(length) {
        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += f64::from(*sum));
    }
    total
}

/// The mean of each channel, and the root of its variance raised by ε.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchNorm {
    /// The means.
    pub mean: Vec<f32>,
    /// The roots.
    pub deviation: Vec<f32>,
}

impl BatchNorm {
    /// γ (x − mean) / deviation + β for each channel.
    pub fn normalize(&self, values: &[f32], [batch, ..]: Dims, gamma: &[f32], beta: &[f32]) -> Vec<f32> {
        let channels = self.mean.len();
        let scale: Vec<f32> = gamma.iter().zip(&self.deviation).map(|(gamma, deviation)| gamma / deviation).collect();
        let size = values.len() / batch;
        each::made(values.len(), size, |sample, result| {
            let places = values[sample * size..][..size].chunks_exact(channels);
            for (result, place) in result.chunks_exact_mut(channels).zip(places) {
                for channel in 0..channels {
                    result[channel] = (place[channel] - self.mean[channel]) * scale[channel] + beta[channel];
                }
            }
        })
    }

    /// Turns the gradient of the normalized values into that of the values; what comes back are those of γ and β.
    ///
    /// With x̂ the normalized values and n of them: γ / deviation · (g − Σ g / n − x̂ Σ g x̂ / n).
    pub fn gradient(
        &self,
        values: &[f32],
        [batch, channels, height, width]: Dims,
        gamma: &[f32],
        gradients: &mut [f32],
    ) -> [Vec<f32>; 2] {
        let sum = sums(batch, channels, height * width, |place, sums| {
            sums.iter_mut().zip(&gradients[place..]).for_each(|(sum, gradient)| *sum += gradient);
        });
        let mut product = sums(batch, channels, height * width, |place, sums| {
            let (values, gradients) = (&values[place..][..channels], &gradients[place..][..channels]);
            for channel in 0..channels {
                sums[channel] += gradients[channel] * (values[channel] - self.mean[channel]);
            }
        });
        product.iter_mut().zip(&self.deviation).for_each(|(product, deviation)| *product /= f64::from(*deviation));
        let count = (batch * height * width) as f64;
        // g · scale − (shift + (x − mean) · slope), all by channel.
        let scale: Vec<f32> = gamma.iter().zip(&self.deviation).map(|(gamma, deviation)| gamma / deviation).collect();
        let shift: Vec<f32> = scale.iter().zip(&sum).map(|(scale, sum)| scale * (sum / count) as f32).collect();
        let slope = |channel: usize| scale[channel] * (product[channel] / count) as f32 / self.deviation[channel];
        let slope: Vec<f32> = (0..channels).map(slope).collect();
        each::beside(gradients, values, channels, |gradients, values| {
            for (gradients, values) in gradients.chunks_exact_mut(channels).zip(values.chunks_exact(channels)) {
                for channel in 0..channels {
                    gradients[channel] = gradients[channel] * scale[channel]
                        - shift[channel]
                        - (values[channel] - self.mean[channel]) * slope[channel];
                }
            }
        });
        [product, sum].map(|sums| sums.into_iter().map(|sum| sum as f32).collect())
    }
}
