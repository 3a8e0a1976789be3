//! max(x, 0), in place where nothing else needs x.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;

use super::{Operand, Operation, apply, map};

/// max(x, 0), with the derivative 0 at 0.
pub fn relu(map: Tensor<4>) -> Tensor<4> {
    apply(Relu, [Operand::of(map)])
}

#[derive(Debug, Clone, Copy)]
struct Relu;

impl Operation<1> for Relu {
    /// The result.
    type Saved = FlexTensor;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let mut map = map::channels_last(map);
        kiln_arithmetic::relu::relu(map::values_mut(&mut map));
        (map.clone(), map)
    }

    fn backward(&self, result: FlexTensor, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let mut gradient = map::channels_last(gradient);
        kiln_arithmetic::relu::gradient(map::values_mut(&mut gradient), map::values(&result));
        [Some(gradient)]
    }
}
