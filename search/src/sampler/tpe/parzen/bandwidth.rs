//! How wide the kernels are.

/// No kernel is narrower than the unit interval over this, or over one more than the number of points.
const FINEST: f64 = 100.0;

/// The deviation of the kernel around each of `numbers` on the unit interval: the distance to the farther of its two
/// neighbours, to the only one at the ends, and of a single number to the farther end of the interval. Where a number
/// is NaN, so is its deviation.
pub(super) fn deviations(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> =
        numbers.iter().copied().zip(0..).filter(|(number, _)| !number.is_nan()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let least = 1.0 / FINEST.min(1.0 + numbers.len() as f64);
    let mut found = vec![f64::NAN; numbers.len()];
    for (place, (number, index)) in order.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| number - order[place].0);
        let after = order.get(place + 1).map(|(next, _)| next - number);
        let apart = before.into_iter().chain(after).reduce(f64::max).unwrap_or(number.max(1.0 - number));
        found[*index] = apart.clamp(least, 1.0);
    }
    found
}
