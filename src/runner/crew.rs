//! The one worker of a run, replaced when it has died, and the queue of everything that wakes the runner.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::failure::Failure;
use crate::runner::process::{Ending, Message, Worker};
use crate::runner::protocol::{Command, Event, Ready, Setup};

/// The worker, if one runs, and the messages.
#[derive(Debug)]
pub struct Crew {
    setup: Setup,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    worker: Option<Worker>,
    started: u32,
}

/// What comes of asking for a worker.
#[derive(Debug)]
pub enum Muster {
    /// It was there already.
    Present,
    /// A new one is ready.
    Ready(Ready),
    /// The user did not wait for it.
    Interrupted,
}

/// What comes of waiting.
#[derive(Debug)]
pub enum News {
    /// The worker reports.
    Event(Event),
    /// The worker has died.
    Died(Ending),
    /// The user presses Ctrl-C, or the system asks to end.
    Interrupt,
    /// Nothing in the time given.
    Nothing,
}

impl Crew {
    /// A crew without a worker yet. From now on Ctrl-C and a request to terminate arrive as [`News::Interrupt`].
    pub fn new(setup: Setup) -> Result<Self, Failure> {
        let (sender, messages) = mpsc::channel();
        let interrupts = sender.clone();
        // Nobody reads them any more once the run is over: then they mean nothing.
        ctrlc::set_handler(move || drop(interrupts.send(Message::Interrupt)))
            .map_err(|error| Failure::io("listen for Ctrl-C")(std::io::Error::other(error)))?;
        Ok(Self { setup, sender, messages, worker: None, started: 0 })
    }

    /// Makes sure that a worker is there.
    pub fn muster(&mut self) -> Result<Muster, Failure> {
        if self.worker.is_some() {
            return Ok(Muster::Present);
        }
        self.started += 1;
        let mut worker = Worker::start(self.started, &self.sender)?;
        worker.tell(&Command::Setup(self.setup.clone()));
        self.worker = Some(worker);
        loop {
            match self.wait(Duration::from_hours(1)) {
                News::Event(Event::Ready(ready)) => return Ok(Muster::Ready(ready)),
                News::Event(Event::Failed { input, message, help }) => {
                    return Err(Failure::Worker { input, message, help });
                }
                News::Died(ending) => return Err(Failure::WorkerDied { cause: ending.cause() }),
                News::Interrupt => {
                    self.dismiss();
                    return Ok(Muster::Interrupted);
                }
                News::Event(_) | News::Nothing => {}
            }
        }
    }

    /// Tells the worker something.
    pub fn tell(&mut self, command: &Command) {
        if let Some(worker) = &mut self.worker {
            worker.tell(command);
        }
    }

    /// Waits for news for at most `time`.
    pub fn wait(&mut self, time: Duration) -> News {
        match self.messages.recv_timeout(time) {
            Ok(Message::Interrupt) => News::Interrupt,
            Ok(Message::Event(number, event)) if self.is(number) => News::Event(event),
            Ok(Message::Gone(number)) if self.is(number) => match self.worker.take() {
                Some(worker) => News::Died(worker.wait()),
                None => News::Nothing,
            },
            // The former worker's.
            Ok(Message::Event(..) | Message::Gone(_))
            | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => News::Nothing,
        }
    }

    /// Kills the worker.
    pub fn dismiss(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.end();
        }
    }

    fn is(&self, number: u32) -> bool {
        self.worker.as_ref().is_some_and(|worker| worker.number() == number)
    }
}
