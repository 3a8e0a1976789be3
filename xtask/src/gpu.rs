//! `cargo xtask gpu-bench`: every measurement that wants a GPU, and the tests that use one, beside `PyTorch` where its
//! CUDA is at hand. It needs a driver and the sources of the dependencies, but no network.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use serde::de::DeserializeOwned;

use device::{Adapter, Trained};

mod device;
mod packing;
mod page;
mod peer;

const USAGE: &str = "\
usage: cargo xtask gpu-bench [--device NAME] [--offline] [--out FILE.md]
    --device wgpu                   what to measure, as `kiln devices` calls it
    --offline                       cargo is to do without the network
    --out docs/performance-gpu.md   where the tables go; those of a software adapter are only printed without it";

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// On a GPU, an epoch has so many times the images that it has on the CPU: a GPU is done with those too soon.
const TIMES: usize = 8;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
struct Options {
    device: String,
    offline: bool,
    out: Option<PathBuf>,
}

/// What was measured.
struct Measured {
    adapter: Adapter,
    /// Each network, trained in two processes one after the other.
    nets: Vec<(String, Result<[Trained; 2], String>)>,
    /// The version of `PyTorch`, and images a second by network.
    peer: Option<peer::Peer>,
    /// Trials a minute of so many workers.
    packed: Vec<(usize, Result<f64, String>)>,
    /// Whether the tests passed.
    tests: bool,
}

impl Measured {
    fn is_whole(&self) -> bool {
        self.tests && self.nets.iter().all(|(_, net)| net.is_ok()) && self.packed.iter().all(|(_, pace)| pace.is_ok())
    }
}

/// Measures what `arguments` ask for. What fails is told in its place, so that the rest is not lost.
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    match parse(arguments).and_then(|options| bench(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { device: "wgpu".to_owned(), offline: false, out: None };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{name}` lacks a value\n{USAGE}"));
        match name.as_str() {
            "--device" => options.device = value()?,
            "--offline" => options.offline = true,
            "--out" => options.out = Some(env::current_dir().unwrap_or_default().join(value()?)),
            _ => return Err(format!("unknown option `{name}`\n{USAGE}")),
        }
    }
    Ok(options)
}

fn bench(options: &Options) -> Result<bool, String> {
    let adapter = Adapter::open(options)?;
    eprintln!("{}: {}", options.device, adapter.name);
    if adapter.is_software {
        eprintln!("this is a software adapter, which says nothing of a GPU: only tiny networks are trained");
    }
    let times = if adapter.is_software { 1 } else { TIMES };
    let nets = adapter.nets.iter().map(|net| (net.clone(), device::train_twice(options, net, times))).collect();
    let peer = if adapter.is_software { None } else { peer::measure(times) };
    let packed = packing::measure(options, adapter.is_software);
    eprintln!("the tests");
    let tests = cargo(options, &["test", "--release", "--package", "kiln"], &["wgpu", "--include-ignored"]).status();
    let tests = tests.map_err(|error| format!("cargo does not start: {error}"))?.success();
    let measured = Measured { adapter, nets, peer, packed, tests };

    let text = page::markdown(&measured);
    println!("{text}");
    let usual = (!measured.adapter.is_software).then(|| Path::new(ROOT).join("docs/performance-gpu.md"));
    if let Some(out) = options.out.clone().or(usual) {
        fs::write(&out, &text).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    Ok(measured.is_whole())
}

/// `cargo` with the arguments before and after `--`.
fn cargo(options: &Options, arguments: &[&str], passed: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(ROOT).args(arguments);
    if options.offline {
        command.arg("--offline");
    }
    command.arg("--").args(passed);
    command
}

/// What the last line that a command writes says; its progress and its complaints go where this program's go.
fn answer<T: DeserializeOwned>(command: &mut Command) -> Result<T, String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("it does not start: {error}"))?;
    if !output.status.success() {
        return Err(output.status.to_string());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default()).map_err(|error| format!("`{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_a_place_and_no_network_can_be_asked_for() {
        let parse = |arguments: &[&str]| parse(arguments.iter().map(ToString::to_string));
        let usual = Options { device: "wgpu".to_owned(), offline: false, out: None };
        assert_eq!(parse(&[]), Ok(usual));
        let asked = parse(&["--offline", "--device", "wgpu:1", "--out", "/a.md"]).expect("known options");
        assert_eq!(asked, Options { device: "wgpu:1".to_owned(), offline: true, out: Some("/a.md".into()) });
        for wrong in [["--out"].as_slice(), &["--nets"], &["wgpu"]] {
            assert!(parse(wrong).expect_err("wrong").contains("usage"), "{wrong:?}");
        }
    }
}
