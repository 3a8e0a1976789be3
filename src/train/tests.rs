use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use burn::tensor::Bytes;
use burn_pack::Reader;
use kiln_trials::trial::Measured;

use super::*;
use crate::data::{Images, Source};
use crate::device::{self, Choice};

mod wide;

/// Burn's generator belongs to the process, and a training reseeds it.
static GENERATOR: Mutex<()> = Mutex::new(());

/// The adapter that answers, which a process opens once.
static ADAPTER: LazyLock<Device> =
    LazyLock::new(|| device::open(Choice::Wgpu(None)).expect("the adapter opens").device);

fn alone() -> MutexGuard<'static, ()> {
    GENERATOR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `count` images of `side` × `side`: class 0 is bright above, class 1 below.
fn trainer(count: usize, side: usize, device: &Device) -> Trainer {
    let half = side * side / 2;
    let pixels = (0..count).flat_map(|image| {
        (0..side * side).map(move |pixel| {
            let noise = (((image * 31 + pixel) * 2_654_435_761) >> 7) % 100;
            let bright = (pixel < half) == (image % 2 == 0);
            (noise + if bright { 150 } else { 0 }) as u8
        })
    });
    let shape = ImageShape { channels: 1, height: side, width: side };
    let images = Images { shape, pixels: pixels.collect(), labels: (0..count as u32).map(|image| image % 2).collect() };
    let dataset = Dataset {
        name: "halves".to_owned(),
        shape,
        peak: 255,
        classes: vec!["above".to_owned(), "below".to_owned()],
        test: images.clone(),
        train: images,
        digest: String::new(),
    };
    Trainer::new(&dataset, &DataSpec::new(Source::Digits), device, 7, 4).expect("there are enough images")
}

fn candidate(values: &[(&str, Value)]) -> Candidate {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

type Files = Vec<(String, Vec<u8>)>;

/// What a training reported: its warnings, its confusion matrices, its curve and its last checkpoint.
#[derive(Default)]
struct Report {
    warnings: Vec<String>,
    best: Vec<Confusion>,
    curve: Vec<Measured>,
    files: Files,
}

impl Report {
    fn of(trainer: &Trainer, candidate: &Candidate, resume: Option<Files>, pause: usize) -> (Self, Ended) {
        let mut report = Self::default();
        let ended = trainer.train(3, candidate, resume, &mut |progress| {
            match progress {
                Progress::Warning(text) => report.warnings.push(text),
                Progress::Best(confusion) => report.best.push(confusion),
                Progress::Epoch { epoch, files } => {
                    report.curve.push(epoch.metrics);
                    report.files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
                }
            }
            if report.curve.len() == pause { Control::Pause } else { Control::Continue }
        });
        (report, ended.expect("the training runs"))
    }

    /// Everything but what depends on the clock.
    fn figures(&self) -> Vec<Vec<(&str, f64)>> {
        let lasting = METRICS.iter().filter(|name| !TIMINGS.contains(name));
        let of = |metrics: &Measured| lasting.clone().filter_map(|name| Some((*name, *metrics.get(name)?))).collect();
        self.curve.iter().map(of).collect()
    }

    /// The bytes of each tensor of the last checkpoint.
    fn tensors(&self) -> BTreeMap<String, Vec<u8>> {
        let readers = self.files.iter().map(|(_, bytes)| Reader::from_bytes(Bytes::from_bytes_vec(bytes.clone())));
        let tensors = readers.flat_map(|reader| reader.expect("a checkpoint").into_tensors().expect("its tensors"));
        tensors
            .map(|tensor| {
                let (name, _, _, _, bytes) = tensor.into_parts().expect("resident");
                (name, bytes.to_vec())
            })
            .collect()
    }
}

#[test]
fn two_epochs_and_two_more_are_four_epochs_bit_by_bit() {
    let _alone = alone();
    let trainer = trainer(100, 6, &Device::flex());
    let coded = [
        ("stage[0].weight_bits", Value::Int(4)),
        ("stage[1].weight_clusters", Value::Int(5)),
        ("activation_bits", Value::Int(6)),
        ("head_weight_clusters", Value::Int(9)),
        ("quantization_scope", text("per-channel")),
        ("normalization", text("min-max")),
        ("min_max_scope", text("channel")),
        ("min_max_range", text("running")),
    ];
    let methods = recipe::Method::NAMES.iter().map(|method| (*method, "soft", [].as_slice()));
    let others = [("adam", "soft", coded.as_slice()), ("adam", "enlarge", &[])];
    for (index, (optimizer, style, more)) in methods.chain(others).enumerate() {
        let schedules = ["cosine", "one-cycle", "cosine-restarts"];
        let mut candidate = candidate(&[
            ("optimizer", text(optimizer)),
            ("ema", Value::Float([0.0, 0.9][index % 2])),
            ("accumulation", Value::Int([1, 1, 2][index % 3])),
            ("activation_checkpointing", Value::Bool(index % 4 == 3)),
            ("label_smoothing", Value::Float(0.1)),
            ("class_weights", text("balanced")),
            ("warmup_epochs", Value::Float(2.5)),
            ("schedule", text(schedules[index % 3])),
            ("momentum", Value::Float(0.9)),
            ("nesterov", Value::Bool(true)),
            ("learning_rate", Value::Float(0.01)),
            ("weight_decay", Value::Float(0.01)),
            ("gradient_clip", Value::Float(1.0)),
            ("batch_size", Value::Int(16)),
            ("mixup", Value::Float(0.3)),
            ("mixup_style", text(style)),
            ("cutmix", Value::Float(1.0)),
            ("flip", Value::Bool(true)),
            ("crop", Value::Int(1)),
            ("cutout", Value::Int(2)),
            ("depth", Value::Int(2)),
            ("channels", Value::Int(4)),
            ("normalization", text("batch")),
            ("dense", Value::Int(8)),
            ("dropout", Value::Float(0.4)),
        ]);
        for (name, value) in more {
            candidate.insert(*name, value.clone());
        }
        let (whole, ended) = Report::of(&trainer, &candidate, None, usize::MAX);
        assert_eq!(ended, Ended::Complete);
        let (half, ended) = Report::of(&trainer, &candidate, None, 2);
        assert_eq!((ended, half.curve.len()), (Ended::Paused, 2));
        // Something else uses burn's generator in between.
        Report::of(&trainer, &candidate, None, 1);
        let (rest, ended) = Report::of(&trainer, &candidate, Some(half.files.clone()), usize::MAX);
        assert_eq!((ended, rest.curve.len()), (Ended::Complete, 2));

        assert_eq!(whole.figures(), [half.figures(), rest.figures()].concat(), "{optimizer}");
        assert_eq!(whole.best, [half.best, rest.best.clone()].concat(), "{optimizer}");
        assert!(!whole.best.is_empty());
        let (expected, resumed) = (whole.tensors(), rest.tensors());
        let moments = [".first", ".second"];
        assert!(expected.len() > 8 && expected.keys().any(|name| moments.iter().any(|moment| name.ends_with(moment))));
        assert_eq!(expected.keys().collect::<Vec<_>>(), resumed.keys().collect::<Vec<_>>(), "{optimizer}");
        for (name, bytes) in &expected {
            assert_eq!(bytes, &resumed[name], "{name} of {optimizer}");
        }
    }
}

#[test]
fn it_learns_and_reports_every_figure() {
    let _alone = alone();
    let trainer = trainer(200, 6, &Device::flex());
    let candidate = candidate(&[
        ("depth", Value::Int(1)),
        ("padding", text("valid")),
        ("dense", Value::Int(16)),
        ("learning_rate", Value::Float(0.02)),
        ("epochs", Value::Int(12)),
    ]);
    let (report, ended) = Report::of(&trainer, &candidate, None, usize::MAX);
    assert_eq!((ended, report.curve.len()), (Ended::Complete, 12));
    assert_eq!(report.warnings, Vec::<String>::new());
    let (first, last) = (&report.curve[0], &report.curve[11]);
    // With two classes, the right one is always among the first three.
    let expected = METRICS.iter().filter(|name| TOP.iter().all(|(top, _)| top != *name)).copied();
    assert_eq!(last.keys().collect::<BTreeSet<_>>(), expected.collect());
    let (best, accuracy) = (report.best.last().expect("one epoch is the best"), &last["val_accuracy"]);
    assert!(report.curve[best.epoch as usize - 1]["val_accuracy"] >= *accuracy);
    assert_eq!(best.counts.iter().flatten().sum::<u32>(), 50);
    let gap = last["train_accuracy"] - last["val_accuracy"];
    assert!((last["generalization_gap"] - gap).abs() < 1e-12 && last["latency_ms"] > 0.0);
    assert!(last["val_accuracy"] > 0.95 && last["train_loss"] < 0.5 * first["train_loss"], "{first:?} {last:?}");
}

#[test]
fn gradients_of_batches_together_are_that_of_a_larger_batch() {
    let _alone = alone();
    let trainer = trainer(100, 6, &Device::flex());
    let [large, small] = [(24, 1), (8, 3)].map(|(size, accumulation)| {
        let candidate = candidate(&[
            ("depth", Value::Int(1)),
            ("channels", Value::Int(4)),
            ("optimizer", text("sgd")),
            ("learning_rate", Value::Float(0.1)),
            ("gradient_clip", Value::Float(1.0)),
            ("class_weights", text("balanced")),
            ("schedule", text("one-cycle")),
            ("batch_size", Value::Int(size)),
            ("accumulation", Value::Int(accumulation)),
        ]);
        Report::of(&trainer, &candidate, None, usize::MAX).0
    });
    // 75 images are three batches of 24 and one of 3, or groups of as many.
    for (large, small) in large.curve.iter().zip(&small.curve) {
        for name in ["train_loss", "val_loss"] {
            assert!((large[name] - small[name]).abs() < 1e-5, "{name}: {} but {}", large[name], small[name]);
        }
    }
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    for (name, expected) in large.tensors() {
        let tensor = &small.tensors()[&name];
        for (expected, value) in expected.chunks_exact(4).map(number).zip(tensor.chunks_exact(4).map(number)) {
            assert!((expected - value).abs() < 1e-5, "{name}: {expected} but {value}");
        }
    }
}

#[test]
fn what_is_computed_again_in_the_backward_pass_is_the_same() {
    let _alone = alone();
    let trainer = trainer(40, 8, &Device::flex());
    let [kept, again] = [false, true].map(|checkpointing| {
        let candidate = candidate(&[
            ("activation_checkpointing", Value::Bool(checkpointing)),
            ("depth", Value::Int(3)),
            ("channels", Value::Int(4)),
            ("skip", Value::Bool(true)),
            ("pooling", text("max")),
            ("activation", text("gelu")),
            ("normalization", text("batch")),
            ("rounding", text("straight-through")),
            ("dense", Value::Int(8)),
            ("dropout", Value::Float(0.3)),
        ]);
        Report::of(&trainer, &candidate, None, 2).0
    });
    assert_eq!(kept.figures(), again.figures());
    let (kept, again) = (kept.tensors(), again.tensors());
    assert_eq!(kept.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    for (name, bytes) in &kept {
        if name.ends_with("BatchNorm.mean") || name.ends_with("BatchNorm.variance") {
            // No gradient depends on running statistics, and their last digit can be another.
            for (one, other) in bytes.chunks_exact(4).map(number).zip(again[name].chunks_exact(4).map(number)) {
                assert!((one - other).abs() < 1e-6, "{name}: {one} but {other}");
            }
        } else {
            assert_eq!(bytes, &again[name], "{name} after steps by the same gradients");
        }
    }
}

#[test]
fn averaged_weights_predict() {
    let _alone = alone();
    let trainer = trainer(100, 6, &Device::flex());
    let [plain, averaged] = [0.0, 0.99].map(|ema| {
        let candidate = candidate(&[("depth", Value::Int(1)), ("ema", Value::Float(ema)), ("channels", Value::Int(4))]);
        Report::of(&trainer, &candidate, None, usize::MAX).0
    });
    let training = |report: &Report| report.curve.iter().map(|metrics| metrics["train_loss"]).collect::<Vec<_>>();
    assert_eq!(training(&plain), training(&averaged), "the average has no influence on what is trained");
    assert!(plain.curve[3]["val_loss"] < averaged.curve[3]["val_loss"], "the average comes after");
    let (plain, averaged) = (plain.tensors(), averaged.tensors());
    let own = averaged.iter().filter_map(|(name, bytes)| Some((name.strip_suffix(".weights")?, bytes)));
    let own: Vec<_> = own.collect();
    assert_eq!(own.len(), 4, "{:?}", averaged.keys());
    for (name, bytes) in own {
        assert_eq!(bytes, &plain[name], "{name} is trained on from where it was");
        assert_ne!(bytes, &averaged[name], "{name} predicts");
    }
}

#[test]
fn hard_rounding_is_warned_of_with_the_tensors_that_do_not_learn() {
    let _alone = alone();
    let trainer = trainer(40, 6, &Device::flex());
    let values = [("depth", Value::Int(2)), ("channels", Value::Int(4)), ("rounding", text("hard"))];
    let (report, _) = Report::of(&trainer, &candidate(&values), None, 1);
    let [warning] = report.warnings.as_slice() else { panic!("{:?}", report.warnings) };
    assert_eq!(
        warning,
        "rounding = \"hard\" passes no gradient: 4 of 6 parameter tensors (stage[0].convolution.weight, \
         stage[0].convolution.bias, stage[1].convolution.weight, stage[1].convolution.bias) do not learn; \
         use rounding = \"straight-through\""
    );
}

#[test]
fn a_loss_that_explodes_ends_the_training_as_diverged() {
    let _alone = alone();
    let trainer = trainer(40, 6, &Device::flex());
    let values = [("optimizer", text("sgd")), ("learning_rate", Value::Float(1e30)), ("batch_size", Value::Int(8))];
    let (report, ended) = Report::of(&trainer, &candidate(&values), None, usize::MAX);
    let Ended::Diverged { epoch: 1, step: 2.., last_loss: Some(loss) } = ended else { panic!("{ended:?}") };
    assert!(loss.is_finite() && report.curve.is_empty());
}

#[test]
fn what_cannot_be_trained_is_an_error() {
    let trainer = trainer(40, 6, &Device::flex());
    let mut on = |_| Control::Continue;
    for (values, expected) in
        [([("optimizer", text("lbfgs"))], "optimizer"), ([("normalization", text("whitening"))], "normalization")]
    {
        let error = trainer.train(0, &candidate(&values), None, &mut on).expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_checkpoint_of_another_network_is_refused() {
    let _alone = alone();
    let trainer = trainer(40, 6, &Device::flex());
    let (report, _) = Report::of(&trainer, &candidate(&[("channels", Value::Int(4))]), None, 1);
    let other = candidate(&[("channels", Value::Int(5))]);
    for files in [report.files.clone(), report.files[..1].to_vec(), Vec::new()] {
        let error = trainer.train(3, &other, Some(files), &mut |_| Control::Continue).expect_err("refused");
        assert!(matches!(error, TrainError::Checkpoint { .. }), "{error}");
    }
    let torn = report.files.into_iter().map(|(name, bytes)| (name, bytes[..bytes.len() / 2].to_vec())).collect();
    let error = trainer.train(3, &other, Some(torn), &mut |_| Control::Continue).expect_err("refused");
    assert!(matches!(error, TrainError::Checkpoint { .. }), "{error}");
}

/// The first kernels take over a minute on a software adapter, so the network is tiny.
#[test]
fn a_wgpu_adapter_agrees_with_the_processor() {
    if !device::list().iter().any(|device| matches!(device.choice, Choice::Wgpu(_))) {
        let how = "on Debian mesa-vulkan-drivers has a software adapter";
        // Past the test harness, which would show it for failures only.
        let _ = writeln!(io::stderr(), "SKIPPED: a_wgpu_adapter_agrees_with_the_processor: no adapter answers; {how}");
        return;
    }
    let _alone = alone();
    let candidate = candidate(&[
        ("depth", Value::Int(1)),
        ("channels", Value::Int(2)),
        ("optimizer", text("sgd")),
        ("learning_rate", Value::Float(0.1)),
        ("batch_size", Value::Int(6)),
        ("epochs", Value::Int(1)),
    ]);
    let [(processor, _), (adapter, _)] = [Device::flex(), ADAPTER.clone()]
        .map(|device| Report::of(&trainer(16, 4, &device), &candidate, None, usize::MAX));
    for (expected, figure) in processor.figures()[0].iter().zip(&adapter.figures()[0]) {
        assert!((expected.1 - figure.1).abs() < 1e-3, "{expected:?} but {figure:?}");
    }
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    for (name, expected) in processor.tensors() {
        let tensor = &adapter.tensors()[&name];
        for (expected, value) in expected.chunks_exact(4).map(number).zip(tensor.chunks_exact(4).map(number)) {
            assert!((expected - value).abs() < 1e-3, "{name}: {expected} but {value}");
        }
    }
}
