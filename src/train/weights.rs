//! The weights of a network as a list.

use burn::Tensor;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};

/// The trainable parameters of `network` in its order: where each is, and its values, flattened, without autodiff.
pub fn of<M: Module>(network: &M) -> Vec<(String, Tensor<1>)> {
    let mut visitor = Visitor { path: Vec::new(), found: Vec::new() };
    network.visit(&mut visitor);
    visitor.found
}

/// `network` with other values of its trainable parameters, flattened, in its order.
pub fn replace<M: Module>(network: M, values: Vec<Tensor<1>>) -> M {
    network.map(&mut Mapper { values: values.into_iter() })
}

/// Flat `values` as a parameter tensor in place of `old`, with the same shape and the same way of keeping activations.
pub fn leaf<const D: usize>(values: Tensor<1>, old: &Tensor<D>) -> Tensor<D> {
    let new = Tensor::from_inner(values.reshape(old.shape()));
    match old.gradient_checkpointing_strategy() {
        Some(strategy) => new.with_gradient_checkpointing_strategy(strategy).require_grad(),
        None => new.require_grad(),
    }
}

struct Visitor {
    path: Vec<String>,
    found: Vec<(String, Tensor<1>)>,
}

impl ModuleVisitor for Visitor {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.is_require_grad() {
            self.found.push((self.path.join("."), param.val().inner().reshape([-1])));
        }
    }
}

struct Mapper {
    values: std::vec::IntoIter<Tensor<1>>,
}

impl ModuleMapper for Mapper {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match param.is_require_grad().then(|| self.values.next()).flatten() {
            Some(values) => param.map(|old| leaf(values, &old)),
            None => param,
        }
    }
}
