//! A recorded trial, trained again from its beginning: by a worker process as any other, with the random streams of the
//! study and the trial, without a store. What `kiln train` and `kiln doctor --deep` compare with the record.

mod comparison;

use std::time::Duration;

use kiln_trials::store::StudyRecord;
use kiln_trials::trial::{Epoch, Outcome, State, Trial};

pub use self::comparison::{Comparison, Ends, Pair};

use crate::failure::Failure;
use crate::runner::DATA;
use crate::runner::crew::{Crew, News};
use crate::runner::opening::same_data;
use crate::runner::protocol::{Assignment, Command, Event, Setup};
use crate::study;
use crate::term::trial::word;
use crate::term::{View, lines};

/// What came of training a trial again.
#[derive(Debug, Clone, PartialEq)]
pub struct Repetition {
    /// The device.
    pub device: String,
    /// What was measured: so many epochs as are on record, unless it ended before.
    pub epochs: Vec<Epoch>,
    /// How it ended by itself; nothing, if it was left after the epochs that were wanted.
    pub outcome: Option<Outcome>,
}

/// Trains `trial` of the study of `record` again on `device`, for so many epochs as are on record, and one more if that
/// is the one that it is to fail in. Nothing if the user does not wait for it.
pub fn repeat(
    record: &StudyRecord,
    trial: &Trial,
    device: &str,
    view: &mut dyn View,
) -> Result<Option<Repetition>, Failure> {
    let wanted = trial.epochs.len() + usize::from(own_end(trial).is_some());
    if wanted == 0 {
        return Err(Failure::Refused {
            message: format!(
                "trial {} of study `{}` has no epoch on record ({}): there is nothing to compare with",
                trial.number,
                record.name,
                word(&trial.state)
            ),
            help: format!("name one that has: `kiln rank {}` lists them", record.name),
        });
    }
    let setup = Setup {
        file: study::file_name(record),
        text: record.space_toml.clone(),
        device: device.to_owned(),
        data: DATA.into(),
        checkpoints: None,
        disk: None,
    };
    let mut crew = Crew::new(setup, 1)?;
    crew.hire()?;
    let mut repetition = Repetition { device: String::new(), epochs: Vec::new(), outcome: None };
    loop {
        match crew.wait(Duration::from_hours(1))? {
            News::Ready(ready) => {
                same_data(record, &ready)?;
                repetition.device = ready.device;
                if let Some(worker) = crew.idle() {
                    let waits = vec![wanted as u32];
                    let candidate = trial.candidate.clone();
                    crew.assign(
                        worker,
                        Assignment {
                            trial: trial.number,
                            attempt: 1,
                            stream: trial.stream(),
                            candidate,
                            checkpoint: None,
                            waits,
                        },
                    );
                }
            }
            News::Event(worker, Event::Epoch { epoch, .. }) => {
                view.note(&lines::epoch(trial.number, &epoch));
                repetition.epochs.push(epoch);
                if repetition.epochs.len() == wanted {
                    crew.tell(worker, &Command::Leave);
                    return Ok(Some(repetition));
                }
            }
            News::Event(_, Event::Finished { outcome, .. }) => {
                return Ok(Some(Repetition { outcome: Some(outcome), ..repetition }));
            }
            News::Died(_, ending) => {
                return Ok(Some(Repetition {
                    outcome: Some(Outcome::Crashed { cause: ending.cause() }),
                    ..repetition
                }));
            }
            News::Interrupt => return Ok(None),
            News::Event(..) | News::Nothing => {}
        }
    }
}

/// The outcome of `trial`, if it is the network's own: the next training has it, too. The others come from outside: a
/// scheduler, a person, a limit.
fn own_end(trial: &Trial) -> Option<&Outcome> {
    match &trial.state {
        State::Ended(outcome @ (Outcome::Diverged { .. } | Outcome::Crashed { .. })) => Some(outcome),
        State::Running | State::Paused | State::Ended(_) => None,
    }
}
