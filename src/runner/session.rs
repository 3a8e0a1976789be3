//! One run of a study: trials given to workers, each event recorded before it is shown.

use std::time::{Duration, Instant};

use kiln_search::candidate::Candidate;
use kiln_search::evidence::Network;
use kiln_search::sampler::Proposal;
use kiln_trials::store::{Beginning, Entry, EntryNumber, ErrorKind, Lease, Store, StoreError, StudyRecord};
use kiln_trials::trial::{Origin, Standing, Trial, TrialNumber};

use crate::failure::Failure;
use crate::runner::End;
use crate::runner::attempt::Attempt;
use crate::runner::budget;
use crate::runner::clock::Clock;
use crate::runner::confirmation::Confirmation;
use crate::runner::crew::{Crew, News};
use crate::runner::folder::{Folder, Lock};
use crate::runner::holder::{self, Holder};
use crate::runner::job::{self, Job};
use crate::runner::keeping::Keeping;
use crate::runner::opening::same_data;
use crate::runner::process::WorkerNumber;
use crate::runner::proposal::Proposer;
use crate::runner::record::Record;
use crate::runner::watch::Watch;
use crate::study::Confirm;
use crate::term::figure::counted;
use crate::term::{Snapshot, View, candidates};

/// How often the view is told that time passes.
pub(super) const TICK: Duration = Duration::from_millis(250);

/// A study that is open, with workers.
pub struct Session {
    /// Held until the run ends; a run that only helps another has none.
    lock: Option<Lock>,
    pub(super) holder: Holder,
    pub(super) store: Box<dyn Store>,
    pub(super) keeping: Keeping,
    pub(super) crew: Crew,
    pub(super) study: StudyRecord,
    pub(super) proposer: Proposer,
    pub(super) record: Record,
    pub(super) clock: Clock,
    pub(super) watch: Watch,
    /// The trials that the workers of this run train.
    pub(super) attempts: Vec<Attempt>,
    /// Why no trial can begin any more: there is no new candidate.
    exhausted: Option<String>,
    /// What somebody wants to be tried, as far as known.
    pub(super) queue: Vec<Entry>,
    /// What is confirmed, once the search has ended, and why it has.
    pub(super) confirmation: Option<Confirmation>,
    searched: Option<String>,
    /// Whether the test images may be looked at again.
    pub(super) again: bool,
    /// Whether the user has asked this run to stop.
    pub(super) stopping: bool,
    /// Whether somebody has asked that nothing be trained for now.
    pub(super) halted: bool,
}

impl Session {
    /// A session on the store of `folder`, which is open, and `lock`ed for this process unless another runs the study;
    /// `proposer` goes by the file of `study`, and `record` is what has been read of it.
    pub fn new(
        folder: &Folder,
        lock: Option<Lock>,
        mut store: Box<dyn Store>,
        study: StudyRecord,
        crew: Crew,
        proposer: Proposer,
        record: Record,
    ) -> Result<Self, Failure> {
        holder::bury(&folder.holders(), store.as_mut())?;
        let holder = Holder::enter(&folder.holders())?;
        let mut keeping = Keeping::new(folder.checkpoints()?, proposer.study().checkpoints.keep);
        let found = keeping.checkpoints().list()?;
        keeping.take_stock(found, &|trial| store.trial(trial))?;
        let clock = Clock::start(store.spent()?);
        Ok(Self {
            lock,
            holder,
            store,
            keeping,
            crew,
            study,
            proposer,
            record,
            clock,
            watch: Watch::new(),
            attempts: Vec::new(),
            exhausted: None,
            queue: Vec::new(),
            confirmation: None,
            searched: None,
            again: false,
            stopping: false,
            halted: false,
        })
    }

    /// The study and where its trials stand, at the end.
    pub fn into_record(self) -> Result<(StudyRecord, Vec<Standing>), Failure> {
        Ok((self.study, self.store.standings(None)?.trials))
    }

    /// Works until the study ends or the user stops it. Whatever else ends the work, its trials are paused.
    pub fn run(&mut self, view: &mut dyn View) -> Result<End, Failure> {
        let end = self.work(view).and_then(|end| self.test(end, view));
        let end = end.and_then(|end| self.take_stock().map(|()| end));
        let end = end.and_then(|end| Ok(self.store.note_spent(self.clock.spent()).map(|()| end)?));
        if end.is_ok() || self.let_go() {
            self.holder.leave();
        }
        end
    }

    fn work(&mut self, view: &mut dyn View) -> Result<End, Failure> {
        self.ask(view)?;
        loop {
            if let Some(end) = self.assign(view)? {
                return Ok(end);
            }
            match self.crew.wait(TICK)? {
                News::Ready(ready) => same_data(&self.study, &ready)?,
                News::Event(worker, event) => self.hear(worker, event, view)?,
                News::Died(worker, ending) => self.lose(worker, &ending, view)?,
                News::Interrupt => self.interrupt(view)?,
                News::Nothing => view.tick(&self.snapshot()),
            }
            self.look_after(view)?;
        }
    }

    /// Gives something to do to every worker that has nothing; the end of the run, if there is nothing any more.
    fn assign(&mut self, view: &mut dyn View) -> Result<Option<End>, Failure> {
        // Which job is next is known only by looking at the whole study.
        while self.crew.size() > self.attempts.len() {
            let ours = |trial: TrialNumber| self.attempts.iter().any(|attempt| attempt.lease.trial == trial);
            let theirs = |trial: &Standing| self.holder.is_kept_from(trial);
            let taken = |trial: &Standing| ours(trial.number) || theirs(trial);
            let queued = !self.queue.is_empty();
            let search = || job::next(self.proposer.study(), &self.record, self.clock.spent(), &taken, queued);
            let job = match &self.confirmation {
                Some(confirmation) => confirmation.next(self.record.confirmations(), &taken),
                None => search(),
            };
            let others = self.record.trials().iter().any(theirs);
            let job = match (job, &self.exhausted) {
                (Job::Begin, _) if queued => Job::Begin,
                (Job::Begin, Some(_)) if !self.attempts.is_empty() || others => Job::Wait,
                (Job::Begin, Some(reason)) => Job::Done(reason.clone()),
                (job, _) => job,
            };
            match job {
                Job::Done(reason) if self.attempts.is_empty() && self.confirmation.is_some() => {
                    return Ok(Some(End::Done(self.searched.take().unwrap_or(reason))));
                }
                Job::Done(reason) if self.attempts.is_empty() => {
                    // What is wanted since it was last asked for begins.
                    self.queue = self.store.wishes()?.queue;
                    if !(queued || self.queue.is_empty()) {
                        continue;
                    }
                    let Some(confirm) = self.proposer.study().confirm else { return Ok(Some(End::Done(reason))) };
                    if others {
                        // What they train may still be among the best; who is to stop does not wait for it.
                        return Ok(self.stopping.then_some(End::Interrupted));
                    }
                    self.searched = Some(reason);
                    self.confirm(confirm, view);
                    continue;
                }
                _ if self.stopping && self.attempts.is_empty() => return Ok(Some(End::Interrupted)),
                Job::Done(_) | Job::Wait => return Ok(None),
                _ if self.stopping || self.halted => return Ok(None),
                Job::Continue(_) | Job::Begin | Job::Confirm { .. } => {}
            }
            let Some(worker) = self.crew.idle() else {
                self.crew.hire()?;
                return Ok(None);
            };
            let lease = match job {
                Job::Continue(trial) => self.claim(trial, worker)?,
                Job::Confirm { network, seed } => self.begin_confirmation(network, seed, worker)?,
                _ => self.begin(worker, view)?,
            };
            self.refresh()?;
            match lease {
                Some(lease) => {
                    let started = self.start(lease, worker, view);
                    self.unless_fenced(worker, started)?;
                }
                None => self.look_at_others()?,
            }
        }
        Ok(None)
    }

    /// Takes a trial that has begun for `worker`; nothing if another run has taken it, or the worker is relieved.
    fn claim(&mut self, trial: TrialNumber, worker: WorkerNumber) -> Result<Option<Lease>, Failure> {
        let candidate = self.record.standing(trial).map(|standing| standing.candidate.clone());
        if let Some(candidate) = candidate
            && self.relieve(worker, &candidate)?
        {
            return Ok(None);
        }
        unless_another_was_quicker(self.store.claim(self.holder.record(), trial))
    }

    /// Begins the next trial for `worker`, or notes why there is none; nothing either if another run has begun it, or the
    /// worker is relieved.
    ///
    /// The entries of the file come first, as it may count on their numbers; then what people have enqueued since.
    fn begin(&mut self, worker: WorkerNumber, view: &mut dyn View) -> Result<Option<Lease>, Failure> {
        let study = self.proposer.study();
        let more = self.exhausted.is_none() && budget::may_begin(&study.budget, self.record.trials());
        if !more || self.record.trials().len() >= study.search.enqueue.len() {
            self.queue = self.store.wishes()?.queue;
            if let Some(entry) = self.queue.first().cloned() {
                return self.begin_queued(&entry, worker, view);
            }
            if !more {
                // Another run was quicker.
                return Ok(None);
            }
        }
        match self.proposer.next(&self.record) {
            Ok((proposal, origin)) => self.begin_as(&proposal, origin, None, worker),
            Err(refusal) => {
                self.exhausted = Some(refusal.to_string());
                Ok(None)
            }
        }
    }

    /// Begins an entry of the queue, or drops it where it cannot become a trial.
    fn begin_queued(
        &mut self,
        entry: &Entry,
        worker: WorkerNumber,
        view: &mut dyn View,
    ) -> Result<Option<Lease>, Failure> {
        match self.proposer.queued(entry, &self.record) {
            Ok(proposal) => self.begin_as(&proposal, Origin::Enqueued, Some(entry.number), worker),
            Err(reason) => {
                self.store.drop_entry(entry.number)?;
                let values = candidates::line(&entry.candidate, |_| true);
                view.note(&format!("`{values}` was enqueued, cannot become a trial, and is dropped: {reason}"));
                Ok(None)
            }
        }
    }

    /// Trains from now on only what is to be confirmed: the search is over, and its time is not counted any more.
    pub fn confirm(&mut self, confirm: Confirm, view: &mut dyn View) {
        self.clock.stop();
        let plan = |candidate: &Candidate| self.proposer.statics(candidate);
        let confirmation = Confirmation::of(self.proposer.study(), confirm, self.record.trials(), plan);
        let (over, all) = confirmation.progress(self.record.confirmations());
        if over < all {
            view.note(&format!(
                "confirming: {} on {} fresh seeds, {} to go",
                counted(confirmation.design.networks.len(), "network"),
                confirm.seeds,
                counted(all - over, "training"),
            ));
        }
        self.confirmation = Some(confirmation);
    }

    /// Whether this run has the right to run the study, and does not only help.
    pub(super) fn is_in_charge(&self) -> bool {
        self.lock.is_some()
    }

    /// Begins the training of a network of the confirmation on a fresh seed.
    fn begin_confirmation(
        &mut self,
        network: usize,
        seed: u32,
        worker: WorkerNumber,
    ) -> Result<Option<Lease>, Failure> {
        let network = self.confirmation.as_ref().and_then(|confirmation| confirmation.design.networks.get(network));
        let Some(Network { candidate, statics, .. }) = network.cloned() else { return Ok(None) };
        self.begin_as(&Proposal { candidate, statics }, Origin::Confirmation { seed }, None, worker)
    }

    fn begin_as(
        &mut self,
        Proposal { candidate, statics }: &Proposal,
        origin: Origin,
        entry: Option<EntryNumber>,
        worker: WorkerNumber,
    ) -> Result<Option<Lease>, Failure> {
        if self.relieve(worker, candidate)? {
            return Ok(None);
        }
        let (number, seen) = (self.record.next_number(), self.record.revision());
        let file_revision = self.study.file_revision;
        let beginning = Beginning { number, candidate, origin, statics, seen, entry, file_revision };
        unless_another_was_quicker(self.store.begin(self.holder.record(), &beginning))
    }

    /// The study as it stands.
    pub(super) fn snapshot(&self) -> Snapshot<'_> {
        let study = self.proposer.study();
        Snapshot {
            study: &self.study,
            trials: self.record.trials(),
            trained: self.record.trained(),
            budget: &study.budget,
            fidelity: &study.fidelity,
            spent: self.clock.spent(),
            confirmed: self
                .confirmation
                .as_ref()
                .map(|confirmation| confirmation.progress(self.record.confirmations())),
        }
    }

    /// The whole record of a trial that this run has taken, unless another has ended it since.
    pub(super) fn trial(&self, number: TrialNumber) -> Option<&Trial> {
        self.record.trained().get(&number)
    }

    /// Reads what is new in the record.
    pub(super) fn refresh(&mut self) -> Result<(), Failure> {
        Ok(self.record.refresh(self.store.as_ref())?)
    }

    /// Reads the trials of other runs again: that a lease has run out is no change of the record.
    pub(super) fn look_at_others(&mut self) -> Result<(), Failure> {
        self.refresh()?;
        Ok(self.record.look_again(self.store.as_ref(), |known| self.holder.is_kept_from(known))?)
    }

    /// Looks at the checkpoints that are there, and removes what nobody needs.
    pub(super) fn take_stock(&mut self) -> Result<(), Failure> {
        let found = self.keeping.checkpoints().list()?;
        self.keeping.take_stock(found, &|trial| self.store.trial(trial))?;
        self.refresh()?;
        self.sweep()
    }

    /// Removes the checkpoints that nobody needs any more.
    pub(super) fn sweep(&mut self) -> Result<(), Failure> {
        self.keeping.sweep(self.record.trials(), self.record.confirmations(), &self.study.objectives)
    }

    /// The user presses Ctrl-C: the first time trials end with their epochs, then at once.
    fn interrupt(&mut self, view: &mut dyn View) -> Result<(), Failure> {
        if self.stopping {
            return self.pause_all(view);
        }
        self.stopping = true;
        self.pause_after_epochs();
        view.note("stopping after the current epoch; press Ctrl-C again to stop at once");
        Ok(())
    }

    /// Whose assignment that is, if any.
    pub(super) fn attempt_of(&self, worker: WorkerNumber) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.worker == worker)
    }
}

/// What an operation gave, or nothing where another run of the study had been quicker.
pub(super) fn unless_another_was_quicker<T>(result: Result<T, StoreError>) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if matches!(error.kind(), ErrorKind::Held { .. } | ErrorKind::Taken { .. } | ErrorKind::Illegal { .. }) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a deadline has come; none never does.
pub(super) fn past(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
