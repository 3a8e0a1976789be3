//! The rules by which the weights follow the gradient, with PyTorch's semantics and defaults.
//!
//! Burn's `ModuleOptimizer` is not used for two reasons. It restores its state on burn's default device, which panics
//! on a machine without a GPU as soon as the `wgpu` feature is compiled in; and it names its state by identifiers that
//! are drawn at random in each process. Here the state is named by where a parameter is in the network.

use std::collections::BTreeMap;

use burn::Tensor;
use burn::module::{Module, ModuleMapper, Param};

use super::gradient::Gradient;
use super::recipe::{Method, Recipe};

/// Decay of the running mean of gradients in Adam.
const BETA_1: f64 = 0.9;
/// Decay of the running mean of squares in Adam.
const BETA_2: f64 = 0.999;
/// Decay of the running mean of squares in `RMSprop`.
const ALPHA: f64 = 0.99;
/// Added to the root of the mean of squares.
const EPSILON: f64 = 1e-8;

/// What an optimizer remembers of one parameter tensor, flattened; absent before the first step and where the method
/// has no use for it.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// Running sum or mean of gradients.
    pub first: Option<Tensor<1>>,
    /// Running mean of squared gradients.
    pub second: Option<Tensor<1>>,
}

/// An optimizer with its state.
#[derive(Debug, Clone)]
pub struct Optimizer {
    method: Method,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    /// Steps taken.
    pub steps: u32,
    /// What is remembered, by the name of the parameter.
    pub moments: BTreeMap<String, Moments>,
}

impl Optimizer {
    /// The optimizer of a recipe before its first step.
    pub fn new(recipe: &Recipe) -> Self {
        Self {
            method: recipe.method,
            momentum: recipe.momentum,
            nesterov: recipe.nesterov,
            weight_decay: recipe.weight_decay,
            steps: 0,
            moments: BTreeMap::new(),
        }
    }

    /// Moves the parameters of `network` by one step of length `rate`.
    ///
    /// `gradients` are those that [`collect`](super::gradient::collect) found. A parameter without a gradient stays as
    /// it is, without weight decay.
    pub fn step<M: Module>(&mut self, network: M, gradients: Vec<Gradient>, rate: f64) -> M {
        self.steps += 1;
        network.map(&mut Step { optimizer: self, gradients: gradients.into_iter(), rate })
    }

    fn update(&mut self, weights: Tensor<1>, gradient: Gradient, rate: f64) -> Tensor<1> {
        let Some(mut slope) = gradient.value else { return weights };
        if self.weight_decay > 0.0 && self.method != Method::AdamW {
            slope = slope + weights.clone().mul_scalar(self.weight_decay);
        }
        let moments = self.moments.entry(gradient.name).or_default();
        match self.method {
            Method::Sgd => {
                let slope = if self.momentum > 0.0 {
                    let sum = accumulate(moments.first.take(), self.momentum, slope.clone());
                    moments.first = Some(sum.clone());
                    if self.nesterov { slope + sum.mul_scalar(self.momentum) } else { sum }
                } else {
                    slope
                };
                weights - slope.mul_scalar(rate)
            }
            Method::Adam | Method::AdamW => {
                let weights = if self.method == Method::AdamW && self.weight_decay > 0.0 {
                    weights.mul_scalar(1.0 - rate * self.weight_decay)
                } else {
                    weights
                };
                let first = accumulate(moments.first.take(), BETA_1, slope.clone().mul_scalar(1.0 - BETA_1));
                let second = accumulate(moments.second.take(), BETA_2, slope.square().mul_scalar(1.0 - BETA_2));
                moments.first = Some(first.clone());
                moments.second = Some(second.clone());
                let steps = f64::from(self.steps);
                let correction_1 = 1.0 - BETA_1.powf(steps);
                let correction_2 = 1.0 - BETA_2.powf(steps);
                let root = second.sqrt().div_scalar(correction_2.sqrt()).add_scalar(EPSILON);
                weights - first.div(root).mul_scalar(rate / correction_1)
            }
            Method::RmsProp => {
                let second = accumulate(moments.second.take(), ALPHA, slope.clone().square().mul_scalar(1.0 - ALPHA));
                moments.second = Some(second.clone());
                let mut slope = slope.div(second.sqrt().add_scalar(EPSILON));
                if self.momentum > 0.0 {
                    slope = accumulate(moments.first.take(), self.momentum, slope);
                    moments.first = Some(slope.clone());
                }
                weights - slope.mul_scalar(rate)
            }
        }
    }
}

/// `past · decay + news`, where a past that is not there is zero.
fn accumulate(past: Option<Tensor<1>>, decay: f64, news: Tensor<1>) -> Tensor<1> {
    match past {
        Some(past) => past.mul_scalar(decay) + news,
        None => news,
    }
}

struct Step<'a> {
    optimizer: &'a mut Optimizer,
    gradients: std::vec::IntoIter<Gradient>,
    rate: f64,
}

impl ModuleMapper for Step<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        // The running statistics of batch normalization are visited too, but they are not learned.
        if !param.is_require_grad() {
            return param;
        }
        let Some(gradient) = self.gradients.next() else { return param };
        param.map(|weights| {
            let shape = weights.shape();
            let moved = self.optimizer.update(weights.inner().reshape([-1]), gradient, self.rate);
            Tensor::from_inner(moved.reshape(shape)).require_grad()
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use kiln_search::candidate::{Candidate, Value};

    use super::*;
    use crate::train::fixtures::{close_all, fixture, floats};

    #[derive(Module, Debug)]
    struct Pair {
        matrix: Param<Tensor<2>>,
        vector: Param<Tensor<1>>,
    }

    impl Pair {
        fn new(matrix: &[f32], vector: &[f32]) -> Self {
            let device = Device::flex().autodiff();
            let matrix = Tensor::from_data(TensorData::new(matrix.to_vec(), [2, 3]), &device);
            Self {
                matrix: Param::from_tensor(matrix),
                vector: Param::from_tensor(Tensor::from_floats(vector, &device)),
            }
        }
    }

    fn recipe(case: &serde_json::Value) -> Recipe {
        let values = case["candidate"].as_object().expect("an object").iter().map(|(name, value)| {
            let value = match value {
                serde_json::Value::Bool(value) => Value::Bool(*value),
                serde_json::Value::String(value) => Value::Text(value.clone()),
                number => Value::Float(number.as_f64().expect("a number")),
            };
            (name.clone(), value)
        });
        Recipe::read(&values.collect::<Candidate>(), 1).expect("valid")
    }

    #[test]
    fn the_first_five_steps_agree_with_pytorch() {
        let fixture = fixture();
        let cases = fixture["optimizers"].as_array().expect("a list");
        assert_eq!(cases.len(), 12);
        let start: Vec<Vec<f32>> = fixture["start"].as_array().expect("a list").iter().map(floats).collect();
        for case in cases {
            let recipe = recipe(case);
            let mut optimizer = Optimizer::new(&recipe);
            let mut pair = Pair::new(&start[0], &start[1]);
            let steps = fixture["gradients"].as_array().expect("a list").iter();
            for (slopes, expected) in steps.zip(case["steps"].as_array().expect("a list")) {
                let gradients = ["matrix", "vector"].iter().zip(slopes.as_array().expect("a list"));
                let gradients = gradients.map(|(name, values)| Gradient {
                    name: (*name).to_owned(),
                    value: Some(Tensor::from_floats(floats(values).as_slice(), &Device::flex())),
                });
                pair = optimizer.step(pair, gradients.collect(), recipe.learning_rate);
                let what = format!("step {} of {}", optimizer.steps, case["candidate"]);
                let matrix = pair.matrix.val().try_into_vec_as::<f32>().expect("readable");
                let vector = pair.vector.val().try_into_vec_as::<f32>().expect("readable");
                close_all(&matrix, &floats(&expected[0]), &what);
                close_all(&vector, &floats(&expected[1]), &what);
            }
        }
    }

    #[test]
    fn a_parameter_without_gradient_stays() {
        let recipe = Recipe { weight_decay: 0.5, ..Recipe::read(&Candidate::default(), 1).expect("valid") };
        let pair = Pair::new(&[1.0; 6], &[1.0; 3]);
        let gradients = ["matrix", "vector"].map(|name| Gradient { name: name.to_owned(), value: None });
        let pair = Optimizer::new(&recipe).step(pair, gradients.into(), 0.1);
        assert_eq!(pair.vector.val().try_into_vec_as::<f32>().expect("readable"), [1.0; 3]);
        assert!(pair.matrix.is_require_grad());
    }
}
