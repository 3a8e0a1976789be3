//! max(x, 0).

use crate::each;

/// Replaces each value; NaN stays, so that a training that diverges is seen to.
pub fn relu(values: &mut [f32]) {
    each::change(values, rectify);
}

/// Turns the gradient of `result` into that of what it was made of, which is 0 where the result is.
pub fn gradient(gradient: &mut [f32], result: &[f32]) {
    each::beside(gradient, result, 1, mask);
}

/// The same as [`relu`], on one thread.
pub fn rectify(values: &mut [f32]) {
    for value in values {
        *value = if *value < 0.0 { 0.0 } else { *value };
    }
}

/// The same as [`gradient`], on one thread.
pub fn mask(gradient: &mut [f32], result: &[f32]) {
    for (gradient, result) in gradient.iter_mut().zip(result) {
        *gradient = if *result > 0.0 { *gradient } else { 0.0 };
    }
}
