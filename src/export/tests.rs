//! What is exported of networks of the widest space.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use burn::tensor::Device;
use kiln_search::candidate::Candidate;
use kiln_search::pareto::Goal;
use kiln_search::rng::{Purpose, Stream};
use kiln_search::sampler::strategy::Strategy;
use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Metrics, Origin, Trial};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use safetensors::SafeTensors;

use super::parts::{self, flat};
use super::{BURNPACK, SAFETENSORS, export, files, source};
use crate::data::{self, Dataset, ImageShape, Scaling};
use crate::failure::Failure;
use crate::network::{Architecture, Network, Plan, Shape};
use crate::study::{self, Study};
use crate::train::{Control, Progress, Recipe, Trainer, restore};
use crate::trained::Trained;
use crate::vocabulary::BuiltIn;

const WIDE: &str = include_str!("../../examples/wide.toml");
const BY_HAND: &str = include_str!("../../examples/by-hand.toml");

/// Where the check of whole crates wants them.
const VARIABLE: &str = "KILN_EXPORTED";

fn study(text: &str) -> (Study, Dataset) {
    let study = study::read("space.toml", text, &BuiltIn).expect("a sound file");
    let digits = data::DataSpec::new(data::Source::Digits);
    let data = data::load(&digits, Path::new("data")).expect("the digits are built in");
    (study, data)
}

fn plan(candidate: &Candidate, data: &Dataset) -> Option<Plan> {
    let ImageShape { channels, height, width } = data.shape;
    let architecture = Architecture::read(candidate).expect("drawn from the space");
    Plan::of(&architecture, Shape { channels, height, width }, data.classes.len()).ok()
}

fn untrained(plan: &Plan) -> Network {
    use burn::module::Module;
    Network::build(plan, &Device::flex().autodiff(), &mut Pcg64::seed_from_u64(5)).valid()
}

fn trained(text: &str, number: u32, candidate: Candidate, plan: Plan, network: Network) -> Trained {
    let (study, data) = study(text);
    let split = data.split(study.data.validation, study.seed).expect("there are enough images");
    let scaling = Scaling::fit(&data, &split.train, study.data.scale);
    let record = StudyRecord {
        name: study.name.clone(),
        seed: study.seed,
        space_toml: text.to_owned(),
        objectives: vec![("val_accuracy".to_owned(), Goal::Maximize)],
        created_at: 0,
        kiln_version: "0.1.0".to_owned(),
        data_digest: data.digest.clone(),
        device: "cpu".to_owned(),
        strategy: Strategy::Random,
        reason: None,
        file_revision: 1,
    };
    let trial = Trial::new(number, candidate, Origin::Sampled, Metrics::new(), 0);
    Trained { record, study, trial, epoch: 1, plan, network, data, split, scaling }
}

fn of(json: &str) -> Trained {
    let candidate: Candidate = serde_json::from_str(json).expect("a candidate");
    let plan = plan(&candidate, &study(WIDE).1).expect("can be built");
    let network = untrained(&plan);
    trained(WIDE, 3, candidate, plan, network)
}

/// Something of most that there is.
const MIXED: &str = r#"{"depth": 3, "stem": "convolution", "stem_channels": 4, "stem_kernel": 2,
    "normalization_placement": "pre-activation", "stage[0].operation": "residual", "stage[0].channels": 8,
    "stage[0].normalization": "batch", "stage[0].stride": 2, "stage[0].stochastic_depth": 0.1,
    "stage[1].operation": "depthwise", "stage[1].squeeze_excite": 2, "stage[1].normalization": "min-max",
    "stage[1].skip": true, "stage[1].weight_bits": 4, "stage[1].activation_bits": 8, "stage[1].channels": 8,
    "min_max_scope": "channel", "min_max_range": "running", "stage[2].operation": "grouped", "stage[2].groups": 2,
    "stage[2].channels": 8, "stage[2].normalization": "layer", "stage[2].pooling": "blur", "stage[2].activation": "gelu",
    "rounding": "straight-through", "rounding_low": -4.0, "rounding_high": 4.0, "dense": 16, "dropout": 0.5,
    "head_weight_clusters": 4, "head_activation_bits": 8}"#;

#[test]
fn the_source_reads_as_a_person_would_write_it() {
    let trained = of(MIXED);
    let parts = parts::parts(&trained.plan, &trained.network).expect("readable");
    let files = source::files(&trained, &parts);
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    assert_eq!(
        paths,
        [
            "Cargo.toml",
            "src/lib.rs",
            "examples/predict.rs",
            "tests/predictions.rs",
            "src/blur.rs",
            "src/group_norm.rs",
            "src/quantize.rs",
            "src/running_min_max.rs",
            "src/squeeze_excite.rs"
        ]
    );
    insta::assert_snapshot!(files[1].1);
}

#[test]
fn every_tensor_has_a_name_and_every_layer_is_in_the_forward_pass() {
    for text in [WIDE, BY_HAND] {
        let (study, data) = study(text);
        let mut rng = Stream::new(3, 0, Purpose::Candidate).rng();
        for _ in 0..60 {
            let candidate = study.space.draw(&mut rng);
            let Some(plan) = plan(&candidate, &data) else { continue };
            let network = untrained(&plan);
            let parts = parts::parts(&plan, &network).expect("readable");
            let tensors = parts::tensors(&parts);
            let names: BTreeSet<&String> = tensors.iter().map(|(name, _)| name).collect();
            assert_eq!(names.len(), tensors.len(), "no name twice: {candidate:?}");
            let count = |is_counted: &dyn Fn(&str) -> bool| -> usize {
                tensors.iter().filter(|(name, _)| is_counted(name)).map(|(_, data)| data.num_elements()).sum()
            };
            let running =
                |name: &str| [".running_mean", ".running_var", ".low", ".high"].iter().any(|end| name.ends_with(end));
            assert_eq!(count(&|name| !running(name)) as u64, plan.parameters(), "{candidate:?}");
            let source = source::forward(&parts);
            for part in flat(&parts).into_iter().filter(|part| !part.tensors.is_empty()) {
                assert_eq!(source.matches(&format!("self.{}.", part.name)).count(), 1, "{}: {source}", part.name);
            }
        }
    }
}

#[test]
fn both_files_of_weights_have_the_same_tensors() {
    let trained = of(MIXED);
    let files = files(&trained).expect("can be written");
    let content = |name| &files.iter().find(|(known, _)| *known == name).expect("it is there").1;
    let safe = SafeTensors::deserialize(content(SAFETENSORS)).expect("sound");
    let bytes = burn::tensor::Bytes::from_bytes_vec(content(BURNPACK).clone());
    let packed = burn_pack::Reader::from_bytes(bytes).expect("sound");
    let mut names = safe.names();
    names.sort_unstable();
    let mut others = packed.tensor_names();
    others.sort_unstable();
    assert_eq!(names, others);
    assert!(names.contains(&"stage0_shortcut.weight") && names.contains(&"head_dense_2.bias"), "{names:?}");
    for name in names {
        assert_eq!(safe.tensor(name).expect("there").data(), packed.tensor_data(name).expect("there"), "{name}");
    }
    let shared = safe.tensor("head_dense.weight").expect("there");
    let values: BTreeSet<&[u8]> = shared.data().chunks(4).collect();
    assert!(values.len() <= 4, "weights of 4 values are stored, not those that were trained: {}", values.len());
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_half_done() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let trained = of(r#"{"depth": 1, "channels": 2}"#);
    let to = folder.path().join("exported");
    let written = export(&trained, &to).expect("written");
    assert!(written.len() == 8 && written.iter().all(|path| path.is_file()), "{written:?}");
    let again = export(&trained, &to).expect_err("it is there already");
    assert!(matches!(again, Failure::Refused { .. }), "{again}");
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing beside it");
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let trained = of(r#"{"depth": 1, "channels": 2, "activation": "tanh"}"#);
    let scaling = Scaling { deviation: vec![0.0], mean: vec![0.0], ..trained.scaling.clone() };
    let failure = files(&Trained { scaling, ..trained }).expect_err("0 / 0 is no number");
    assert!(failure.to_string().contains("not finite"), "{failure}");
}

/// Writes the crates of 20 candidates, trained for an epoch, to be built and compared by `tests/exported.rs`.
#[test]
#[ignore = "what it writes is for `cargo xtask export-check`"]
fn crates_of_twenty_candidates_of_the_widest_space_are_written() {
    let to = env::var_os(VARIABLE).expect("a directory to write to");
    let to = Path::new(&to);
    let (study, data) = study(WIDE);
    let trainer = Trainer::new(&data, &study.data, &Device::flex(), study.seed, 1).expect("there are enough images");
    let mut rng = Stream::new(20, 0, Purpose::Candidate).rng();
    let (mut modules, mut all) = (Vec::new(), Vec::new());
    let mut number = 0;
    while number < 20 {
        let candidate = study.space.draw(&mut rng);
        let Some(plan) = plan(&candidate, &data) else { continue };
        let mut saved = None;
        let ended = trainer.train(u64::from(number), &candidate, None, &mut |progress| {
            if let Progress::Epoch { files, .. } = progress {
                saved = Some(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect());
            }
            Control::Pause
        });
        let (Ok(_), Some(saved)) = (ended, saved) else { continue };
        let recipe = Recipe::read(&candidate, 1).expect("it was trained by it");
        let network = restore(&plan, &recipe, saved, &Device::flex()).expect("its own checkpoint");
        let name = format!("trial-{number:02}");
        export(&trained(WIDE, number, candidate, plan, network), &to.join(&name)).expect("written");
        let module = name.replace('-', "_");
        modules.push(format!("#[path = \"{name}/src/lib.rs\"]\n#[allow(dead_code)]\nmod {module};\n"));
        all.push(format!(
            "    (\"{name}\", |images| {module}::Network::trained(&images.device()).forward({module}::scale(images))),\n"
        ));
        number += 1;
    }
    let (modules, all) = (modules.concat(), all.concat());
    let text = format!("{modules}\nconst ALL: &[(&str, fn(Tensor<4>) -> Tensor<2>)] = &[\n{all}];\n");
    fs::write(to.join("all.rs"), text).expect("written");
}
