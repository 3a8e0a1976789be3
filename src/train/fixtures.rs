//! What PyTorch computes, for comparison; `fixtures/generate.py` writes it.

use serde_json::Value;

/// Greatest relative difference from PyTorch.
const TOLERANCE: f64 = 1e-5;

/// The whole file.
pub fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/pytorch.json")).expect("the fixture is JSON")
}

/// A list of numbers as 32-bit floats.
pub fn floats(values: &Value) -> Vec<f32> {
    values.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number") as f32).collect()
}

/// Asserts that two numbers agree to the tolerance.
pub fn close(ours: f64, theirs: f64, what: &str) {
    let bound = TOLERANCE * theirs.abs().max(1e-3);
    assert!((ours - theirs).abs() <= bound, "{what}: {ours} is not {theirs}");
}

/// Asserts that two lists agree number by number.
pub fn close_all(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        close(f64::from(*ours), f64::from(*theirs), what);
    }
}
