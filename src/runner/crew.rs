//! The workers of a run, each replaced when it has died, and the queue of everything that wakes the runner.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::device;
use crate::failure::Failure;
use crate::runner::process::{Ending, Message, Worker, WorkerNumber};
use crate::runner::protocol::{Assignment, Command, Event, Examination, Ready, Setup};

/// The share of the free memory that trials may take.
const SHARE: f64 = 0.8;

/// The workers that run, and the messages.
#[derive(Debug)]
pub struct Crew {
    setup: Setup,
    /// How many workers there are to be; at least 1.
    size: usize,
    /// Bytes that all trials together may take, where the memory decides how many workers there are.
    room: Option<u64>,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    members: Vec<Member>,
    started: WorkerNumber,
}

#[derive(Debug)]
struct Member {
    worker: Worker,
    standing: Standing,
    has_trained: bool,
}

/// What a worker is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Starting,
    Idle,
    Busy,
}

/// What comes of asking for a first worker.
#[derive(Debug)]
pub enum Muster {
    /// It is ready.
    Ready(Ready),
    /// The user did not wait for it.
    Interrupted,
}

/// What comes of waiting.
#[derive(Debug)]
pub enum News {
    /// A worker is ready.
    Ready(Ready),
    /// A worker reports.
    Event(WorkerNumber, Event),
    /// A worker has died.
    Died(WorkerNumber, Ending),
    /// The user presses Ctrl-C, or the system asks to end.
    Interrupt,
    /// Nothing in the time given.
    Nothing,
}

impl Crew {
    /// A crew of `size` workers, none of which is there yet. From now on Ctrl-C and a request to terminate arrive as
    /// [`News::Interrupt`].
    pub fn new(setup: Setup, size: usize) -> Result<Self, Failure> {
        let (sender, messages) = mpsc::channel();
        let interrupts = sender.clone();
        // Nobody reads them any more once the run is over: then they mean nothing.
        ctrlc::set_handler(move || drop(interrupts.send(Message::Interrupt)))
            .map_err(|error| Failure::io("listen for Ctrl-C")(std::io::Error::other(error)))?;
        Ok(Self { setup, size, room: None, sender, messages, members: Vec::new(), started: 0 })
    }

    /// How many workers there are to be.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Hires no more than `most` workers.
    pub fn shrink(&mut self, most: usize) {
        self.size = self.size.min(most);
    }

    /// From now on hires no more workers than [fit](Self::fit) into so much memory, some of which is left to others.
    pub fn within(&mut self, free: u64) {
        self.room = Some((free as f64 * SHARE) as u64);
    }

    /// Notes that a trial can take so many bytes.
    pub fn fit(&mut self, bytes: u64) {
        if let Some(room) = self.room {
            self.shrink((room / bytes.max(1)).max(1) as usize);
        }
    }

    /// Starts a worker, unless all are there.
    pub fn hire(&mut self) -> Result<(), Failure> {
        if self.members.len() < self.size {
            self.started += 1;
            let threads = device::cores() / self.size;
            let mut worker = Worker::start(self.started, threads.max(1), &self.sender)?;
            worker.tell(&Command::Setup(self.setup.clone()));
            self.members.push(Member { worker, standing: Standing::Starting, has_trained: false });
        }
        Ok(())
    }

    /// Starts a first worker and waits until it is ready.
    pub fn muster(&mut self) -> Result<Muster, Failure> {
        self.hire()?;
        loop {
            match self.wait(Duration::from_hours(1))? {
                News::Ready(ready) => return Ok(Muster::Ready(ready)),
                News::Interrupt => {
                    self.members.drain(..).for_each(|member| drop(member.worker.end()));
                    return Ok(Muster::Interrupted);
                }
                News::Event(..) | News::Died(..) | News::Nothing => {}
            }
        }
    }

    /// A worker that has nothing to do.
    pub fn idle(&self) -> Option<WorkerNumber> {
        let idle = self.members.iter().find(|member| member.standing == Standing::Idle)?;
        Some(idle.worker.number())
    }

    /// Gives a worker a trial.
    pub fn assign(&mut self, number: WorkerNumber, assignment: Assignment) {
        self.set(number, Standing::Busy);
        if let Some(member) = self.member(number) {
            member.has_trained = true;
        }
        self.tell(number, &Command::Train(assignment));
    }

    /// Has a worker measure what a trial has learned.
    pub fn examine(&mut self, number: WorkerNumber, examination: Examination) {
        self.set(number, Standing::Busy);
        self.tell(number, &Command::Test(examination));
    }

    /// Notes that a worker has nothing to do any more.
    pub fn free(&mut self, number: WorkerNumber) {
        self.set(number, Standing::Idle);
    }

    fn set(&mut self, number: WorkerNumber, standing: Standing) {
        if let Some(member) = self.member(number) {
            member.standing = standing;
        }
    }

    /// Tells a worker something.
    pub fn tell(&mut self, number: WorkerNumber, command: &Command) {
        if let Some(member) = self.member(number) {
            member.worker.tell(command);
        }
    }

    /// The process of a worker.
    pub fn process(&self, number: WorkerNumber) -> Option<u32> {
        let member = self.members.iter().find(|member| member.worker.number() == number)?;
        Some(member.worker.process())
    }

    /// The process of a worker that has trained something, in which some of that may be left.
    pub fn used_process(&self, number: WorkerNumber) -> Option<u32> {
        let member = self.members.iter().find(|member| member.worker.number() == number && member.has_trained)?;
        Some(member.worker.process())
    }

    /// Kills a worker.
    pub fn dismiss(&mut self, number: WorkerNumber) {
        if let Some(at) = self.members.iter().position(|member| member.worker.number() == number) {
            self.members.remove(at).worker.end();
        }
    }

    /// Waits for news for at most `time`.
    ///
    /// # Errors
    /// If a worker cannot go on with any trial, or dies before it is ready.
    pub fn wait(&mut self, time: Duration) -> Result<News, Failure> {
        Ok(match self.messages.recv_timeout(time) {
            Ok(Message::Interrupt) => News::Interrupt,
            Ok(Message::Event(number, event)) if self.member(number).is_some() => match event {
                Event::Failed { input, message, help } => return Err(Failure::Worker { input, message, help }),
                Event::Ready(ready) => {
                    self.free(number);
                    News::Ready(ready)
                }
                event => News::Event(number, event),
            },
            Ok(Message::Gone(number)) => match self.members.iter().position(|one| one.worker.number() == number) {
                Some(at) => {
                    let Member { worker, standing, .. } = self.members.remove(at);
                    let ending = worker.wait();
                    if standing == Standing::Starting {
                        return Err(Failure::WorkerDied { cause: ending.cause() });
                    }
                    News::Died(number, ending)
                }
                None => News::Nothing,
            },
            // A former worker's.
            Ok(Message::Event(..)) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => News::Nothing,
        })
    }

    fn member(&mut self, number: WorkerNumber) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.worker.number() == number)
    }
}
