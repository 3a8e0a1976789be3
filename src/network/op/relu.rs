//! max(x, 0), in place where nothing else needs x.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;

use super::{Operand, Operation, apply, each, map};

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
        each::change(map::values_mut(&mut map), |values| values.iter_mut().for_each(|value| *value = value.max(0.0)));
        (map.clone(), map)
    }

    fn backward(&self, result: FlexTensor, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let mut gradient = map::channels_last(gradient);
        let values = map::values(&result);
        each::beside(map::values_mut(&mut gradient), values, 1, |gradient, values| {
            for (gradient, value) in gradient.iter_mut().zip(values) {
                *gradient = if *value > 0.0 { *gradient } else { 0.0 };
            }
        });
        [Some(gradient)]
    }
}
