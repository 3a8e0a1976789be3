//! Batch normalization by the statistics of the batch.

use burn::tensor::{Shape, Tensor};
use burn_flex::FlexTensor;
use kiln_arithmetic::batch_norm::{BatchNorm, statistics};

use super::{Operand, Operation, apply, map};

/// γ (x − mean) / √(variance + ε) + β for each channel; beside it, means and biased variances, without derivatives.
pub fn batch_norm(
    map: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<4>, Tensor<1>, Tensor<1>) {
    let map = Operand::of(map);
    let last = map::channels_last(map.tensor().clone());
    let (mean, variance) = statistics(map::values(&last), map::dims(&last));
    let deviation = variance.iter().map(|variance| (f64::from(*variance) + epsilon).sqrt() as f32).collect();
    let [means, variances] =
        [mean.clone(), variance].map(|values| map.constant(map::plain(values.clone(), Shape::new([values.len()]))));
    let it = Normalized(BatchNorm { mean, deviation });
    (apply(it, [map, Operand::of(gamma), Operand::of(beta)]), means, variances)
}

#[derive(Debug, Clone)]
struct Normalized(BatchNorm);

impl Operation<3> for Normalized {
    /// The map before, and γ.
    type Saved = (FlexTensor, FlexTensor);

    fn forward(&self, [map, gamma, beta]: [FlexTensor; 3]) -> (FlexTensor, Self::Saved) {
        let (map, gamma, beta) = (map::channels_last(map), gamma.to_contiguous(), beta.to_contiguous());
        let shape = map::dims(&map);
        let (values, gammas, betas) = (map::values(&map), map::plain_values(&gamma), map::plain_values(&beta));
        (map::tensor(self.0.normalize(values, shape, gammas, betas), shape), (map, gamma))
    }

    fn backward(&self, saved: Self::Saved, gradient: FlexTensor, _wanted: [bool; 3]) -> [Option<FlexTensor>; 3] {
        let (map, gamma) = saved;
        let mut gradient = map::channels_last(gradient);
        let gradients = map::values_mut(&mut gradient);
        let others = self.0.gradient(map::values(&map), map::dims(&map), map::plain_values(&gamma), gradients);
        let [gamma, beta] = others.map(|values| {
            let channels = values.len();
            Some(map::plain(values, Shape::new([channels])))
        });
        [Some(gradient), gamma, beta]
    }
}
