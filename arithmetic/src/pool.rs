//! Pooling over 2×2 places, where a last odd row or column is left out, and the mean of each channel.

use crate::{Dims, each};

/// The shape of a map that is pooled.
pub fn pooled([batch, channels, height, width]: Dims) -> Dims {
    [batch, channels, height / 2, width / 2]
}

/// The greatest of each 2×2 places, and NaN where one of them is.
pub fn greatest(values: &[f32], map: Dims) -> Vec<f32> {
    pool(values, map, |result, [a, b, c, d]| {
        for (channel, result) in result.iter_mut().enumerate() {
            *result = greater(greater(a[channel], b[channel]), greater(c[channel], d[channel]));
        }
    })
}

/// The gradient of the map whose `values` were pooled: it goes to the first of the greatest.
pub fn greatest_gradient(values: &[f32], map: Dims, gradient: &[f32]) -> Vec<f32> {
    let [_, channels, _, width] = map;
    unpool(gradient, map, |gradient, start, to| {
        let starts = [start, start + channels, start + width * channels, start + (width + 1) * channels];
        for (channel, gradient) in gradient.iter().enumerate() {
            let places = starts.map(|start| values[start + channel]);
            let most = greater(greater(places[0], places[1]), greater(places[2], places[3]));
            let first = places.iter().position(|place| *place >= most).unwrap_or(0);
            to[first][channel] = *gradient;
        }
    })
}

fn greater(one: f32, other: f32) -> f32 {
    if one >= other || one.is_nan() { one } else { other }
}

/// The mean of each 2×2 places.
pub fn average(values: &[f32], map: Dims) -> Vec<f32> {
    pool(values, map, |result, [a, b, c, d]| {
        for (channel, result) in result.iter_mut().enumerate() {
            *result = (a[channel] + b[channel] + c[channel] + d[channel]) / 4.0;
        }
    })
}

/// The gradient of the map whose places were averaged.
pub fn average_gradient(map: Dims, gradient: &[f32]) -> Vec<f32> {
    unpool(gradient, map, |gradient, _, to| {
        for to in to {
            to.iter_mut().zip(gradient).for_each(|(to, gradient)| *to = gradient / 4.0);
        }
    })
}

/// The mean of each channel.
pub fn global_average(values: &[f32], [batch, channels, height, width]: Dims) -> Vec<f32> {
    let size = height * width * channels;
    each::reduced(batch * channels, channels, height * width, |sample, means| {
        for place in values[sample * size..][..size].chunks_exact(channels) {
            means.iter_mut().zip(place).for_each(|(mean, value)| *mean += value);
        }
        for mean in means {
            *mean /= (height * width) as f32;
        }
    })
}

/// The gradient of the map whose channels were averaged.
pub fn global_average_gradient([batch, channels, height, width]: Dims, gradient: &[f32]) -> Vec<f32> {
    let size = height * width * channels;
    each::made(batch * size, size, |sample, map| {
        let gradient = &gradient[sample * channels..][..channels];
        let each: Vec<f32> = gradient.iter().map(|sum| sum / (height * width) as f32).collect();
        map.chunks_exact_mut(channels).for_each(|place| place.copy_from_slice(&each));
    })
}

/// Calls `work` with the channels of each result and of its four places, row by row.
fn pool(values: &[f32], map: Dims, work: impl Fn(&mut [f32], [&[f32]; 4]) + Sync) -> Vec<f32> {
    let [batch, channels, height, width] = map;
    let row = width * channels;
    let pooled = width / 2 * channels;
    each::made(batch * (height / 2) * pooled, pooled, |index, result| {
        let top = (index / (height / 2) * height + index % (height / 2) * 2) * row;
        let (upper, lower) = (&values[top..top + row], &values[top + row..top + 2 * row]);
        let pairs = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        for (result, (upper, lower)) in result.chunks_exact_mut(channels).zip(pairs) {
            let ((a, b), (c, d)) = (upper.split_at(channels), lower.split_at(channels));
            work(result, [a, b, c, d]);
        }
    })
}

/// Calls `work` with the channels of each gradient, with where its four places begin, and with theirs.
fn unpool(gradient: &[f32], map: Dims, work: impl Fn(&[f32], usize, [&mut [f32]; 4]) + Sync) -> Vec<f32> {
    let [batch, channels, height, width] = map;
    let (row, pooled) = (width * channels, width / 2 * channels);
    each::made(batch * height * row, height * row, |index, map| {
        let gradient = &gradient[index * (height / 2) * pooled..][..height / 2 * pooled];
        for ((y, rows), gradient) in map.chunks_exact_mut(2 * row).enumerate().zip(gradient.chunks_exact(pooled)) {
            let (upper, lower) = rows.split_at_mut(row);
            let pairs = upper.chunks_exact_mut(2 * channels).zip(lower.chunks_exact_mut(2 * channels));
            for ((x, gradient), (upper, lower)) in gradient.chunks_exact(channels).enumerate().zip(pairs) {
                let ((a, b), (c, d)) = (upper.split_at_mut(channels), lower.split_at_mut(channels));
                work(gradient, (index * height + 2 * y) * row + 2 * x * channels, [a, b, c, d]);
            }
        }
    })
}
