//! Pooling over 2×2 places, and the mean of each channel.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;
use kiln_arithmetic::{Dims, pool};

use super::{Operand, Operation, apply, map};

/// The greatest of each 2×2 places; a last odd row or column is left out.
///
/// The derivative goes to the first of the greatest.
pub fn greatest(map: Tensor<4>) -> Tensor<4> {
    apply(Greatest, [Operand::of(map)])
}

/// The mean of each 2×2 places; a last odd row or column is left out.
pub fn average(map: Tensor<4>) -> Tensor<4> {
    apply(Average, [Operand::of(map)])
}

/// The mean of each channel, as a map of one place.
pub fn global_average(map: Tensor<4>) -> Tensor<4> {
    apply(GlobalAverage, [Operand::of(map)])
}

#[derive(Debug, Clone, Copy)]
struct Greatest;

impl Operation<1> for Greatest {
    /// The map before.
    type Saved = FlexTensor;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let map = map::channels_last(map);
        let shape = map::dims(&map);
        (map::tensor(pool::greatest(map::values(&map), shape), pool::pooled(shape)), map)
    }

    fn backward(&self, map: FlexTensor, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let (shape, gradient) = (map::dims(&map), map::channels_last(gradient));
        [Some(map::tensor(pool::greatest_gradient(map::values(&map), shape, map::values(&gradient)), shape))]
    }
}

#[derive(Debug, Clone, Copy)]
struct Average;

impl Operation<1> for Average {
    /// The shape of the map before.
    type Saved = Dims;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, Dims) {
        let map = map::channels_last(map);
        let shape = map::dims(&map);
        (map::tensor(pool::average(map::values(&map), shape), pool::pooled(shape)), shape)
    }

    fn backward(&self, shape: Dims, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let gradient = map::channels_last(gradient);
        [Some(map::tensor(pool::average_gradient(shape, map::values(&gradient)), shape))]
    }
}

#[derive(Debug, Clone, Copy)]
struct GlobalAverage;

impl Operation<1> for GlobalAverage {
    /// The shape of the map before.
    type Saved = Dims;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, Dims) {
        let map = map::channels_last(map);
        let shape @ [batch, channels, _, _] = map::dims(&map);
        (map::tensor(pool::global_average(map::values(&map), shape), [batch, channels, 1, 1]), shape)
    }

    fn backward(&self, shape: Dims, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let gradient = map::channels_last(gradient);
        [Some(map::tensor(pool::global_average_gradient(shape, map::values(&gradient)), shape))]
    }
}
