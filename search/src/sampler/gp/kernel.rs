//! How alike two points are.

use crate::space::axes::Axis;

/// The square of how far `a` and `b` are apart on an axis; NaN is inactive.
///
/// It is the square of a distance in a Euclidean space, so that the kernel is positive definite: an inactive number is
/// the middle of the unit interval, one aside; an inactive name is one more name.
pub(super) fn square(axis: &Axis, a: f64, b: f64) -> f64 {
    match axis {
        Axis::Names { .. } => f64::from(u8::from(a.is_nan() != b.is_nan() || (!a.is_nan() && a.total_cmp(&b).is_ne()))),
        Axis::Continuum { .. } | Axis::Levels { .. } => match (a.is_nan(), b.is_nan()) {
            (true, true) => 0.0,
            (false, false) => (a - b) * (a - b),
            (true, false) => 1.0 + (b - 0.5) * (b - 0.5),
            (false, true) => 1.0 + (a - 0.5) * (a - 0.5),
        },
    }
}

/// The derivative of [`square`] by `a`, a number that is active.
pub(super) fn slope(a: f64, b: f64) -> f64 {
    2.0 * (a - if b.is_nan() { 0.5 } else { b })
}

/// Matérn 5/2 of the square of a scaled distance, and what a square must be weighted by in its derivative by the
/// logarithm of a length: minus twice the derivative by the square.
pub(super) fn matern(square: f64) -> (f64, f64) {
    let far = (5.0 * square).sqrt();
    let decay = (-far).exp();
    ((1.0 + far + far * far / 3.0) * decay, 5.0 / 3.0 * (1.0 + far) * decay)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_derivative_is_that_of_the_kernel() {
        // By the logarithm of the length: k(s e^(-2t)) at t = 0.
        let step: f64 = 1e-6;
        for square in [0.01, 0.5, 4.0] {
            let (up, down) = (matern(square * (-2.0 * step).exp()).0, matern(square * (2.0 * step).exp()).0);
            let (_, weight) = matern(square);
            assert!(((up - down) / (2.0 * step) - weight * square).abs() < 1e-6);
        }
    }

    #[test]
    fn what_is_inactive_is_apart_and_alike() {
        let number = Axis::Continuum { prior: None };
        let name = Axis::Names { weights: vec![0.5, 0.5] };
        for axis in [&number, &name] {
            assert!(square(axis, f64::NAN, f64::NAN) == 0.0 && square(axis, f64::NAN, 1.0) >= 1.0);
            assert!(square(axis, 0.0, f64::NAN) >= square(axis, 0.0, 1.0));
        }
    }
}
