use super::*;
use crate::candidate::Value;
use crate::history::Past;
use crate::pareto::Goal;
use crate::rng::{Purpose, Stream};
use crate::space::fixture::space;

fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).expect("active")
}

#[test]
fn a_bowl_is_descended_in_few_trials() {
    let space = space("[space]\nmomentum = { float = [0.0, 0.9] }\noptimizer = { one_of = ['sgd', 'adam'] }\n");
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let mut best = f64::INFINITY;
    for trial in 0..20 {
        let candidate = Gp.ask(&space, &history, &mut Stream::new(2, trial, Purpose::Candidate).rng());
        let slope = if candidate.get("optimizer") == Some(&Value::Text("adam".to_owned())) { 0.0 } else { 1.0 };
        let cost = slope + (number(&candidate, "momentum") - 0.63).powi(2);
        best = best.min(cost);
        history.push(Past { candidate, fate: Fate::Complete(vec![cost]) });
    }
    assert!(best < 1e-4, "{best}");
}
