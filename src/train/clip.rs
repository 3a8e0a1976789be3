//! Clipping of the gradient by its norm.

use burn::Tensor;

use super::gradient::Gradient;

/// Added to the norm before the division, as PyTorch does.
const EPSILON: f64 = 1e-6;

/// Scales the gradients of all parameters so that their norm as one vector is at most `limit`.
///
/// As PyTorch's `clip_grad_norm_`: the factor is limit / (norm + 1e-6) where that is below 1. Nothing is read back
/// from the device.
///
/// Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013, algorithm 1.
pub fn by_global_norm(gradients: &mut [Gradient], limit: f64) {
    let squares: Vec<Tensor<1>> =
        gradients.iter().filter_map(|gradient| Some(gradient.value.clone()?.square().sum())).collect();
    if squares.is_empty() {
        return;
    }
    let norm = Tensor::cat(squares, 0).sum().sqrt();
    let factor = norm.add_scalar(EPSILON).recip().mul_scalar(limit).clamp_max(1.0);
    for gradient in gradients {
        gradient.value = gradient.value.take().map(|value| value.mul(factor.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::fixtures::{close_all, fixture, floats};

    #[test]
    fn agrees_with_pytorch_below_and_above_the_limit() {
        let cases = fixture()["clip"].as_array().expect("a list").clone();
        assert_eq!(cases.len(), 3);
        for case in cases {
            let device = burn::tensor::Device::flex();
            let before = case["gradients"].as_array().expect("a list");
            let mut gradients: Vec<Gradient> = before
                .iter()
                .map(|values| Gradient {
                    name: String::new(),
                    value: Some(Tensor::from_floats(floats(values).as_slice(), &device)),
                })
                .collect();
            gradients.push(Gradient { name: String::new(), value: None });
            by_global_norm(&mut gradients, case["limit"].as_f64().expect("a number"));
            for (gradient, expected) in gradients.into_iter().zip(case["clipped"].as_array().expect("a list")) {
                let value = gradient.value.expect("kept").try_into_vec_as::<f32>().expect("readable");
                close_all(&value, &floats(expected), "clipped");
            }
        }
    }
}
