//! The built program in a directory of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::thread::{self, JoinHandle};

use kiln_trials::chaos::VARIABLE;
use serde_json::Value;
use tempfile::TempDir;

/// A study that takes seconds, with something of everything that a resumed training must get right: dropout, blended
/// images, running statistics, momentum and Adam's moments.
pub const TINY: &str = r#"
[study]
name = "tiny"
seed = 7

[data]
source = "digits"

[[objective]]
metric = "val_accuracy"
goal   = "maximize"

[[objective]]
metric = "parameters"
goal   = "minimize"

[search]
strategy = "random"
enqueue  = [{ optimizer = "adam", dropout = 0.25 }]

[fidelity]
epochs = 3

[budget]
trials = 4

[space]
depth         = 1
channels      = { ordinal = [2, 4, 8] }
normalization = "batch"
dense         = 8
optimizer     = { one_of = ["sgd", "adam"] }
learning_rate = { float = [1e-3, 1e-1], log = true }
momentum      = { float = [0.5, 0.9], when = "optimizer == 'sgd'" }
dropout       = { float = [0.0, 0.5] }
mixup         = 0.2
batch_size    = 64
"#;

/// Successive halving of eight tiny trials, which wait after epochs 1 and 2 of 4.
pub const HALVING: &str = r#"
[study]
name = "halving"
seed = 7

[data]
source = "digits"

[fidelity]
epochs    = 4
scheduler = "asha"
rungs     = [1, 2]
reduction = 2

[budget]
trials = 8

[space]
depth         = 1
channels      = { ordinal = [2, 4, 8] }
dense         = 8
learning_rate = { float = [1e-4, 1e-1], log = true }
dropout       = { float = [0.0, 0.5] }
"#;

/// A directory with a study file, and the program to run in it.
pub struct Place {
    dir: TempDir,
}

/// What a finished program leaves.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    /// A directory with `space` as its space.toml.
    pub fn new(space: &str) -> Self {
        let place = Self::empty();
        place.write("space.toml", space);
        place
    }

    /// A directory with nothing in it.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory can be made") }
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the temporary directory is writable");
    }

    /// The program with arguments, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        command
    }

    /// Runs the program to its end.
    pub fn kiln(&self, arguments: &[&str]) -> Answer {
        self.command(arguments).output().expect("the program starts").into()
    }

    /// Runs the program, which must succeed, and returns its answer.
    pub fn answer(&self, arguments: &[&str]) -> String {
        let answer = self.kiln(arguments);
        assert_eq!(answer.code, Some(0), "kiln {arguments:?}: {answer:?}");
        answer.stdout
    }

    /// Runs the program, which must succeed, and reads its answer as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.answer(arguments)).expect("the answer is JSON")
    }

    /// Starts a run whose events can be waited for.
    pub fn start(&self, arguments: &[&str]) -> Running {
        self.start_with(arguments, |_| {})
    }

    /// Starts a run in which goes wrong what `chaos` says (see `kiln_trials::chaos`).
    pub fn start_amid(&self, chaos: &str, arguments: &[&str]) -> Running {
        self.start_with(arguments, |command| {
            command.env(VARIABLE, chaos);
        })
    }

    /// Starts a run in surroundings that `change` makes.
    pub fn start_with(&self, arguments: &[&str], change: impl Fn(&mut Command)) -> Running {
        let mut command = self.command(arguments);
        command.args(["--device", "cpu", "--log-format", "json"]).stdout(Stdio::null()).stderr(Stdio::piped());
        change(&mut command);
        let mut child = command.spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("it was asked for"));
        Running { child, stderr }
    }

    /// What the record of a study says, apart from times, memory, predictions, attempts and faults.
    pub fn record(&self) -> Vec<Value> {
        let log = self.answer(&["log", "--format", "json"]);
        let mut events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
        for event in &mut events {
            let event = event.as_object_mut().expect("an event is an object");
            event.remove("attempt");
            if let Some(metrics) = event.get_mut("metrics").and_then(Value::as_object_mut) {
                for timing in ::kiln::train::TIMINGS {
                    assert!(metrics.remove(timing).is_some(), "{timing}");
                }
                metrics.remove("memory_bytes");
            }
            if let Some(statics) = event.get_mut("statics").and_then(Value::as_object_mut) {
                statics.retain(|name, _| !name.starts_with("predicted_"));
            }
        }
        events
    }

    /// Whether nothing but the given files is in the directory.
    pub fn has_only(&self, names: &[&str]) -> bool {
        let mut found = names_in(self.dir.path());
        found.sort();
        found == names
    }
}

fn names_in(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("the temporary directory is readable");
    entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
}

/// A program that runs.
pub struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process ids of its workers.
    pub fn workers(&self) -> Vec<u32> {
        let entries = fs::read_dir("/proc").expect("there is /proc");
        let processes = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        processes.filter(|process| parent_of(*process) == Some(self.id())).collect()
    }

    /// Reads events up to the first of the kind `name`. `None`: the run ended before.
    pub fn wait_for(&mut self, name: &str) -> Option<Value> {
        let mut line = String::new();
        while self.stderr.read_line(&mut line).expect("standard error is text") > 0 {
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            if event["event"] == name {
                return Some(event);
            }
            line.clear();
        }
        None
    }

    /// Reads on whatever it says, or it would wait for a reader once it has said enough.
    pub fn unheeded(self) -> Unheeded {
        Unheeded { process: self.id(), reader: thread::spawn(move || self.finish()) }
    }

    /// Kills it as the power cut does.
    pub fn kill(self) {
        signal(self.id(), "KILL");
        self.bury();
    }

    /// Waits for the end of one that is killed.
    pub fn bury(mut self) {
        self.child.wait().expect("a child can be waited for");
    }

    /// Sends the signal that Ctrl-C sends.
    pub fn interrupt(&self) {
        signal(self.id(), "INT");
    }

    /// Waits for its end; reads what it still says.
    pub fn finish(mut self) -> Answer {
        let mut stderr = String::new();
        while self.stderr.read_line(&mut stderr).expect("standard error is text") > 0 {}
        let status = self.child.wait().expect("a child can be waited for");
        Answer { code: status.code(), stdout: String::new(), stderr }
    }
}

/// A run to whose events nobody listens any more.
pub struct Unheeded {
    process: u32,
    reader: JoinHandle<Answer>,
}

impl Unheeded {
    /// Kills it as the power cut does.
    pub fn kill(self) {
        signal(self.process, "KILL");
        assert_eq!(self.reader.join().expect("it is read to its end").code, None);
    }
}

/// Sends a signal by the shell's own `kill`.
pub fn signal(process: u32, name: &str) {
    assert!(signal_all(&[process], name), "the signal can be sent");
}

/// Sends a signal to several processes in a breath; whether all were still there.
pub fn signal_all(processes: &[u32], name: &str) -> bool {
    let processes = processes.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("kill -{name} {processes}")]).stderr(Stdio::null());
    shell.status().expect("there is a shell").success()
}

/// From `/proc/N/stat`: `N (name) state parent …`; the name may contain anything.
fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the answer is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
        }
    }
}
