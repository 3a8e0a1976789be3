//! Reading the fixtures, putting their numbers into modules, and counting what modules hold.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde::Deserialize;

use crate::network::architecture::Initialization;
use crate::network::initialization::Weights;
use crate::network::plan::{Kind, Planned};
use crate::network::precision::{Coding, QuantizationScope};
use crate::network::{Layer, Plan};

/// Below this magnitude a whole tensor is rounding error: a bias before a batch normalization has a zero gradient.
const NOISE: f32 = 5e-2;

/// A tensor of a fixture.
#[derive(Debug, Clone, Deserialize)]
pub struct Numbers {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Numbers {
    pub fn tensor<const D: usize>(&self, device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values.clone(), self.shape.clone()), device)
    }

    /// Fails unless `tensor` has this shape and agrees to 1e-5 of the greatest magnitude in it.
    pub fn check<const D: usize>(&self, what: &str, tensor: Tensor<D>) {
        assert_eq!(tensor.dims().as_slice(), self.shape, "{what}: shape");
        self.check_values(what, &values(tensor));
    }

    /// The same for a tensor whose shape is known to agree.
    pub fn check_values(&self, what: &str, values: &[f32]) {
        assert_eq!(values.len(), self.values.len(), "{what}: elements");
        let scale = self.values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        for (index, (ours, theirs)) in values.iter().zip(&self.values).enumerate() {
            let close = (ours - theirs).abs() <= 1e-5 * scale.max(NOISE);
            assert!(close, "{what}: element {index} is {ours}, PyTorch has {theirs} (greatest {scale})");
        }
    }
}

/// The numbers of a tensor, row by row.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec::<f32>().expect("tensors are f32")
}

/// The module with its tensors replaced, in the order in which a module is visited.
pub fn load<M: Module>(module: M, numbers: &[Numbers]) -> M {
    let mut loader = Loader { numbers: numbers.iter() };
    let module = module.map(&mut loader);
    assert!(loader.numbers.next().is_none(), "the fixture has more tensors than the module");
    module
}

struct Loader<'a> {
    numbers: std::slice::Iter<'a, Numbers>,
}

impl ModuleMapper for Loader<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let numbers = self.numbers.next().expect("the fixture has a tensor for each of the module");
        assert_eq!(param.val().dims().as_slice(), numbers.shape, "shape of a parameter");
        param.map(|old| numbers.tensor(&old.device()).set_require_grad(old.is_require_grad()))
    }
}

/// All tensors of a module, in the order in which it is visited, with their gradients where there are any.
pub fn tensors<M: Module>(module: &M, gradients: Option<&Gradients>) -> Vec<Seen> {
    let mut collector = Collector { gradients, seen: Vec::new() };
    module.visit(&mut collector);
    collector.seen
}

/// One tensor of a module.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub trained: bool,
    pub rank: usize,
    pub values: Vec<f32>,
    pub gradient: Option<Vec<f32>>,
}

struct Collector<'a> {
    gradients: Option<&'a Gradients>,
    seen: Vec<Seen>,
}

impl ModuleVisitor for Collector<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let gradient = self.gradients.and_then(|gradients| tensor.grad(gradients)).map(values);
        self.seen.push(Seen { trained: tensor.is_require_grad(), rank: D, values: values(tensor), gradient });
    }
}

/// Bytes of a network as it is stored, counted by its tensors.
pub fn stored(plan: &Plan) -> u64 {
    plan.layers().iter().flat_map(leaves).map(bytes).sum::<usize>() as u64
}

/// The layers that hold no others.
fn leaves(planned: &Planned) -> Vec<&Planned> {
    match &planned.kind {
        Kind::Residual { body, shortcut } => body.iter().chain(shortcut).flat_map(leaves).collect(),
        _ => vec![planned],
    }
}

/// Bytes of a layer as it is built: each tensor whole, but the first of a convolution or dense layer as it is coded.
fn bytes(planned: &Planned) -> usize {
    let (device, mut rng) = (Device::flex(), Pcg64::seed_from_u64(4));
    let layer = Layer::build(planned, &mut Weights::new(Initialization::HeUniform, &device, &mut rng));
    let tensors = tensors(&layer, None);
    let whole: usize = tensors.iter().map(|tensor| 4 * tensor.values.len()).sum();
    let first = tensors.first().map_or(0, |tensor| tensor.values.len());
    let coded = match planned.coding {
        Coding::Full => return whole,
        Coding::Quantized { bits, scope: QuantizationScope::PerTensor } => (first * bits as usize).div_ceil(8) + 4,
        Coding::Quantized { bits, .. } => (first * bits as usize).div_ceil(8) + 4 * planned.output.channels,
        Coding::Shared { clusters } => {
            let values = clusters.min(first);
            let bits = (0..=8).find(|bits| 1 << bits >= values).expect("8 bits suffice");
            (first * bits).div_ceil(8) + 4 * values
        }
    };
    whole - 4 * first + coded
}
