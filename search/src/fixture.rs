//! What independent implementations say: the files of `fixtures/`, which `fixtures/generate.py` writes.

use serde_json::Value;

/// The rows of a fixture.
pub fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list of rows")
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// A list of lists of numbers.
pub fn lists(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("a list").iter().map(numbers).collect()
}
