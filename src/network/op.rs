//! Operations of our own, where those of burn's CPU backend are slow.
//!
//! On that backend they take tensors as slices, on which `kiln-arithmetic` works; on every other device the layers
//! compose the same of burn's operations. Maps
//! `[batch, channels, height, width]` lie in memory with their channels last: burn sees strides, and what is not ours
//! copies where it must.

use std::fmt::Debug;

use burn::backend::{Autodiff, AutodiffBackend, Flex};
use burn::tensor::{DType, Tensor};
use burn_autodiff::checkpoint::base::Checkpointer;
use burn_autodiff::checkpoint::strategy::NoCheckpointing;
use burn_autodiff::grads::Gradients;
use burn_autodiff::ops::{Backward, Ops, OpsKind};
use burn_flex::FlexTensor;

pub mod batch_norm;
pub mod convolution;
mod map;
pub mod pool;
pub mod range;
pub mod relu;

type Tracked = <Autodiff<Flex> as burn::backend::BackendTypes>::FloatTensorPrimitive;

/// An operation on burn's CPU backend with its derivative.
pub trait Operation<const N: usize>: Clone + Debug + Send + 'static {
    /// What the derivative needs of the operation.
    type Saved: Clone + Debug + Send + 'static;

    /// The result, and what the derivative will need.
    fn forward(&self, inputs: [FlexTensor; N]) -> (FlexTensor, Self::Saved);

    /// The gradients of those inputs that are wanted, of the gradient of the result.
    fn backward(&self, saved: Self::Saved, gradient: FlexTensor, wanted: [bool; N]) -> [Option<FlexTensor>; N];
}

/// Whether a tensor is one of 32-bit floats on burn's CPU backend, for which the operations here are made.
pub fn on_cpu<const D: usize>(tensor: &Tensor<D>) -> bool {
    Operand::find(tensor.clone()).is_some()
}

/// Does `work`, on the CPU on one of rayon's threads: from another one, each operation would wake them anew.
pub fn among_threads<R: Send>(on_cpu: bool, work: impl FnOnce() -> R + Send) -> R {
    if on_cpu { rayon::scope(|_| work()) } else { work() }
}

/// A tensor of burn's CPU backend.
#[derive(Debug)]
pub enum Operand {
    /// Without autodiff.
    Plain(FlexTensor),
    /// With autodiff.
    Tracked(Tracked),
}

impl Operand {
    /// The tensor, which is on the CPU: see [`on_cpu`].
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        Self::find(tensor).expect("operands are on the CPU")
    }

    fn find<const D: usize>(tensor: Tensor<D>) -> Option<Self> {
        if tensor.dtype() != DType::F32 {
            None
        } else if tensor.device().is_autodiff() {
            tensor.try_into_primitive::<Autodiff<Flex>>().ok().map(Self::Tracked)
        } else {
            tensor.try_into_primitive::<Flex>().ok().map(Self::Plain)
        }
    }

    /// The tensor itself.
    fn tensor(&self) -> &FlexTensor {
        match self {
            Self::Plain(tensor) => tensor,
            Self::Tracked(tensor) => tensor.primitive(),
        }
    }

    /// A tensor beside it, through which no derivative goes.
    fn constant<const D: usize>(&self, tensor: FlexTensor) -> Tensor<D> {
        match self {
            Self::Plain(_) => Tensor::from_primitive::<Flex>(tensor),
            Self::Tracked(_) => Tensor::from_primitive::<Autodiff<Flex>>(Autodiff::<Flex>::from_inner(tensor)),
        }
    }

    fn tracked(self) -> Tracked {
        match self {
            Self::Plain(tensor) => Autodiff::<Flex>::from_inner(tensor),
            Self::Tracked(tensor) => tensor,
        }
    }
}

/// The result of an operation, which autodiff knows of where it knows of any operand.
pub fn apply<const N: usize, const D: usize, O: Operation<N>>(operation: O, operands: [Operand; N]) -> Tensor<D> {
    if operands.iter().all(|operand| matches!(operand, Operand::Plain(_))) {
        let inputs = operands.map(|operand| match operand {
            Operand::Plain(tensor) => tensor,
            Operand::Tracked(tensor) => tensor.into_primitive(),
        });
        return Tensor::from_primitive::<Flex>(operation.forward(inputs).0);
    }
    let parts = operands.map(|operand| operand.tracked().into_parts());
    let mut nodes = Vec::with_capacity(N);
    let inputs = parts.map(|(tensor, node)| {
        nodes.push(node);
        tensor
    });
    let (output, saved) = operation.forward(inputs);
    let Ok(nodes) = <[_; N]>::try_from(nodes) else { unreachable!("a node for each input") };
    let output = match Recorded(operation).prepare::<NoCheckpointing>(nodes).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(saved, output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    };
    Tensor::from_primitive::<Autodiff<Flex>>(output)
}

/// An operation as a step of burn's autodiff.
#[derive(Debug)]
struct Recorded<O>(O);

impl<const N: usize, O: Operation<N>> Backward<Flex, N> for Recorded<O> {
    type State = O::Saved;

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = gradients.consume::<Flex>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let found = self.0.backward(ops.state, gradient, wanted);
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

#[cfg(test)]
mod tests;
