//! Functions whose shares are known.

use std::f64::consts::PI;

use super::*;

fn assert_near(found: &Importance, name: &str, expected: f64, tolerance: f64) {
    let share = share(found, name);
    assert!((share.value - expected).abs() < tolerance, "{name}: {share:?}, not {expected}; {found:?}");
}

#[test]
fn the_shares_of_a_sum_are_those_of_the_variances() {
    let space = space(PLAIN);
    // Variances in units of 1/12: 4, 0.81, 0.
    let sum = |trial: &Candidate| 2.0 * number(trial, "learning_rate") - number(trial, "momentum");
    let found = judge(&space, &draws(&space, 1, 1000, sum), Minimize, Fanova).expect("values differ");
    assert_near(&found, "learning_rate", 4.0 / 4.81, 0.02);
    assert_near(&found, "momentum", 0.81 / 4.81, 0.02);
    assert_near(&found, "dropout", 0.0, 0.002);
    assert!(found.explained.is_some_and(|explained| explained > 0.98));
}

/// T. Ishigami, T. Homma, 1990, with a = 7 and b = 0.1: first-order indices 0.3139, 0.4424 and 0. The waves of the second
/// parameter are hard for trees: of 4,000 trials also those of scikit-learn give it 0.357 only, of 16,000 they give 0.419.
#[test]
fn the_shares_of_the_function_of_ishigami_approach_its_first_order_indices() {
    let space = space(PLAIN);
    let ishigami = |trial: &Candidate| {
        let angle = |name, low, wide| (2.0 * (number(trial, name) - low) / wide - 1.0) * PI;
        let [x, y, z] = [angle("learning_rate", 0.1, 1.0), angle("momentum", 0.0, 0.9), angle("dropout", 0.0, 0.9)];
        x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()
    };
    let [few, many] = [300, 4000].map(|count| judge(&space, &draws(&space, 1, count, ishigami), Minimize, Fanova));
    let (few, many) = (few.expect("values differ"), many.expect("values differ"));
    let indices = [("learning_rate", 0.3139), ("momentum", 0.4424), ("dropout", 0.0)];
    let away = |found| indices.iter().map(|(name, index)| (share(found, name).value - index).abs()).sum::<f64>();
    assert!(away(&many) < 0.6 * away(&few), "{few:?}, {many:?}");
    for (name, index) in indices {
        assert_near(&many, name, index, 0.1);
    }
}

#[test]
fn what_two_parameters_do_together_is_no_ones_share() {
    let space = space(PLAIN);
    let product = |trial: &Candidate| (number(trial, "dropout") - 0.45) * (number(trial, "momentum") - 0.45);
    let found = judge(&space, &draws(&space, 1, 2000, product), Minimize, Fanova).expect("values differ");
    assert!(found.parameters.iter().all(|parameter| parameter.share.value < 0.03), "{found:?}");
    assert!(found.explained.is_some_and(|explained| explained > 0.9));
}

/// Half of the space has momentum, uniform in [0, 1] up to the factor 2/0.9; so the variance is 1/4 × (1 - 0.9)² for
/// what it is active for, a half of its own, and that of the batch size.
#[test]
fn a_conditional_parameter_has_the_variance_within_its_part_of_the_space() {
    let space = space(
        "[space]\noptimizer = { one_of = ['sgd', 'adam'] }\nbatch_size = { int = [1, 4] }\n\
         momentum = { float = [0.0, 0.9], when = \"optimizer == 'sgd'\" }\n",
    );
    let function = |trial: &Candidate| {
        let own = trial.get("momentum").and_then(Value::as_f64).map_or(0.1, |momentum| momentum / 0.45);
        own + number(trial, "batch_size") / 4.0
    };
    let [decider, own, batch] = [0.9 * 0.9 / 4.0, 0.5 * 4.0 / 12.0, 5.0 / 4.0 / 16.0];
    let all = decider + own + batch;
    let found = judge(&space, &draws(&space, 1, 1500, function), Maximize, Fanova).expect("values differ");
    assert_near(&found, "optimizer", decider / all, 0.02);
    assert_near(&found, "momentum", own / all, 0.02);
    assert_near(&found, "batch_size", batch / all, 0.02);
}

#[test]
fn a_parameter_counts_also_where_one_condition_or_another_admits_it() {
    let space = space(
        "[space]\nnesterov = { bool = true }\nbatch_size = { int = [1, 4] }\n\
         momentum = { float = [0.0, 0.9], when = 'nesterov or batch_size > 2' }\n",
    );
    let function = |trial: &Candidate| trial.get("momentum").and_then(Value::as_f64).unwrap_or(0.45);
    let found = judge(&space, &draws(&space, 1, 1000, function), Maximize, Fanova).expect("values differ");
    // The gate is the whole space, so the share is 3/4 of what it ought to be.
    assert_near(&found, "momentum", 0.75, 0.02);
    assert!(share(&found, "nesterov").value < 0.01 && share(&found, "batch_size").value < 0.01, "{found:?}");
}

#[test]
fn what_only_tells_bad_from_worse_matters_for_the_variance_and_not_for_the_best() {
    let space = space(PLAIN);
    let function = |trial: &Candidate| {
        let [rate, momentum] = [number(trial, "learning_rate") - 0.1, number(trial, "momentum") / 0.9];
        if rate > 0.4 { 1.0 + 10.0 * rate } else { momentum }
    };
    let measured = draws(&space, 1, 1000, function);
    let [variance, best] = [Fanova, PedAnova].map(|method| judge(&space, &measured, Minimize, method));
    let (variance, best) = (variance.expect("values differ"), best.expect("values differ"));
    assert!(share(&variance, "learning_rate").value > 0.9 && share(&variance, "momentum").value < 0.05);
    assert!(share(&best, "momentum").value > share(&best, "learning_rate").value, "{best:?}");
    let other = judge(&space, &measured, Maximize, PedAnova).expect("values differ");
    assert!(share(&other, "learning_rate").value > 0.9, "the worst are told by it: {other:?}");
}
