//! Candidates of the widest space are trained, stored, continued and asked.

use burn::module::Module;
use kiln_search::rng::{Purpose, Stream};
use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::*;
use crate::study;
use crate::vocabulary::BuiltIn;

/// The predictions for all images of the network that `files` hold.
fn predictions(trainer: &Trainer, plan: &Plan, candidate: &Candidate, files: Files) -> Vec<f32> {
    let recipe = Recipe::read(candidate, 2).expect("it was trained");
    let network = Network::build(plan, &trainer.device, &mut Pcg64::seed_from_u64(9));
    let (network, _, _) =
        checkpoint::load(network, Optimizer::new(&recipe), files, &trainer.device).expect("the checkpoint fits");
    let all: Vec<usize> = (0..trainer.validation.labels.len()).collect();
    network.valid().forward(trainer.validation.select(&all)).into_data().try_into_vec().expect("real numbers")
}

#[test]
fn candidates_of_the_widest_space_train_continue_and_predict_or_say_that_they_diverged() {
    check(include_str!("../../../examples/wide.toml"), 500, &Device::flex());
}

#[test]
fn networks_that_are_put_together_by_hand_train_continue_and_predict() {
    check(include_str!("../../../examples/by-hand.toml"), 30, &Device::flex());
}

#[test]
#[ignore = "kernels are compiled for minutes on a software adapter; `cargo xtask gpu-bench` runs it"]
fn a_sample_of_the_widest_space_trains_on_a_wgpu_adapter() {
    check(include_str!("../../../examples/wide.toml"), 5, &ADAPTER);
}

/// Trains `count` candidates of the study file `text` for two steps, with and without a break.
fn check(text: &str, count: usize, device: &Device) {
    let _alone = alone();
    let trainer = Trainer { epochs: 2, ..trainer(16, 8, device) };
    let study = study::read("space.toml", text, &BuiltIn).expect("a sound file");
    let mut rng = Stream::new(2, 0, Purpose::Candidate).rng();
    let (mut complete, mut diverged) = (0, 0);
    while complete + diverged < count {
        let candidate = study.space.draw(&mut rng);
        let architecture = Architecture::read(&candidate).expect("drawn from the space");
        let Ok(plan) = Plan::of(&architecture, trainer.shape, trainer.classes) else { continue };
        if study.space.admits(&candidate, |metric| plan.statics(16).get(metric).copied()).is_err() {
            continue;
        }
        let mut whole = Report::default();
        let mut after = Vec::new();
        let ended = trainer.train(3, &candidate, None, &mut |progress| {
            if let Progress::Epoch { epoch, files } = progress {
                assert!(epoch.metrics.values().all(|figure| figure.is_finite()), "{candidate:?}");
                whole.files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
                after.push(whole.files.clone());
            }
            Control::Continue
        });
        match ended.expect("the training runs") {
            Ended::Complete => complete += 1,
            Ended::Diverged { .. } => {
                diverged += 1;
                continue;
            }
            Ended::Paused => panic!("nobody said so"),
        }
        let (rest, ended) = Report::of(&trainer, &candidate, Some(after.swap_remove(0)), usize::MAX);
        assert_eq!((ended, rest.curve.len()), (Ended::Complete, 1), "{candidate:?}");
        let is_repeatable = *device == Device::flex();
        assert!(!is_repeatable || rest.tensors() == whole.tensors(), "a resume is another training: {candidate:?}");
        let logits = predictions(&trainer, &plan, &candidate, rest.files);
        assert!(logits.iter().all(|logit| logit.is_finite()), "{candidate:?}");
    }
    assert!(complete > count * 9 / 10, "{complete} complete, {diverged} diverged");
}
