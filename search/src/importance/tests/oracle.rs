//! What Optuna says of the same trials: `tests/oracles/importance.json`, which `importance.py` beside it writes.

use serde_json::Value as Json;

use super::*;
use crate::fixture;

/// What the random numbers of our forest and another way to cut names may make of a share; four deviations of the other
/// forest, as the fixture has them, come on top.
const TOLERANCE: f64 = 0.01;

fn measured(case: &Json) -> Measured {
    let columns = case["columns"].as_object().expect("a table");
    let value = |json: &Json| match json {
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Null => None,
        number => Some(number.as_i64().map_or(Value::Float(number.as_f64().expect("a number")), Value::Int)),
    };
    let candidate = |trial: usize| {
        let values = columns.iter().filter_map(|(name, column)| Some((name.clone(), value(&column[trial])?)));
        values.collect::<Candidate>()
    };
    fixture::numbers(&case["values"]).into_iter().enumerate().map(|(trial, value)| (candidate(trial), value)).collect()
}

#[test]
fn shares_are_those_of_optuna() {
    for case in fixture::rows(include_str!("../../../tests/oracles/importance.json")) {
        let (name, space) = (&case["case"], space(case["space"].as_str().expect("a text")));
        let measured = measured(&case);
        let best = judge(&space, &measured, Minimize, PedAnova).expect("values differ");
        for (parameter, expected) in case["ped_anova"].as_object().expect("a table") {
            let (found, expected) = (share(&best, parameter).value, expected.as_f64().expect("a number"));
            assert!((found - expected).abs() < 1e-9, "{name}, {parameter}: {found}, by Optuna {expected}");
        }
        let variance = judge(&space, &measured, Minimize, Fanova).expect("values differ");
        for (parameter, expected) in case["fanova"].as_object().expect("a table") {
            let (found, expected) = (share(&variance, parameter).value, fixture::numbers(expected));
            let tolerance = TOLERANCE + 4.0 * expected[1];
            assert!((found - expected[0]).abs() < tolerance, "{name}, {parameter}: {found}, by Optuna {expected:?}");
        }
    }
}
