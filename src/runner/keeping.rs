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
