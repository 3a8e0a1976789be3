//! Static metrics against PyTorch's own counters.

use kiln_search::candidate::Candidate;
use serde::Deserialize;

use crate::network::{Architecture, Plan, Shape};

#[derive(Debug, Deserialize)]
struct Count {
    name: String,
    image: [usize; 3],
    classes: usize,
    candidate: Candidate,
    parameters: u64,
    macs: u64,
    saved: Option<Saved>,
}

/// What PyTorch's autograd keeps for the backward pass of a batch.
#[derive(Debug, Deserialize)]
struct Saved {
    batch: usize,
    bytes: u64,
}

#[test]
fn parameters_macs_and_kept_activations_agree_with_pytorch() {
    let counts: Vec<Count> = serde_json::from_str(include_str!("fixtures/counts.json")).expect("JSON of counts");
    for count in counts {
        let [channels, height, width] = count.image;
        let architecture = Architecture::read(&count.candidate).expect("the candidate is valid");
        let plan = Plan::of(&architecture, Shape { channels, height, width }, count.classes).expect("can be built");
        assert_eq!(plan.parameters(), count.parameters, "parameters of {}", count.name);
        assert_eq!(plan.macs(), count.macs, "macs of {}", count.name);
        if let Some(saved) = count.saved {
            assert_eq!(plan.activation_bytes(saved.batch), saved.bytes, "activation bytes of {}", count.name);
        }
    }
}
