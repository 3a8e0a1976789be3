use super::*;
use crate::candidate::Value;
use crate::history::Past;
use crate::pareto::Goal;
use crate::sampler::propose;
use crate::space::fixture::space;

/// What a study of `trials` finds that minimises `cost`.
fn search(text: &str, trials: u64, cost: impl Fn(&Candidate) -> f64) -> f64 {
    let space = space(text);
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let mut best = f64::INFINITY;
    for trial in 0..trials {
        let stream = Stream::new(1, trial, Purpose::Candidate);
        let Ok(proposal) = propose(&CmaEs, &space, &history, stream, |_| Ok([].into())) else { break };
        let cost = cost(&proposal.candidate);
        best = best.min(cost);
        history.push(Past { candidate: proposal.candidate, fate: Fate::Complete(vec![cost]) });
    }
    best
}

fn number(candidate: &Candidate, name: &str) -> f64 {
    candidate.get(name).and_then(Value::as_f64).expect("active")
}

#[test]
fn a_bowl_is_descended() {
    let best =
        search("[space]\nmomentum = { float = [0.0, 0.9] }\ndropout = { float = [0.0, 0.9] }\n", 150, |candidate| {
            (number(candidate, "momentum") - 0.7).powi(2) + 10.0 * (number(candidate, "dropout") - 0.1).powi(2)
        });
    // Of so many even draws the best comes to 4e-3 in the median.
    assert!(best < 1e-4, "{best}");
}

#[test]
fn whole_numbers_do_not_get_stuck() {
    let text =
        "[space]\nmomentum = { float = [0.0, 0.9] }\nbatch_size = { int = [1, 40] }\nnesterov = { bool = true }\n";
    let best = search(text, 300, |candidate| {
        let flag = if candidate.get("nesterov") == Some(&Value::Bool(true)) { 0.0 } else { 1.0 };
        flag + (number(candidate, "batch_size") - 37.0).powi(2) + (number(candidate, "momentum") - 0.2).powi(2)
    });
    assert!(best < 1e-3, "{best}");
}
