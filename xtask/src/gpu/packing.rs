//! Several small trials at the same time on one device.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use super::{Options, cargo};

/// How many workers share a GPU, and how many an adapter that is a program on the processor.
const WORKERS: [&[usize]; 2] = [&[1, 2, 4], &[1, 2]];

/// Trials of each worker that count. Its first one, which compiles, does not.
const TRIALS: usize = 6;

/// Trials a minute by number of workers, from when as many trials as there are workers are over.
pub fn measure(options: &Options, is_software: bool) -> Vec<(usize, Result<f64, String>)> {
    let paces = WORKERS[usize::from(is_software)].iter().map(|&workers| {
        eprintln!("trials, {workers} at a time");
        let pace = pace(options, workers, is_software);
        (workers, pace.inspect_err(|cause| eprintln!("{workers} workers: {cause}")))
    });
    paces.collect()
}

fn pace(options: &Options, workers: usize, is_software: bool) -> Result<f64, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let [file, studies] = ["study.toml", "studies"].map(|name| folder.path().join(name).display().to_string());
    fs::write(&file, study(workers * (TRIALS + 1), is_software)).map_err(|error| format!("{file}: {error}"))?;
    let number = workers.to_string();
    let order = ["run", &file, "--dir", &studies, "--device", &options.device, "--workers", &number];
    let mut run = cargo(options, &["run", "--release", "--bin", "kiln"], &order);
    let run = run.args(["--log-format", "json"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut run = run.map_err(|error| format!("cargo does not start: {error}"))?;
    let mut ends = Vec::new();
    for line in run.stderr.take().map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        let event: Value = serde_json::from_str(&line).unwrap_or_default();
        match (event["event"].as_str(), event["outcome"].as_str()) {
            (Some("finished"), Some("complete")) => ends.push(Instant::now()),
            (Some("finished" | "failed" | "fault") | None, _) => eprintln!("{line}"),
            _ => {}
        }
    }
    run.wait().map_err(|error| error.to_string())?;
    match (ends.get(workers - 1), ends.last()) {
        (Some(begun), Some(end)) if ends.len() > workers => {
            Ok((ends.len() - workers) as f64 * 60.0 / end.duration_since(*begun).as_secs_f64())
        }
        _ => Err(format!("only {} trials were trained", ends.len())),
    }
}

/// A study of trials that are alike but for numbers, so that all of them have the same kernels.
fn study(trials: usize, is_software: bool) -> String {
    let (channels, epochs) = if is_software { (2, 1) } else { (32, 10) };
    format!(
        "\
[study]
name = \"packing\"
[data]
source = \"digits\"
[search]
strategy = \"random\"
[fidelity]
epochs = {epochs}
[budget]
trials = {trials}
[space]
depth = {depth}
channels = {channels}
batch_size = 64
learning_rate = {{ float = [1e-3, 1e-1], log = true }}
",
        depth = if is_software { 1 } else { 3 },
    )
}
