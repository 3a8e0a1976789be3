//! Which checkpoints stay: what trials that are not over continue from, and the newest of those on the front.
//!
//! Several runs may write into one directory. What is not on record, and belongs to a trial that some other run holds,
//! may be about to be recorded, and stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use kiln_search::pareto::Goal;
use kiln_trials::checkpoint::{self, Checkpoints};
use kiln_trials::rank;
use kiln_trials::trial::{Trial, TrialNumber};

use crate::failure::Failure;

/// The checkpoints of a study, as one run looks after them.
#[derive(Debug)]
pub struct Keeping {
    checkpoints: Checkpoints,
    /// The recorded ones that are still there, as far as this run knows.
    there: BTreeMap<TrialNumber, BTreeSet<String>>,
}

impl Keeping {
    /// Those in `directory` of `trials`; what interrupted runs have left there goes.
    pub fn new(directory: PathBuf, trials: &[Trial]) -> Result<Self, Failure> {
        let checkpoints = Checkpoints::new(directory);
        let mut there: BTreeMap<TrialNumber, BTreeSet<String>> = BTreeMap::new();
        for name in checkpoints.list()? {
            let owner = checkpoint::owner(&name).and_then(|owner| trials.get(owner as usize));
            match owner {
                Some(trial) if trial.checkpoints.iter().any(|known| known.name == name) => {
                    there.entry(trial.number).or_default().insert(name);
                }
                Some(trial) if trial.holder.is_some() => {}
                // A trial that is not on record has not been begun: nobody writes for it.
                _ => checkpoints.discard(&name)?,
            }
        }
        Ok(Self { checkpoints, there })
    }

    /// The checkpoints themselves.
    pub fn checkpoints(&self) -> &Checkpoints {
        &self.checkpoints
    }

    /// Removes what `trial`, which has just recorded an epoch, does not need any more.
    pub fn tidy(&mut self, trial: &Trial) -> Result<(), Failure> {
        let there = self.there.entry(trial.number).or_default();
        let needed: BTreeSet<&str> = checkpoint::needed(trial).iter().map(|kept| kept.name.as_str()).collect();
        there.extend(needed.iter().map(|name| (*name).to_owned()));
        let gone: Vec<String> = there.iter().filter(|name| !needed.contains(name.as_str())).cloned().collect();
        gone.iter().try_for_each(|name| self.remove(name))
    }

    /// Removes what nobody needs any more, now that one of `trials` is over.
    pub fn sweep(&mut self, trials: &[Trial], objectives: &[(String, Goal)]) -> Result<(), Failure> {
        let ranking = rank::rank(trials, objectives);
        let on_front: BTreeSet<TrialNumber> =
            ranking.rows.iter().filter(|row| row.on_front).map(|row| row.trial).collect();
        let mut gone = Vec::new();
        for (number, names) in &self.there {
            let Some(trial) = trials.get(*number as usize).filter(|trial| trial.is_over()) else { continue };
            let newest = trial.checkpoint().filter(|_| on_front.contains(number));
            gone.extend(names.iter().filter(|name| Some(name.as_str()) != newest).cloned());
        }
        gone.iter().try_for_each(|name| self.remove(name))
    }

    /// Removes a checkpoint.
    pub fn remove(&mut self, name: &str) -> Result<(), Failure> {
        self.checkpoints.remove(name)?;
        for names in self.there.values_mut() {
            names.remove(name);
        }
        self.there.retain(|_, names| !names.is_empty());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use kiln_search::candidate::Candidate;
    use kiln_trials::trial::{Checkpoint, Metrics, Origin, Outcome, State};

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names = Checkpoints::new(directory).list().expect("listed");
        names.sort();
        names
    }

    /// A trial whose first `recorded` epochs are on record, of `written` that have a checkpoint.
    fn trial(directory: &Path, number: TrialNumber, written: u32, recorded: usize, state: State) -> Trial {
        let checkpoints = Checkpoints::new(directory);
        let write = |epoch| {
            let name = checkpoints.write(number, 1, epoch, &[("model", b"weights")]).expect("written");
            Checkpoint { epoch, name }
        };
        let mut all: Vec<_> = (1..=written).map(write).collect();
        all.truncate(recorded);
        let statics = Metrics::from([("parameters".to_owned(), f64::from(number))]);
        Trial { state, checkpoints: all, ..Trial::new(number, Candidate::new(), Origin::Sampled, statics, 0) }
    }

    fn name(trial: TrialNumber, epoch: u32) -> String {
        format!("trial-{trial}-attempt-1-epoch-{epoch}")
    }

    #[test]
    fn a_trial_in_training_keeps_two_and_what_is_not_on_record_yet() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let mut keeping = Keeping::new(folder.path().to_owned(), &[]).expect("empty");
        let whole = trial(folder.path(), 0, 5, 4, State::Running);
        for recorded in 1..=4 {
            let checkpoints = whole.checkpoints[..recorded].to_vec();
            keeping.tidy(&Trial { checkpoints, ..whole.clone() }).expect("tidied");
        }
        assert_eq!(names(folder.path()), [name(0, 1), name(0, 2), name(0, 3), name(0, 4), name(0, 5)][2..]);
    }

    #[test]
    fn opening_removes_what_nobody_will_record() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let ours = trial(folder.path(), 0, 3, 2, State::Paused);
        let theirs = Trial { holder: Some("them".to_owned()), ..trial(folder.path(), 1, 2, 1, State::Running) };
        trial(folder.path(), 2, 1, 0, State::Running);
        fs::create_dir(folder.path().join(".writing-trial-0-attempt-1-epoch-4")).expect("made");
        Keeping::new(folder.path().to_owned(), &[ours, theirs]).expect("opened");
        assert_eq!(names(folder.path()), [name(0, 1), name(0, 2), name(1, 1), name(1, 2)]);
    }

    #[test]
    fn of_trials_that_are_over_the_front_keeps_its_newest() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let complete = || State::Ended(Outcome::Complete);
        let trials = [
            trial(folder.path(), 0, 2, 2, complete()),
            trial(folder.path(), 1, 2, 2, complete()),
            trial(folder.path(), 2, 2, 2, State::Paused),
            trial(folder.path(), 3, 2, 2, State::Ended(Outcome::Stopped)),
        ];
        let mut keeping = Keeping::new(folder.path().to_owned(), &trials).expect("opened");
        keeping.sweep(&trials, &[("parameters".to_owned(), Goal::Maximize)]).expect("swept");
        assert_eq!(names(folder.path()), [name(1, 2), name(2, 1), name(2, 2)]);
    }
}
