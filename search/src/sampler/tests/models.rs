//! What holds for methods with a model.

use super::*;
use crate::sampler::gp::Gp;
use crate::sampler::tpe::Tpe;

/// Better and better towards batches of 16, of which the constraint admits no more than 4: what a model likes best is
/// refused for ever, and what is left is proposed all the same.
#[test]
fn what_is_refused_for_ever_does_not_end_a_search() {
    let space = space("[space]\ndepth = { int = [1, 4] }\nbatch_size = { int = [1, 16] }\n");
    for method in [&Tpe as &dyn Sampler, &Gp] {
        let admitted =
            |candidate: &Candidate| candidate.get("batch_size").and_then(Value::as_f64).unwrap_or(99.0) <= 4.0;
        let mut history = History::new(vec![Goal::Maximize], Vec::new());
        for trial in 0..16 {
            let stream = Stream::new(3, trial, Purpose::Candidate);
            let proposal = propose(method, &space, &history, stream, |candidate| {
                if admitted(candidate) { Ok(BTreeMap::new()) } else { Err("too large".to_owned()) }
            });
            let candidate = proposal.unwrap_or_else(|error| panic!("{}: {error}", method.name())).candidate;
            let worth = candidate.get("batch_size").and_then(Value::as_f64).unwrap_or_default();
            history.push(Past { candidate, fate: Fate::Complete(vec![worth]) });
        }
    }
}
