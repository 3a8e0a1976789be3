//! Batch normalization by the statistics of the batch.

use burn::tensor::{Shape, Tensor};
use burn_flex::FlexTensor;

use super::{Operand, Operation, apply, each, map};

/// γ (x − mean) / √(variance + ε) + β for each channel; beside it, means and biased variances, without derivatives.
pub fn batch_norm(
    map: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<4>, Tensor<1>, Tensor<1>) {
    let map = Operand::of(map);
    let last = map::channels_last(map.tensor().clone());
    let (mean, variance) = statistics(&last);
    let deviation = variance.iter().map(|variance| (f64::from(*variance) + epsilon).sqrt() as f32).collect();
    let [means, variances] =
        [mean.clone(), variance].map(|values| map.constant(map::plain(values.clone(), Shape::new([values.len()]))));
    let it = BatchNorm { mean, deviation };
    (apply(it, [map, Operand::of(gamma), Operand::of(beta)]), means, variances)
}

/// The mean and the biased variance of each channel.
fn statistics(map: &FlexTensor) -> (Vec<f32>, Vec<f32>) {
    let [batch, channels, height, width] = map::dims(map);
    let values = map::values(map);
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
    let mut of_samples = vec![0.0; batch * length];
    each::reduced(&mut of_samples, length, area, |sample, sums| {
        (sample * area..(sample + 1) * area).for_each(|place| add(place * length, sums));
    });
    let mut total = vec![0.0; length];
    for sums in of_samples.chunks_exact(length) {
        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += f64::from(*sum));
    }
    total
}

#[derive(Debug, Clone)]
struct BatchNorm {
    mean: Vec<f32>,
    deviation: Vec<f32>,
}

impl Operation<3> for BatchNorm {
    /// The map before, and γ.
    type Saved = (FlexTensor, FlexTensor);

    fn forward(&self, [map, gamma, beta]: [FlexTensor; 3]) -> (FlexTensor, Self::Saved) {
        let map = map::channels_last(map);
        let gamma = gamma.to_contiguous();
        let beta = beta.to_contiguous();
        let channels = self.mean.len();
        let values = map::values(&map);
        let scale: Vec<f32> =
            map::plain_values(&gamma).iter().zip(&self.deviation).map(|(gamma, deviation)| gamma / deviation).collect();
        let beta = map::plain_values(&beta);
        let mut result = vec![0.0; values.len()];
        let size = values.len() / map::dims(&map)[0];
        each::row(&mut result, size, |sample, result| {
            let places = values[sample * size..][..size].chunks_exact(channels);
            for (result, place) in result.chunks_exact_mut(channels).zip(places) {
                for channel in 0..channels {
                    result[channel] = (place[channel] - self.mean[channel]) * scale[channel] + beta[channel];
                }
            }
        });
        (map::tensor(result, map::dims(&map)), (map, gamma))
    }

    /// With x̂ the normalized values and n of them: γ / √… · (g − Σ g / n − x̂ Σ g x̂ / n).
    fn backward(&self, saved: Self::Saved, gradient: FlexTensor, _wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let (map, gamma) = saved;
        let mut gradient = map::channels_last(gradient);
        let [batch, channels, height, width] = map::dims(&map);
        let values = map::values(&map);
        let gradients = map::values(&gradient);
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
        let gamma = map::plain_values(&gamma);
        // g · scale − (shift + (x − mean) · slope), all by channel.
        let scale: Vec<f32> = gamma.iter().zip(&self.deviation).map(|(gamma, deviation)| gamma / deviation).collect();
        let shift: Vec<f32> = scale.iter().zip(&sum).map(|(scale, sum)| scale * (sum / count) as f32).collect();
        let slope = |channel: usize| scale[channel] * (product[channel] / count) as f32 / self.deviation[channel];
        let slope: Vec<f32> = (0..channels).map(slope).collect();
        each::beside(map::values_mut(&mut gradient), values, channels, |gradients, values| {
            for (gradients, values) in gradients.chunks_exact_mut(channels).zip(values.chunks_exact(channels)) {
                for channel in 0..channels {
                    gradients[channel] = gradients[channel] * scale[channel]
                        - shift[channel]
                        - (values[channel] - self.mean[channel]) * slope[channel];
                }
            }
        });
        let vector =
            |sums: Vec<f64>| map::plain(sums.into_iter().map(|sum| sum as f32).collect(), Shape::new([channels]));
        [Some(gradient), Some(vector(product)), Some(vector(sum))]
    }
}
