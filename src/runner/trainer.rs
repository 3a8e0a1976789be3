//! The worker process: it loads the data once, then trains the trials it is given, one at a time.
//!
//! It lives as long as its standard input is open: a runner that is killed takes its worker with it.

use std::io::{self, BufRead};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::{process, thread};

use burn::tensor::Device;
use kiln_search::candidate::Candidate;
use kiln_trials::chaos::{self, Point};
use kiln_trials::checkpoint::{CheckpointError, Checkpoints};
use kiln_trials::trial::Outcome;
use miette::Diagnostic;

use crate::data::{self, DataSpec};
use crate::device::{self, Opened};
use crate::failure::Failure;
use crate::runner::prediction::MEASURED;
use crate::runner::protocol::{self, Assignment, Command, Event, Examination, Ready, Setup};
use crate::runner::{memory, panics};
use crate::study;
use crate::train::{Control, Ended, Progress, TrainError, Trainer};
use crate::vocabulary::BuiltIn;

/// Serves the runner at the other end of standard input and output until that end closes.
pub fn serve() {
    memory::be_the_first_to_go();
    let pause = Arc::new(AtomicBool::new(false));
    let commands = listen(Arc::clone(&pause));
    // A panic outside training is told like any other failure.
    let served = panics::catch(|| work(&commands, &pause));
    match served {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => say(&failed(&failure)),
        Err(message) => say(&Event::Failed { input: false, message, help: None }),
    }
}

/// Reads commands in a thread of its own, so that a pause is seen, and the end of the runner felt, during an epoch.
fn listen(pause: Arc<AtomicBool>) -> Receiver<Command> {
    let (sender, commands) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                Ok(Command::Pause) => pause.store(true, Ordering::Relaxed),
                Ok(command @ Command::Train(_)) => {
                    // A pause was meant for the trial before.
                    pause.store(false, Ordering::Relaxed);
                    drop(sender.send(command));
                }
                // The main thread reads until this thread ends the process.
                Ok(command) => drop(sender.send(command)),
                Err(error) => tracing::error!(%error, line, "a command that is none"),
            }
        }
        process::exit(0);
    });
    commands
}

fn work(commands: &Receiver<Command>, pause: &AtomicBool) -> Result<(), Failure> {
    let mut bench = None;
    for command in commands {
        match command {
            Command::Setup(setup) => {
                let (ready, new) = Bench::set_up(setup)?;
                say(&Event::Ready(ready));
                bench = Some(new);
            }
            Command::Train(assignment) => {
                let Some(bench) = &bench else { continue };
                let trial = assignment.trial;
                match panics::catch(|| bench.train(assignment, commands, pause)) {
                    Ok(event) => event?.iter().for_each(say),
                    Err(cause) => {
                        // What else the panic left behind is unknown: the next trial gets a new process.
                        say(&Event::Finished { trial, outcome: outcome_of(cause) });
                        return Ok(());
                    }
                }
            }
            Command::Test(Examination { trial, candidate, checkpoint }) => {
                let Some(bench) = &bench else { continue };
                // Whatever it dies of, the next one is told the same once more.
                say(&match bench.test(&candidate, &checkpoint) {
                    Ok((correct, images, loss)) => Event::Tested { trial, correct, images, loss },
                    Err(failure) => Event::Untested { trial, cause: failure.with_causes() },
                });
            }
            Command::GoOn | Command::Leave | Command::Pause => {}
        }
    }
    Ok(())
}

/// What a worker has at hand for every trial.
struct Bench {
    trainer: Trainer,
    /// Which images, and where they are looked for.
    images: (DataSpec, PathBuf),
    checkpoints: Option<Checkpoints>,
    held: Held,
}

/// What a training holds in memory.
struct Held {
    /// The device, if it has memory of its own.
    device: Option<Device>,
}

impl Held {
    /// Bytes at this moment.
    fn now(&self) -> Option<u64> {
        match &self.device {
            Some(device) => device.memory_pool_usage().map(|usage| usage.bytes_reserved),
            None => memory::resident(process::id()),
        }
    }

    /// The most bytes since the training began. A device keeps what it has reserved.
    fn most(&self) -> Option<u64> {
        if self.device.is_some() { self.now() } else { memory::peak() }
    }
}

impl Bench {
    fn set_up(setup: Setup) -> Result<(Ready, Self), Failure> {
        let study = study::read(&setup.file, &setup.text, &BuiltIn).map_err(Box::new)?;
        let data = data::load(&study.data, &setup.data)?;
        let Opened { device, name } = device::open(setup.device.parse()?)?;
        let trainer = Trainer::new(&data, &study.data, &device, study.seed, study.fidelity.epochs)?;
        let shape = data.shape;
        let (digest, classes) = (data.digest.clone(), data.classes.len());
        drop(data);
        let held = Held { device: (!device::is_processor(&name)).then_some(device) };
        let ready = Ready {
            device: name,
            digest,
            image: [shape.channels, shape.height, shape.width],
            classes,
            images: trainer.images(),
            memory: held.now(),
        };
        let checkpoints = setup.checkpoints.map(|directory| Checkpoints::new(directory).within(setup.disk));
        Ok((ready, Self { trainer, images: (study.data, setup.data), checkpoints, held }))
    }

    /// How many of how many test images get the right class by what `checkpoint` holds, and the mean loss.
    fn test(&self, candidate: &Candidate, checkpoint: &str) -> Result<(u32, u32, f64), Failure> {
        let (spec, root) = &self.images;
        let files = self.checkpoints.as_ref().map_or_else(|| Ok(Vec::new()), |all| all.read(checkpoint))?;
        // The test images are read for this alone: no training can have seen them.
        chaos::sicken_test();
        let measured = self.trainer.test(&data::load(spec, root)?, spec, candidate, files);
        let measured =
            measured.map_err(|error| Failure::Worker { input: false, message: error.to_string(), help: None })?;
        Ok((measured.hits as u32, measured.images as u32, measured.loss))
    }

    /// Trains one trial and says how it ended; nothing if it was told to leave it.
    fn train(
        &self,
        assignment: Assignment,
        commands: &Receiver<Command>,
        pause: &AtomicBool,
    ) -> Result<Option<Event>, Failure> {
        let Assignment { trial, attempt, stream, candidate, checkpoint, waits } = assignment;
        let resume = match (&self.checkpoints, &checkpoint) {
            (Some(checkpoints), Some(name)) => Some(checkpoints.read(name)?),
            _ => None,
        };
        memory::forget_peak();
        let mut broken = None;
        let mut left = false;
        let ended = self.trainer.train(stream, &candidate, resume, &mut |progress| {
            match progress {
                Progress::Warning(text) => say(&Event::Warning { trial, text }),
                Progress::Best(confusion) => say(&Event::Best { trial, confusion }),
                Progress::Epoch { mut epoch, files } => {
                    let most = self.held.most().map(|bytes| (MEASURED, bytes as f64));
                    epoch.metrics.extend(most);
                    let number = epoch.epoch;
                    let files: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
                    let write = || {
                        let checkpoints = self.checkpoints.as_ref();
                        checkpoints.map(|checkpoints| checkpoints.write(trial, attempt, number, &files)).transpose()
                    };
                    let written = write().or_else(|error| match error {
                        CheckpointError::Crowded { .. } => {
                            say(&Event::Crowded { trial });
                            if may_go_on(commands) { write() } else { Err(error) }
                        }
                        error => Err(error),
                    });
                    match written {
                        Ok(checkpoint) => {
                            say(&Event::Epoch { trial, epoch, checkpoint });
                            chaos::pass(Point::EpochTold);
                        }
                        Err(error) => {
                            broken = Some(error);
                            return Control::Pause;
                        }
                    }
                    left = waits.contains(&number) && !may_go_on(commands);
                }
            }
            if left || pause.load(Ordering::Relaxed) { Control::Pause } else { Control::Continue }
        });
        if let Some(error) = broken {
            return Err(error.into());
        }
        Ok(Some(match (ended, checkpoint) {
            (Ok(Ended::Paused), _) if left => return Ok(None),
            (Ok(Ended::Paused), _) => Event::Paused { trial },
            (Ok(Ended::Complete), _) => Event::Finished { trial, outcome: Outcome::Complete },
            (Ok(Ended::Diverged { epoch, step, last_loss }), _) => {
                Event::Finished { trial, outcome: Outcome::Diverged { epoch, step, last_loss } }
            }
            (Err(TrainError::Checkpoint { cause }), Some(checkpoint)) => Event::Unusable { trial, checkpoint, cause },
            (Err(error), _) => Event::Finished { trial, outcome: outcome_of(error.to_string()) },
        }))
    }
}

/// Waits for the runner's answer.
fn may_go_on(commands: &Receiver<Command>) -> bool {
    let answer = |command| match command {
        Command::GoOn => Some(true),
        Command::Leave => Some(false),
        Command::Setup(_) | Command::Train(_) | Command::Test(_) | Command::Pause => None,
    };
    commands.iter().find_map(answer).unwrap_or(false)
}

/// What an error or a panic of training means for the trial.
fn outcome_of(cause: String) -> Outcome {
    let text = cause.to_lowercase();
    if ["out of memory", "outofmemory", "not enough memory"].iter().any(|sign| text.contains(sign)) {
        Outcome::OutOfMemory { cause }
    } else {
        Outcome::Crashed { cause }
    }
}

/// A failure for the wire.
fn failed(failure: &Failure) -> Event {
    let help = failure.help().map(|help| help.to_string());
    Event::Failed { input: failure.exit_code() == 2, message: failure.with_causes(), help }
}

fn say(event: &Event) {
    if let Err(error) = protocol::send(io::stdout().lock(), event) {
        // Nobody listens: the runner is gone.
        tracing::debug!(%error, "the runner does not listen");
        process::exit(0);
    }
}
