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
        let Ok(proposal) = propose(&CmaEs::new(1), &space, &history, stream, |_| Ok([].into())) else { break };
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

const FLOATS: &str = "[space]\nmomentum = { float = [0.0, 0.9] }\ndropout = { float = [0.0, 0.9] }\n";

#[test]
fn what_has_converged_starts_again_elsewhere_with_twice_the_generation() {
    let space = space(FLOATS);
    let axes = Axes::new(&space);
    let of = |candidate: &Candidate| [number(candidate, "momentum"), number(candidate, "dropout")];
    let cost = |[x, y]: [f64; 2]| (x - 0.3).powi(2) + (y - 0.6).powi(2);
    let method = CmaEs::new(1);
    let mut history = History::new(vec![Goal::Minimize], Vec::new());
    let ask = |method: CmaEs, history: &History| {
        let rng = &mut Stream::new(1, history.pasts().len() as u64, Purpose::Candidate).rng();
        method.ask(&space, history, rng)
    };
    let size = method.replay(&axes, &history).size();
    while method.replay(&axes, &history).size() == size {
        assert!(history.pasts().len() < 2000, "it never ends");
        let candidate = ask(method, &history);
        let fate = Fate::Complete(vec![cost(of(&candidate))]);
        history.push(Past { candidate, fate });
    }
    assert!(history.values(history.front()[0]).is_some_and(|values| values[0] < 1e-9), "converged before it ended");
    let again = method.replay(&axes, &history);
    assert_eq!((again.size(), again.spread().to_bits()), (2 * size, DEVIATION.to_bits()));
    assert_eq!(ask(method, &history), ask(CmaEs::new(1), &history), "nothing but the history is remembered");
    let places: Vec<[f64; 2]> = (0..5).map(|seed| of(&ask(CmaEs::new(seed), &history))).collect();
    let apart = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) > 0.02;
    for (index, place) in places.iter().enumerate() {
        assert!(places[..index].iter().all(|other| apart(place, other)), "each seed starts elsewhere: {places:?}");
    }
}

#[test]
fn a_restart_leaves_a_local_optimum() {
    let cost = |candidate: &Candidate| {
        let (x, y) = (number(candidate, "momentum"), number(candidate, "dropout"));
        let near = 0.1 + (x - 0.2).powi(2) + (y - 0.2).powi(2);
        near.min(2.0 * ((x - 0.8).powi(2) + (y - 0.8).powi(2)))
    };
    let (first, later) = (search(FLOATS, 200, cost), search(FLOATS, 1500, cost));
    assert!(first > 0.099 && later < 1e-6, "{first} {later}");
}
