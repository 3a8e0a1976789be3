//! The test images: the winner of a confirmation is measured on them, once, when all else is done.

use std::time::{Duration, Instant};

use kiln_trials::store::{Look, now};
use kiln_trials::trial::Standing;

use crate::failure::Failure;
use crate::runner::End;
use crate::runner::crew::News;
use crate::runner::opening::same_data;
use crate::runner::protocol::{Event, Examination};
use crate::runner::session::{Session, TICK};
use crate::runner::watch::{patience, silent};
use crate::term::View;

/// How many workers may die of it.
const MOST_DEATHS: u32 = 3;

impl Session {
    /// Measures the winner of the confirmation on the test images, unless they have been looked at before and nobody asks
    /// for another look; `end` is how the rest of the run has ended.
    pub(super) fn test(&mut self, end: End, view: &mut dyn View) -> Result<End, Failure> {
        let Some(trial) = self.to_be_tested().filter(|_| end != End::Interrupted) else { return Ok(end) };
        let looks = self.store.looks()?;
        if looks.iter().any(|look| look.trial == trial.number) || !(looks.is_empty() || self.again) {
            return Ok(end);
        }
        let Some(whole) = self.store.trial(trial.number)? else { return Ok(end) };
        let Some(checkpoint) = whole.checkpoint().map(str::to_owned) else { return Ok(end) };
        let examination = Examination { trial: trial.number, candidate: trial.candidate, checkpoint };
        let Some(event) = self.examine(&examination, patience(&whole.epochs), view)? else {
            return Ok(End::Interrupted);
        };
        match &event {
            Event::Tested { trial, correct, images, loss } if *images > 0 => {
                let (trial, correct, images, loss) = (*trial, *correct, *images, *loss);
                self.store.note_look(&Look { trial, correct, images, loss, looked_at: now() })?;
                view.event(&event, &self.snapshot());
            }
            Event::Untested { trial, cause } => {
                view.note(&format!(
                    "trial {trial} cannot be measured on the test images: {cause}; the same command tries again"
                ));
            }
            _ => view.note("the data have no test images: nothing is left to measure the winner on"),
        }
        Ok(end)
    }

    /// The training that stands for the winner, once every training is over; nothing where another process runs the study
    /// and will see to it.
    fn to_be_tested(&self) -> Option<Standing> {
        let confirmation = self.confirmation.as_ref().filter(|_| self.is_in_charge())?;
        let confirmations = self.record.confirmations();
        if !confirmation.is_over(confirmations) {
            return None;
        }
        confirmation.representative(confirmations, &confirmation.answer(confirmations)).cloned()
    }

    /// What a worker finds that takes no more than `time`; nothing if the user does not wait for it.
    fn examine(
        &mut self,
        examination: &Examination,
        time: Duration,
        view: &mut dyn View,
    ) -> Result<Option<Event>, Failure> {
        let untested = |cause| Ok(Some(Event::Untested { trial: examination.trial, cause }));
        let (mut asked, mut deaths) = (None, 0);
        loop {
            match self.crew.idle() {
                Some(worker) if asked.is_none() => {
                    self.crew.examine(worker, examination.clone());
                    asked = Some((worker, Instant::now()));
                }
                None if asked.is_none() => self.crew.hire()?,
                _ => {}
            }
            match self.crew.wait(TICK)? {
                News::Ready(ready) => same_data(&self.study, &ready)?,
                News::Event(worker, event @ (Event::Tested { .. } | Event::Untested { .. })) => {
                    self.crew.free(worker);
                    return Ok(Some(event));
                }
                News::Died(worker, ending) if asked.is_some_and(|(one, _)| one == worker) => {
                    deaths += 1;
                    asked = None;
                    if deaths == MOST_DEATHS {
                        return untested(ending.cause());
                    }
                }
                News::Interrupt => return Ok(None),
                News::Nothing => view.tick(&self.snapshot()),
                News::Event(..) | News::Died(..) => {}
            }
            let absence = self.watch.absence();
            if let Some((worker, since)) = &mut asked {
                *since += absence;
                if since.elapsed() > time {
                    self.crew.dismiss(*worker);
                    return untested(silent(time));
                }
            }
        }
    }
}
