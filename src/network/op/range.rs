//! Min-max normalization by the extremes of the maps themselves.

use burn::tensor::{Shape, Tensor};
use burn_flex::FlexTensor;
use kiln_arithmetic::{Range, Scope};

use super::{Operand, Operation, apply, map};
use crate::network::architecture::MinMaxScope;

/// (x − min x) / (max x − min x) over each scope, or 0 where all values of a scope are equal; beside it, minima and
/// maxima, without derivatives.
///
/// The derivative goes through minimum and maximum, each at the first place where it is attained.
pub fn min_max(map: Tensor<4>, scope: MinMaxScope) -> (Tensor<4>, Tensor<1>, Tensor<1>) {
    let scope = match scope {
        MinMaxScope::Batch => Scope::Batch,
        MinMaxScope::Sample => Scope::Sample,
        MinMaxScope::Channel => Scope::Channel,
    };
    let map = Operand::of(map);
    let last = map::channels_last(map.tensor().clone());
    let range = Range::of(map::values(&last), map::dims(&last), scope);
    let ends = [&range.low, &range.high].map(|ends| map.constant(map::plain(ends.clone(), Shape::new([ends.len()]))));
    let [low, high] = ends;
    (apply(MinMax(range), [map]), low, high)
}

#[derive(Debug, Clone)]
struct MinMax(Range);

impl Operation<1> for MinMax {
    /// The map before.
    type Saved = FlexTensor;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let map = map::channels_last(map);
        let shape = map::dims(&map);
        (map::tensor(self.0.normalize(map::values(&map), shape), shape), map)
    }

    fn backward(&self, map: FlexTensor, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let mut gradient = map::channels_last(gradient);
        self.0.gradient(map::values(&map), map::dims(&map), map::values_mut(&mut gradient));
        [Some(gradient)]
    }
}
