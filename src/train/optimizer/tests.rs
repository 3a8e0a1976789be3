use burn::tensor::{Device, TensorData};
use kiln_search::candidate::{Candidate, Value};

use super::*;
use crate::train::fixtures::{close_all, fixture, floats};

#[derive(Module, Debug)]
struct Pair {
    matrix: Param<Tensor<2>>,
    vector: Param<Tensor<1>>,
}

impl Pair {
    fn new(matrix: &[f32], vector: &[f32]) -> Self {
        let device = Device::flex().autodiff();
        let matrix = Tensor::from_data(TensorData::new(matrix.to_vec(), [2, 3]), &device);
        Self { matrix: Param::from_tensor(matrix), vector: Param::from_tensor(Tensor::from_floats(vector, &device)) }
    }

    fn agrees(&self, expected: &serde_json::Value, what: &str) {
        let matrix = self.matrix.val().try_into_vec_as::<f32>().expect("readable");
        let vector = self.vector.val().try_into_vec_as::<f32>().expect("readable");
        close_all(&matrix, &floats(&expected[0]), &format!("matrix: {what}"));
        close_all(&vector, &floats(&expected[1]), &format!("vector: {what}"));
    }
}

/// The gradients of a step of the fixture.
fn gradients(slopes: &serde_json::Value) -> Vec<Gradient> {
    let named = ["matrix", "vector"].iter().zip(slopes.as_array().expect("a list"));
    let gradient = |(name, values): (&&str, _)| Gradient {
        name: (*name).to_owned(),
        value: Some(Tensor::from_floats(floats(values).as_slice(), &Device::flex())),
    };
    named.map(gradient).collect()
}

fn recipe(case: &serde_json::Value) -> Recipe {
    let values = case["candidate"].as_object().expect("an object").iter().map(|(name, value)| {
        let value = match value {
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::String(value) => Value::Text(value.clone()),
            number => Value::Float(number.as_f64().expect("a number")),
        };
        (name.clone(), value)
    });
    Recipe::read(&values.collect::<Candidate>(), 1).expect("valid")
}

#[test]
fn the_first_five_steps_agree_with_pytorch() {
    let fixture = fixture();
    let cases = fixture["optimizers"].as_array().expect("a list");
    assert_eq!(cases.len(), 26);
    let start: Vec<Vec<f32>> = fixture["start"].as_array().expect("a list").iter().map(floats).collect();
    for case in cases {
        let recipe = recipe(case);
        let mut optimizer = Optimizer::new(&recipe);
        let mut pair = Pair::new(&start[0], &start[1]);
        let steps = fixture["gradients"].as_array().expect("a list").iter();
        for (slopes, expected) in steps.zip(case["steps"].as_array().expect("a list")) {
            pair = optimizer.step(pair, gradients(slopes), recipe.learning_rate);
            let what = format!("step {} of {}", optimizer.steps, case["candidate"]);
            pair.agrees(expected, &what);
        }
    }
}

#[test]
fn a_parameter_without_gradient_stays() {
    let recipe = Recipe { weight_decay: 0.5, ..Recipe::read(&Candidate::default(), 1).expect("valid") };
    let pair = Pair::new(&[1.0; 6], &[1.0; 3]);
    let gradients = ["matrix", "vector"].map(|name| Gradient { name: name.to_owned(), value: None });
    let pair = Optimizer::new(&recipe).step(pair, gradients.into(), 0.1);
    assert_eq!(pair.vector.val().try_into_vec_as::<f32>().expect("readable"), [1.0; 3]);
    assert!(pair.matrix.is_require_grad());
}

#[test]
fn a_kernel_is_a_matrix_for_muon_and_a_stack_of_matrices_for_adafactor() {
    let numbers: Vec<f32> = (0..36_u16).map(|number| (f32::from(number) * 0.7).sin()).collect();
    let tensor = || Tensor::<1>::from_floats(numbers.as_slice(), &Device::flex());
    for (method, [one, other]) in [
        (Method::Muon, [[2, 2, 3, 3].as_slice(), &[2, 18]]),
        (Method::Adafactor, [[2, 2, 3, 3].as_slice(), &[4, 3, 3]]),
    ] {
        let recipe = Recipe { method, ..Recipe::read(&Candidate::default(), 1).expect("valid") };
        let moved = [one, other].map(|shape| {
            let gradient = Gradient { name: String::new(), value: Some(tensor().mul_scalar(0.1).add_scalar(0.01)) };
            let mut optimizer = Optimizer { steps: 1, ..Optimizer::new(&recipe) };
            optimizer.update(tensor(), shape, gradient, 0.1).try_into_vec_as::<f32>().expect("readable")
        });
        assert_eq!(moved[0], moved[1]);
        assert!(moved[0] != numbers && moved[0].iter().all(|weight| weight.is_finite()));
    }
}

#[test]
fn the_average_of_the_weights_is_that_of_pytorch() {
    let fixture = fixture();
    let start: Vec<Vec<f32>> = fixture["start"].as_array().expect("a list").iter().map(floats).collect();
    for case in fixture["averages"].as_array().expect("a list") {
        let recipe = Recipe { method: Method::Sgd, ema: case["decay"].as_f64(), ..recipe(&fixture["optimizers"][0]) };
        let mut optimizer = Optimizer::new(&recipe);
        let mut pair = Pair::new(&start[0], &start[1]);
        let steps = fixture["gradients"].as_array().expect("a list").iter();
        for (slopes, expected) in steps.zip(case["steps"].as_array().expect("a list")) {
            pair = optimizer.step(pair, gradients(slopes), 0.1);
            optimizer.predictor(&pair).agrees(expected, "the average");
        }
    }
}
