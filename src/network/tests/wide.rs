//! What networks of the widest space cost, against a count by what runs.

use burn::tensor::{Device, Tensor};
use kiln_search::rng::{Purpose, Stream};
use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::fixture::{stored, tensors};
use crate::network::initialization::Weights;
use crate::network::plan::{Kind, Planned};
use crate::network::{Architecture, Layer, Network, Plan, Shape};
use crate::study;
use crate::vocabulary::BuiltIn;

/// Runs what is planned for `input`, layer by layer, and counts the multiply-accumulates by the weights that it has and
/// the map that comes out.
fn run(layers: &[Planned], input: Tensor<4>, weights: &mut Weights) -> (Tensor<4>, u64) {
    let mut macs = 0;
    let mut map = input;
    for planned in layers {
        let counted;
        (map, counted) = if let Kind::Residual { body, shortcut } = &planned.kind {
            let (main, of_body) = run(body, map.clone(), weights);
            let (aside, of_shortcut) = run(shortcut, map, weights);
            (main.add(aside), of_body + of_shortcut)
        } else {
            let layer = Layer::build(planned, weights);
            let map = layer.forward(map);
            let [_, _, height, width] = map.dims();
            let positions = |rank| if rank == 4 { (height * width) as u64 } else { u64::from(rank == 2) };
            let each = tensors(&layer, None);
            (map, each.iter().map(|tensor| tensor.values.len() as u64 * positions(tensor.rank)).sum())
        };
        let Shape { channels, height, width } = planned.output;
        assert_eq!(map.dims(), [2, channels, height, width], "{planned}");
        macs += counted;
    }
    (map, macs)
}

#[test]
fn networks_of_the_widest_space_cost_what_is_planned() {
    check(include_str!("../../../examples/wide.toml"), 500);
}

#[test]
fn networks_that_are_put_together_by_hand_cost_what_is_planned() {
    check(include_str!("../../../examples/by-hand.toml"), 50);
}

/// Builds `count` networks of the study file `text` and counts what they have and do.
fn check(text: &str, count: usize) {
    let device = Device::flex();
    let study = study::read("space.toml", text, &BuiltIn).expect("a sound file");
    let mut rng = Stream::new(1, 0, Purpose::Candidate).rng();
    let image = Shape { channels: 1, height: 8, width: 8 };
    let mut built = 0;
    while built < count {
        let candidate = study.space.draw(&mut rng);
        let architecture = Architecture::read(&candidate).expect("drawn from the space");
        let Ok(plan) = Plan::of(&architecture, image, 10) else { continue };
        built += 1;
        let mut weights_rng = Pcg64::seed_from_u64(4);
        let mut weights = Weights::new(plan.initialization(), &device, &mut weights_rng);
        let (logits, macs) = run(plan.layers(), Tensor::ones([2, 1, 8, 8], &device), &mut weights);
        assert_eq!((logits.dims(), plan.macs()), ([2, 10, 1, 1], macs), "{candidate:?}");
        let network = Network::build(&plan, &device.clone().autodiff(), &mut Pcg64::seed_from_u64(4));
        let seen = tensors(&network, None);
        let trained: usize = seen.iter().filter(|tensor| tensor.trained).map(|tensor| tensor.values.len()).sum();
        assert_eq!((plan.parameters(), plan.weight_bytes()), (trained as u64, stored(&plan)), "{candidate:?}");
    }
}
