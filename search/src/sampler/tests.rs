use super::evolution::Evolution;
use super::local_search::LocalSearch;
use super::nsga2::Nsga2;
use super::random::Random;
use super::strategy::Strategy as Method;
use super::*;
use crate::candidate::Value;
use crate::history::{Fate, Past};
use crate::pareto::Goal;
use crate::rng::Purpose;
use crate::space::fixture::space;

mod adversity;
mod laws;
mod models;
mod priors;
mod shares;

fn stream(trial: u64) -> Stream {
    Stream::new(5, trial, Purpose::Candidate)
}

/// The methods that can search `space` for so many objectives.
fn methods(space: &Space, objectives: usize) -> Vec<Box<dyn Sampler + Send + Sync>> {
    Method::suitable(space, objectives).into_iter().map(|method| method.sampler(3)).collect()
}

fn statics(parameters: f64) -> BTreeMap<String, f64> {
    BTreeMap::from([("parameters".to_owned(), parameters)])
}

/// `depth` three times as the number of parameters.
fn plan(candidate: &Candidate) -> Result<BTreeMap<String, f64>, String> {
    let depth = candidate.get("depth").and_then(Value::as_f64).unwrap_or(0.0);
    if depth as u32 == 4 { Err("the map shrinks to nothing".to_owned()) } else { Ok(statics(3.0 * depth)) }
}

#[test]
fn a_study_uses_up_its_space_without_a_repetition() {
    let space = space("[space]\ndepth = { int = [1, 6] }\n[[constraint]]\nrequire = 'parameters < 18'\n");
    let mut pasts = Vec::new();
    let mut depths = Vec::new();
    for trial in 0..4 {
        let history = History::new(vec![Goal::Maximize], pasts.clone());
        let proposal = propose(&Random, &space, &history, stream(trial), plan).expect("1, 2, 3 and 5 are left");
        assert_eq!(plan(&proposal.candidate), Ok(proposal.statics));
        depths.push(proposal.candidate.to_toml());
        pasts.push(Past { candidate: proposal.candidate, fate: Fate::Unfinished });
    }
    depths.sort();
    assert_eq!(depths, ["depth = 1\n", "depth = 2\n", "depth = 3\n", "depth = 5\n"]);
    let history = History::new(vec![Goal::Maximize], pasts);
    let NoProposal::Exhausted(exhausted) = propose(&Random, &space, &history, stream(4), plan).expect_err("all tried")
    else {
        panic!("nothing was enqueued");
    };
    assert_eq!(exhausted.duplicates + exhausted.refused, 10_000);
    assert!(exhausted.duplicates > exhausted.refused && exhausted.refused > 1000, "{exhausted}");
    assert!(exhausted.to_string().contains("loosen the constraints"), "{exhausted}");
}

#[test]
fn the_same_stream_and_history_propose_the_same() {
    let space = space("[space]\nlearning_rate = { float = [1e-4, 1.0], log = true }\n");
    let history = History::default();
    let ask = |trial| propose(&Random, &space, &history, stream(trial), plan).expect("a continuum");
    assert_eq!(ask(1), ask(1));
    assert_ne!(ask(1), ask(2));
}

#[test]
fn what_is_enqueued_is_completed_once() {
    let space = space("[space]\ndepth = { int = [1, 3] }\n");
    let partial = Candidate::from_iter([("depth".to_owned(), Value::Int(2))]);
    let first = complete(&partial, &space, &History::default(), stream(0), plan).expect("new");
    assert_eq!(first.candidate, partial);
    let past = Past { candidate: first.candidate, fate: Fate::Failed };
    let history = History::new(vec![Goal::Maximize], vec![past]);
    let again = complete(&partial, &space, &history, stream(1), plan).expect_err("tried before");
    assert!(again.to_string().contains("10000 had been tried before"), "{again}");
    let unknown = Candidate::from_iter([("depht".to_owned(), Value::Int(2))]);
    let unknown = complete(&unknown, &space, &history, stream(1), plan).expect_err("misspelt");
    assert_eq!(unknown.to_string(), "`depht` is not a parameter of the space");
}

#[test]
fn a_mismatch_of_capabilities_is_named() {
    struct Narrow;
    impl Sampler for Narrow {
        fn name(&self) -> &'static str {
            "narrow"
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities { several_objectives: false, conditions: false, unordered: false, continuous: false }
        }

        fn ask(&self, space: &Space, _: &History, rng: &mut Pcg64) -> Candidate {
            space.draw(rng)
        }
    }
    let plain = space("[space]\ndepth = { int = [1, 3] }\nnesterov = { bool = true }\n");
    let conditional = space("[space]\ndepth = { int = [1, 3] }\n[space.stage]\nrepeat = 'depth'\nkernel = 1\n");
    let unordered = space("[space]\nkernel = { one_of = [5, 1, 3] }\n");
    let demand = |space, objectives| check(&Narrow, space, objectives).map_err(|unsuitable| unsuitable.demand);
    assert_eq!(demand(&plain, 1), Ok(()));
    assert_eq!(demand(&plain, 2), Err("several objectives"));
    assert_eq!(demand(&conditional, 1), Err("conditions and repeated blocks"));
    let continuous = space("[space]\nmomentum = { float = [0.0, 0.9] }\n");
    assert_eq!(demand(&continuous, 1), Err("real numbers without `step`"));
    assert_eq!(demand(&unordered, 1), Err("values without an order"));
    assert_eq!(check(&Random, &conditional, 3), Ok(()));
}
