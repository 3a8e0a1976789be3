//! Pooling over 2×2 places, and the mean of each channel.

use burn::tensor::Tensor;
use burn_flex::FlexTensor;

use super::{Operand, Operation, apply, each, map};

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

/// Calls `work` with the channels of each result and of its four places, row by row.
fn pool(map: &FlexTensor, work: impl Fn(&mut [f32], [&[f32]; 4]) + Sync) -> FlexTensor {
    let [batch, channels, height, width] = map::dims(map);
    let (values, row) = (map::values(map), width * channels);
    let mut result = vec![0.0; batch * (height / 2) * (width / 2) * channels];
    each::row(&mut result, width / 2 * channels, |index, result| {
        let top = (index / (height / 2) * height + index % (height / 2) * 2) * row;
        let (upper, lower) = (&values[top..top + row], &values[top + row..top + 2 * row]);
        let pairs = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        for (result, (upper, lower)) in result.chunks_exact_mut(channels).zip(pairs) {
            let ((a, b), (c, d)) = (upper.split_at(channels), lower.split_at(channels));
            work(result, [a, b, c, d]);
        }
    });
    map::tensor(result, [batch, channels, height / 2, width / 2])
}

/// Calls `work` with the channels of each gradient, with where its map's begin, and with those of its four places.
fn unpool(
    gradient: &FlexTensor,
    [batch, channels, height, width]: [usize; 4],
    work: impl Fn(&[f32], usize, [&mut [f32]; 4]) + Sync,
) -> FlexTensor {
    let (gradient, row) = (map::values(gradient), width * channels);
    let mut result = vec![0.0; batch * height * row];
    let pooled = width / 2 * channels;
    each::row(&mut result, height * row, |index, map| {
        let gradient = &gradient[index * (height / 2) * pooled..][..height / 2 * pooled];
        for ((y, rows), gradient) in map.chunks_exact_mut(2 * row).enumerate().zip(gradient.chunks_exact(pooled)) {
            let (upper, lower) = rows.split_at_mut(row);
            let pairs = upper.chunks_exact_mut(2 * channels).zip(lower.chunks_exact_mut(2 * channels));
            for ((x, gradient), (upper, lower)) in gradient.chunks_exact(channels).enumerate().zip(pairs) {
                let ((a, b), (c, d)) = (upper.split_at_mut(channels), lower.split_at_mut(channels));
                work(gradient, (index * height + 2 * y) * row + 2 * x * channels, [a, b, c, d]);
            }
        }
    });
    map::tensor(result, [batch, channels, height, width])
}

#[derive(Debug, Clone, Copy)]
struct Greatest;

impl Operation<1> for Greatest {
    /// The map before.
    type Saved = FlexTensor;

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let map = map::channels_last(map);
        let result = pool(&map, |result, [a, b, c, d]| {
            for (channel, result) in result.iter_mut().enumerate() {
                *result = greater(greater(a[channel], b[channel]), greater(c[channel], d[channel]));
            }
        });
        (result, map)
    }

    fn backward(&self, map: FlexTensor, gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let shape @ [_, channels, _, width] = map::dims(&map);
        let gradient = map::channels_last(gradient);
        let values = map::values(&map);
        let result = unpool(&gradient, shape, |gradient, start, to| {
            let starts = [start, start + channels, start + width * channels, start + (width + 1) * channels];
            for (channel, gradient) in gradient.iter().enumerate() {
                let places = starts.map(|start| values[start + channel]);
                let most = greater(greater(places[0], places[1]), greater(places[2], places[3]));
                let first = places.iter().position(|place| *place >= most).unwrap_or(0);
                to[first][channel] = *gradient;
            }
        });
        [Some(result)]
    }
}

/// The greater, and NaN where either is.
fn greater(one: f32, other: f32) -> f32 {
    if one >= other || one.is_nan() { one } else { other }
}

#[derive(Debug, Clone, Copy)]
struct Average;

impl Operation<1> for Average {
    /// The shape of the map before.
    type Saved = [usize; 4];

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, [usize; 4]) {
        let map = map::channels_last(map);
        let result = pool(&map, |result, [a, b, c, d]| {
            for (channel, result) in result.iter_mut().enumerate() {
                *result = (a[channel] + b[channel] + c[channel] + d[channel]) / 4.0;
            }
        });
        (result, map::dims(&map))
    }

    fn backward(&self, shape: [usize; 4], gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let gradient = map::channels_last(gradient);
        let result = unpool(&gradient, shape, |gradient, _, to| {
            for to in to {
                to.iter_mut().zip(gradient).for_each(|(to, gradient)| *to = gradient / 4.0);
            }
        });
        [Some(result)]
    }
}

#[derive(Debug, Clone, Copy)]
struct GlobalAverage;

impl Operation<1> for GlobalAverage {
    /// The shape of the map before.
    type Saved = [usize; 4];

    fn forward(&self, [map]: [FlexTensor; 1]) -> (FlexTensor, [usize; 4]) {
        let map = map::channels_last(map);
        let shape @ [batch, channels, height, width] = map::dims(&map);
        let values = map::values(&map);
        let mut means = vec![0.0; batch * channels];
        each::reduced(&mut means, channels, height * width, |index, means| {
            let map = &values[index * height * width * channels..][..height * width * channels];
            for place in map.chunks_exact(channels) {
                means.iter_mut().zip(place).for_each(|(mean, value)| *mean += value);
            }
            for mean in means {
                *mean /= (height * width) as f32;
            }
        });
        (map::tensor(means, [batch, channels, 1, 1]), shape)
    }

    fn backward(&self, shape: [usize; 4], gradient: FlexTensor, _wanted: [bool; 1]) -> [Option<FlexTensor>; 1] {
        let [batch, channels, height, width] = shape;
        let gradient = map::channels_last(gradient);
        let gradients = map::values(&gradient);
        let mut result = vec![0.0; batch * height * width * channels];
        each::row(&mut result, height * width * channels, |index, map| {
            let each: Vec<f32> =
                gradients[index * channels..][..channels].iter().map(|sum| sum / (height * width) as f32).collect();
            map.chunks_exact_mut(channels).for_each(|place| place.copy_from_slice(&each));
        });
        [Some(map::tensor(result, shape))]
    }
}
