//! The worker as a child process: started in a process group of its own, so that the terminal's Ctrl-C reaches
//! only the runner; spoken to by lines; its last words kept.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::failure::Failure;
use crate::runner::protocol::{self, Command, Event};

/// By which rayon, and with it the arithmetic on the CPU, knows the number of its threads. A user's own value stays.
const THREADS: &str = "RAYON_NUM_THREADS";

/// How glibc's allocator keeps what a step of training frees, for the next one: given back to the system, it would cost
/// a page fault every 4 KiB. Other allocators do not read this, and a user's own values stay.
const MEMORY: [(&str, &str); 4] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "1073741824"),
    ("MALLOC_TRIM_THRESHOLD_", "2147483648"),
    ("MALLOC_TOP_PAD_", "67108864"),
];

/// How many lines of a worker's log are kept for the day it dies.
const LAST_LINES: usize = 8;

/// The number of a worker, from 1 in the order in which a run has started them.
pub type WorkerNumber = u32;

/// What wakes the runner up.
#[derive(Debug)]
pub enum Message {
    /// Worker number `.0` reports.
    Event(WorkerNumber, Event),
    /// Worker number `.0` has closed its output: it has ended, or is about to.
    Gone(WorkerNumber),
    /// The user presses Ctrl-C, or the system asks to end.
    Interrupt,
}

/// A running worker process. Dropping it closes its input, at which it exits.
#[derive(Debug)]
pub struct Worker {
    number: WorkerNumber,
    child: Child,
    stdin: ChildStdin,
    log: JoinHandle<()>,
    last_lines: Arc<Mutex<VecDeque<String>>>,
}

impl Worker {
    /// Starts worker `number`, which computes with so many `threads`; what it says arrives as messages.
    pub fn start(number: WorkerNumber, threads: usize, messages: &Sender<Message>) -> Result<Self, Failure> {
        let failed = || Failure::io("start the worker process");
        let program = std::env::current_exe().map_err(failed())?;
        let mut command = std::process::Command::new(program);
        let threads = [(THREADS, threads.to_string())];
        let memory = MEMORY.map(|(name, value)| (name, value.to_owned()));
        for (name, value) in threads.into_iter().chain(memory) {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        let mut child = command
            .arg("trainer")
            // Mesa's layer that picks a default GPU complains on standard error where there is no desktop; Kiln picks itself.
            .env("NODEVICE_SELECT", "1")
            // A backtrace would push what comes before it, the cause, out of the last lines.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(failed())?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            unreachable!("the three streams were asked for as pipes");
        };
        let last_lines = Arc::new(Mutex::new(VecDeque::new()));
        let log = thread::spawn({
            let last_lines = Arc::clone(&last_lines);
            move || keep_last_lines(stderr, &last_lines)
        });
        thread::spawn({
            let (messages, last_lines) = (messages.clone(), Arc::clone(&last_lines));
            move || forward(number, stdout, &messages, &last_lines)
        });
        Ok(Self { number, child, stdin, log, last_lines })
    }

    /// The number under which its messages arrive.
    pub fn number(&self) -> WorkerNumber {
        self.number
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Tells the worker something. A worker that is gone cannot listen: that arrives as [`Message::Gone`].
    pub fn tell(&mut self, command: &Command) {
        if let Err(error) = protocol::send(&mut self.stdin, command) {
            tracing::debug!(%error, "the worker does not listen");
        }
    }

    /// Kills the process if it still runs, and says how it ended.
    pub fn end(mut self) -> Ending {
        if let Err(error) = self.child.kill() {
            tracing::debug!(%error, "the worker had ended");
        }
        self.wait()
    }

    /// Waits for a process that is [`Gone`](Message::Gone), and says how it ended.
    pub fn wait(mut self) -> Ending {
        let status = self.child.wait();
        // The log is read to its end before it is quoted.
        drop(self.stdin);
        let _ = self.log.join();
        let lines = self.last_lines.lock().unwrap_or_else(PoisonError::into_inner);
        Ending { status: status.ok(), last_lines: lines.iter().cloned().collect() }
    }
}

/// How a worker process ended.
#[derive(Debug)]
pub struct Ending {
    pub(super) status: Option<ExitStatus>,
    pub(super) last_lines: Vec<String>,
}

impl Ending {
    /// Whether something that cannot be caught has ended it.
    pub fn is_killed(&self) -> bool {
        self.status.is_some_and(|status| status.signal() == Some(9))
    }

    /// The signal or exit code, then the last lines of the log.
    pub fn cause(&self) -> String {
        let how = match self.status {
            Some(status) => match (status.signal(), status.code()) {
                (Some(signal), _) => format!("killed by signal {signal}{}", signal_name(signal)),
                (None, Some(code)) => format!("ended with exit code {code}"),
                (None, None) => "ended".to_owned(),
            },
            None => "ended in an unknown way".to_owned(),
        };
        std::iter::once(how).chain(self.last_lines.iter().cloned()).collect::<Vec<_>>().join("\n")
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        9 => " (SIGKILL; the system does that when memory runs out)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    }
}

fn forward(number: WorkerNumber, stdout: impl Read, messages: &Sender<Message>, last_lines: &Mutex<VecDeque<String>>) {
    for line in lines(stdout) {
        match serde_json::from_str(&line) {
            // A runner that has ended its loop reads no more.
            Ok(event) => drop(messages.send(Message::Event(number, event))),
            // Not ours: a library or a driver that prints.
            Err(error) => {
                tracing::debug!(%error, line, "a line that is no event");
                keep(line, last_lines);
            }
        }
    }
    drop(messages.send(Message::Gone(number)));
}

fn keep_last_lines(stderr: impl Read, last_lines: &Mutex<VecDeque<String>>) {
    for line in lines(stderr) {
        tracing::debug!(target: "worker", "{line}");
        keep(line, last_lines);
    }
}

/// The lines of a stream, whatever the encoding of what libraries and drivers print between ours.
fn lines(stream: impl Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned()).filter(|line| !line.is_empty())
}

fn keep(line: String, last_lines: &Mutex<VecDeque<String>>) {
    let mut lines = last_lines.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() == LAST_LINES {
        lines.pop_front();
    }
    lines.push_back(line);
}
