//! The rules by which the weights follow the gradient, with `PyTorch`'s semantics and defaults where it has the method.
//!
//! Burn's `ModuleOptimizer` is not used for two reasons. It restores its state on burn's default device, which panics
//! on a machine without a GPU as soon as the `wgpu` feature is compiled in; and it names its state by identifiers that
//! are drawn at random in each process. Here the state is named by where a parameter is in the network.
//!
//! Of burn's methods, L-BFGS is not here: its line search asks for the loss of the same images at several points before
//! it takes a step, and it estimates curvature from differences of gradients, which between batches are mostly noise.

mod adafactor;
mod adagrad;
mod adam;
mod adan;
mod lamb;
mod lion;
mod muon;
mod rmsprop;
mod sgd;

use std::collections::BTreeMap;

use burn::Tensor;
use burn::module::{Module, ModuleMapper, Param};

use super::average::Average;
use super::gradient::Gradient;
use super::recipe::{Method, Recipe};
use super::weights::leaf;

/// What an optimizer remembers of one parameter tensor, flattened; absent before the first step and where the method
/// has no use for it. What each is, the method says.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    /// Running sum or mean of gradients.
    pub first: Option<Tensor<1>>,
    /// Running sum or mean of squared gradients, or of their rows.
    pub second: Option<Tensor<1>>,
    /// A third memory, of methods that have one.
    pub third: Option<Tensor<1>>,
    /// A fourth.
    pub fourth: Option<Tensor<1>>,
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
    /// The moving average of the weights, if there is to be one.
    pub average: Option<Average>,
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
            average: recipe.ema.map(Average::new),
        }
    }

    /// Moves the parameters of `network` by one step of length `rate`.
    ///
    /// `gradients` are those that [`collect`](super::gradient::collect) found. A parameter without a gradient stays as
    /// it is, without weight decay.
    pub fn step<M: Module>(&mut self, network: M, gradients: Vec<Gradient>, rate: f64) -> M {
        self.steps += 1;
        let network = network.map(&mut Mapper { optimizer: self, gradients: gradients.into_iter(), rate });
        if let Some(average) = &mut self.average {
            average.follow(&network);
        }
        network
    }

    /// The network that predicts, without autodiff: the one with averaged weights if they are averaged.
    ///
    /// That it goes through `valid()` also settles running statistics, of which burn otherwise holds the last update back.
    pub fn predictor<M: Module>(&self, network: &M) -> M {
        match &self.average {
            Some(average) => average.of(network.clone()).valid(),
            None => network.valid(),
        }
    }

    fn update(&mut self, weights: Tensor<1>, shape: &[usize], gradient: Gradient, rate: f64) -> Tensor<1> {
        let Some(slope) = gradient.value else { return weights };
        let moments = self.moments.entry(gradient.name).or_default();
        let step = Step { weights, slope, shape, rate, decay: self.weight_decay, number: f64::from(self.steps) };
        match self.method {
            Method::Sgd => sgd::step(step.pulled(), moments, self.momentum, self.nesterov),
            Method::Adam => adam::step(step.pulled(), moments),
            Method::AmsGrad => adam::step_with_greatest(step.pulled(), moments),
            Method::RmsProp => rmsprop::step(step.pulled(), moments, self.momentum),
            Method::AdaGrad => adagrad::step(step.pulled(), moments),
            Method::Adafactor => adafactor::step(step, moments),
            Method::Adan => adan::step(step, moments),
            Method::Lamb => lamb::step(step, moments),
            Method::Lion => lion::step(step.shrunk(), moments),
            Method::Muon if shape.len() > 1 => muon::step(step.shrunk(), moments),
            Method::AdamW | Method::Muon => adam::step(step.shrunk(), moments),
        }
    }
}

/// What a method is given of one parameter tensor at one step.
struct Step<'a> {
    /// Flattened.
    weights: Tensor<1>,
    /// The gradient, flattened.
    slope: Tensor<1>,
    /// Of the tensor.
    shape: &'a [usize],
    /// Learning rate.
    rate: f64,
    /// Pull towards zero.
    decay: f64,
    /// Number of the step, from 1.
    number: f64,
}

impl Step<'_> {
    /// Weight decay as part of the gradient.
    fn pulled(mut self) -> Self {
        if self.decay > 0.0 {
            self.slope = self.slope + self.weights.clone().mul_scalar(self.decay);
        }
        self
    }

    /// Weight decay apart from the gradient (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
    fn shrunk(mut self) -> Self {
        if self.decay > 0.0 {
            self.weights = self.weights.mul_scalar(1.0 - self.rate * self.decay);
        }
        self
    }
}

/// Replaces `past` by `past · decay + news` and gives it; a past that is not there is zero.
fn accumulate(past: &mut Option<Tensor<1>>, decay: f64, news: Tensor<1>) -> Tensor<1> {
    let sum = match past.take() {
        Some(past) => past.mul_scalar(decay) + news,
        None => news,
    };
    past.insert(sum).clone()
}

/// Replaces a running mean by `past · decay + news · (1 − decay)` and gives it.
fn average(past: &mut Option<Tensor<1>>, decay: f64, news: Tensor<1>) -> Tensor<1> {
    accumulate(past, decay, news.mul_scalar(1.0 - decay))
}

struct Mapper<'a> {
    optimizer: &'a mut Optimizer,
    gradients: std::vec::IntoIter<Gradient>,
    rate: f64,
}

impl ModuleMapper for Mapper<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        // The running statistics of batch normalization are visited too, but they are not learned.
        if !param.is_require_grad() {
            return param;
        }
        let Some(gradient) = self.gradients.next() else { return param };
        param.map(|weights| {
            let flat = weights.clone().inner().reshape([-1]);
            let moved = self.optimizer.update(flat, &weights.dims(), gradient, self.rate);
            leaf(moved, &weights)
        })
    }
}

#[cfg(test)]
mod tests;
