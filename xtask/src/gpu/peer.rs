//! The same networks in `PyTorch`, where there is one that has CUDA.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::ROOT;

/// How often `benches/pytorch.py` is run. Medians are taken.
const RUNS: usize = 5;

/// What `PyTorch` does.
#[derive(Debug)]
pub struct Peer {
    pub version: String,
    /// Images a second, by network.
    pub speeds: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Line {
    net: String,
    images_per_second: f64,
}

/// Images a second on the first CUDA device; nothing where Python, `PyTorch` or CUDA is not there.
pub fn measure(times: usize) -> Option<Peer> {
    let version = python(&["-c", "import torch; torch.zeros(1).cuda(); print(torch.__version__)"], times)?;
    let mut runs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..RUNS {
        eprintln!("PyTorch {}", version.trim());
        for line in python(&["benches/pytorch.py"], times)?.lines() {
            let Line { net, images_per_second } = serde_json::from_str(line).ok()?;
            runs.entry(net).or_default().push(images_per_second);
        }
    }
    let median = |mut speeds: Vec<f64>| {
        speeds.sort_by(f64::total_cmp);
        speeds[speeds.len() / 2]
    };
    let speeds = runs.into_iter().map(|(net, speeds)| (net, median(speeds))).collect();
    Some(Peer { version: version.trim().to_owned(), speeds })
}

/// What a program prints, if it succeeds; why it did not is on standard error.
fn python(arguments: &[&str], times: usize) -> Option<String> {
    let mut command = Command::new("python3");
    command.args(arguments).current_dir(ROOT).env("TORCH_DEVICE", "cuda").env("TIMES", times.to_string());
    let output = command.stderr(Stdio::inherit()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
